"""Links that end mails of one kind for one person, without logging in (RFC 8058)."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from typing import Final

import jwt

PATH: Final = "/v1/unsubscribe"
_ALGORITHM: Final = "HS256"
_MAX_LENGTH: Final = 512


@dataclass(frozen=True, slots=True)
class Unsubscribing:
    """Who wants no more mails about what."""

    user_id: int
    topic: str


class UnsubscribeLinks:
    """Signs and reads the links. They can do nothing else, and they do not expire."""

    def __init__(self, secret_key: str, public_url: str) -> None:
        # A key of its own: no such link is ever good for logging in.
        self._key = hmac.digest(secret_key.encode(), b"unsubscribe", hashlib.sha256)
        self._base = f"{public_url.rstrip('/')}{PATH}"

    def url(self, user_id: int, topic: str) -> str:
        """Return the link; ``topic`` is what it ends, as a path."""
        token = jwt.encode({"user": user_id, "topic": topic}, self._key, algorithm=_ALGORITHM)
        return f"{self._base}/{token}"

    def read(self, token: str) -> Unsubscribing | None:
        """Return what a link of ours is for, ``None`` for any other."""
        if len(token) > _MAX_LENGTH:
            return None
        try:
            claims = jwt.decode(token, self._key, algorithms=[_ALGORITHM])
            return Unsubscribing(int(claims["user"]), str(claims["topic"]))
        except (jwt.InvalidTokenError, KeyError, ValueError):
            return None
