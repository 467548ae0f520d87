"""Who is asking: as values for rules, and as bind parameters for SQL policies."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, BindParameter, Boolean, bindparam


class Audience(StrEnum):
    """The kinds of principal that statements are compiled for, once each."""

    ANONYMOUS = "anonymous"
    REGISTERED = "registered"
    STAFF = "staff"


@dataclass(frozen=True, slots=True, kw_only=True)
class Principal:
    """The one on whose behalf a unit of work runs."""

    id: int | None = None
    is_verified: bool = False
    is_admin: bool = False
    is_super_admin: bool = False
    #: The log-in session of its token; 0: none.
    session_id: int = 0
    #: Whether its token was made from a password and not from a refresh token.
    is_fresh: bool = False

    @property
    def is_staff(self) -> bool:
        """Whether this is an admin or a super admin."""
        return self.is_admin or self.is_super_admin

    @property
    def is_anonymous(self) -> bool:
        """Whether nobody is logged in."""
        return self.id is None and not self.is_staff

    @property
    def audience(self) -> Audience:
        """The kind of principal that compiled statements are kept for."""
        if self.is_staff:
            return Audience.STAFF
        return Audience.ANONYMOUS if self.id is None else Audience.REGISTERED

    def parameters(self) -> dict[str, Any]:
        """Return the values of the bind parameters that :class:`Who` puts in statements."""
        return {"principal_id": self.id, "principal_is_verified": self.is_verified}


ANONYMOUS = Principal()
#: The server itself, in background jobs.
SYSTEM = Principal(is_verified=True, is_admin=True, is_super_admin=True)


@dataclass(frozen=True, slots=True)
class Who:
    """A principal as a policy sees it while a statement is built.

    The audience is known, the identity is a bind parameter: one statement serves
    everybody of the same audience.
    """

    audience: Audience

    @property
    def is_anonymous(self) -> bool:
        return self.audience is Audience.ANONYMOUS

    @property
    def is_staff(self) -> bool:
        return self.audience is Audience.STAFF

    @property
    def id(self) -> BindParameter[int]:
        return bindparam("principal_id", type_=BigInteger())

    @property
    def is_verified(self) -> BindParameter[bool]:
        return bindparam("principal_is_verified", type_=Boolean())
