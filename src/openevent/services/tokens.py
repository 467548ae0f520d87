"""Tokens: signed ones that say who is calling, and random ones that work once.

Signed tokens are JWTs (RFC 7519, RFC 8725) with one pinned algorithm. Their payload is
small ASCII without ``>``, ``?`` and ``~``: published clients decode it with the plain
base64 alphabet, in which such a payload reads the same (no sextet of it reaches 62).
``identity`` and ``exp`` are integers, as those clients parse them.

The identity of an expired token is read by verifying everything but ``exp``. The payload
of a token is never read before its signature was verified.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Any, Final

import jwt

ALGORITHM: Final = "HS256"
MIN_KEY_BYTES: Final = 32
#: Much longer than any token we sign; longer input is refused before it is decoded.
MAX_TOKEN_LENGTH: Final = 2048
TOKENS_KEPT: Final = 4096
#: Clocks of several web servers may differ by this much.
CLOCK_SKEW_S: Final = 60

_SEGMENTS: Final = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+", re.ASCII)
_BIGINT: Final = 2**63


class TokenType(StrEnum):
    """What a signed token is for."""

    ACCESS = "access"
    REFRESH = "refresh"


class InvalidTokenError(Exception):
    """The token was not signed by us, is malformed, or is for something else."""


class ExpiredTokenError(InvalidTokenError):
    """The token was signed by us, but its time is over."""

    def __init__(self, identity: int) -> None:
        super().__init__("the token has expired")
        self.identity = identity


@dataclass(frozen=True, slots=True, kw_only=True)
class Claims:
    """The verified content of a signed token."""

    identity: int
    type: TokenType
    issued_at: int
    expires_at: int
    #: The log-in session it belongs to; 0: none.
    session: int = 0
    #: The user's token generation at issue; a password change raises it.
    generation: int = 0
    #: Whether it was made from a password, not from a refresh token.
    fresh: bool = False
    jti: str = ""
    csrf: str = ""


class TokenSigner:
    """Signs and verifies access and refresh tokens with one secret key."""

    def __init__(
        self, secret_key: str, now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        if len(secret_key.encode()) < MIN_KEY_BYTES:
            raise ValueError(f"the secret key must have at least {MIN_KEY_BYTES} bytes")
        self._key = secret_key
        self._now = now
        # A client sends one token many times: its signature is verified once, its time each
        # time. Refusals are not kept, so strangers cannot fill this.
        self._claims = lru_cache(maxsize=TOKENS_KEPT)(self._verified)

    def access(
        self,
        user_id: int,
        *,
        expires_in: timedelta | int,
        session: int = 0,
        generation: int = 0,
        fresh: bool = True,
    ) -> str:
        """Return an access token, by default as a log-in gives it.

        ``expires_in`` is a duration or seconds. A token made from a refresh token is not
        ``fresh``: it cannot change the password or the e-mail address.
        """
        return self._sign(
            user_id,
            TokenType.ACCESS,
            expires_in,
            {"session": session, "gen": generation, "fresh": fresh, "jti": secrets.token_hex(8)},
        )

    def refresh(
        self,
        user_id: int,
        *,
        expires_in: timedelta | int,
        session: int,
        jti: str,
        csrf: str,
        generation: int = 0,
    ) -> str:
        """Return a refresh token; ``jti`` is the secret that its session keeps a hash of."""
        return self._sign(
            user_id,
            TokenType.REFRESH,
            expires_in,
            {"session": session, "gen": generation, "jti": jti, "csrf": csrf},
        )

    def verify(self, token: str, type_: TokenType = TokenType.ACCESS) -> Claims:
        """Return the claims of a valid token of that type.

        Raises:
            ExpiredTokenError: the signature is ours, but the time is over.
            InvalidTokenError: anything else is wrong with it.
        """
        claims = self._claims(token)
        if claims.type is not type_:
            raise InvalidTokenError(f"not an {type_} token")
        if claims.expires_at <= self._now().timestamp():
            raise ExpiredTokenError(claims.identity)
        return claims

    def claims_of_expired(self, token: str) -> Claims:
        """Return the claims of a token of ours, whether or not its time is over.

        For ending the session it belonged to; never to let anybody in.

        Raises:
            InvalidTokenError: the signature is not ours, or it is no token at all.
        """
        return self._claims(token)

    def _sign(
        self, user_id: int, type_: TokenType, expires_in: timedelta | int, more: dict[str, Any]
    ) -> str:
        now = int(self._now().timestamp())
        seconds = (
            int(expires_in.total_seconds()) if isinstance(expires_in, timedelta) else expires_in
        )
        payload = {"identity": user_id, "exp": now + seconds, "iat": now, "type": type_.value}
        return jwt.encode(payload | more, self._key, algorithm=ALGORITHM)

    def _verified(self, token: str) -> Claims:
        if len(token) > MAX_TOKEN_LENGTH:
            raise InvalidTokenError("too long")
        # RFC 7515 § 2 wants no padding, some clients and proxies put it back; the signature
        # is over the unpadded text.
        bare = ".".join(segment.rstrip("=") for segment in token.split("."))
        if not _SEGMENTS.fullmatch(bare):
            raise InvalidTokenError("not a token")
        try:
            payload = jwt.decode(
                bare,
                self._key,
                algorithms=[ALGORITHM],
                # Times are checked by the caller, against the injected clock.
                options={
                    "verify_exp": False,
                    "verify_iat": False,
                    "require": ["exp", "iat", "type", "identity", "jti"],
                },
            )
        except (jwt.InvalidTokenError, ValueError, RecursionError) as ex:
            raise InvalidTokenError(str(ex)) from ex
        return self._read(payload)

    def _read(self, payload: dict[str, Any]) -> Claims:
        numbers = [payload[n] for n in ("identity", "iat", "exp")]
        numbers += [payload.get(n, 0) for n in ("session", "gen")]
        if any(type(n) is not int or not 0 <= n < _BIGINT for n in numbers):
            raise InvalidTokenError("a number is missing or out of range")
        if payload["type"] not in tuple(TokenType):
            raise InvalidTokenError("not a type of token")
        if payload["iat"] > self._now().timestamp() + CLOCK_SKEW_S:
            raise InvalidTokenError("issued in the future")
        identity, issued_at, expires_at, session, generation = numbers
        return Claims(
            identity=identity,
            type=TokenType(payload["type"]),
            issued_at=issued_at,
            expires_at=expires_at,
            session=session,
            generation=generation,
            fresh=payload.get("fresh") is True,
            jti=str(payload["jti"]),
            csrf=str(payload.get("csrf", "")),
        )


def new_secret() -> tuple[str, bytes]:
    """Return a random secret for a mail or a cookie, and the hash that is stored of it."""
    plain = secrets.token_urlsafe(32)
    return plain, hash_secret(plain)


def hash_secret(plain: str) -> bytes:
    """Return what the database keeps of a secret: SHA-256, enough for 256 random bits."""
    return hashlib.sha256(plain.encode("utf-8", "surrogatepass")).digest()
