"""From the ``Authorization`` header to the principal of a request."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from openevent.areas.identity.queries import PRINCIPAL_STATEMENT, principal_of
from openevent.errors import Unauthenticated
from openevent.services.tokens import (
    Claims,
    ExpiredTokenError,
    InvalidTokenError,
    TokenSigner,
    TokenType,
)
from openevent.work.principal import ANONYMOUS, Principal

logger = logging.getLogger(__name__)

#: Published clients say JWT, generic ones Bearer (RFC 6750); schemes have no case (RFC 9110).
SCHEMES: Final = frozenset({"jwt", "bearer"})

#: Runs SQL text with parameters and returns all rows as tuples.
Fetch = Callable[[str, Mapping[str, Any]], Sequence[tuple[Any, ...]]]


def authenticate(header: str | None, signer: TokenSigner, fetch: Fetch) -> Principal:
    """Return who is calling: nobody without a header, at most one statement with one.

    Raises:
        Unauthenticated: the header is there but is not, or no longer, good. A caller who
            says who it is never silently becomes nobody.
    """
    if not header:
        return ANONYMOUS
    claims = claims_of(token_of(header), signer)
    rows = fetch(PRINCIPAL_STATEMENT, {"user_id": claims.identity, "session_id": claims.session})
    return principal_of(rows[0] if rows else None, claims)


def token_of(header: str) -> str:
    """Return the token of an ``Authorization`` header."""
    scheme, _, token = header.strip().partition(" ")
    if scheme.lower() not in SCHEMES or not token.strip():
        raise Unauthenticated(
            "The Authorization header must read: JWT <token>.", code="token-malformed"
        )
    return token.strip()


def claims_of(token: str, signer: TokenSigner, type_: TokenType = TokenType.ACCESS) -> Claims:
    """Return the verified claims of a token, or refuse with the reason."""
    try:
        return signer.verify(token, type_)
    except ExpiredTokenError as ex:
        logger.info("an expired token of user %s was refused", ex.identity)
        raise Unauthenticated("Your log-in has expired.", code="token-expired") from ex
    except InvalidTokenError as ex:
        raise Unauthenticated("The token is not valid.", code="token-invalid") from ex
