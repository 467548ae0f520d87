"""Named reads about people that are no JSON:API lists."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from openevent.areas.identity.models import User
from openevent.errors import Unauthenticated
from openevent.services.tokens import Claims
from openevent.work.principal import Principal

#: Everything about the caller that one request needs, by primary keys, in one round trip.
PRINCIPAL_STATEMENT: Final = text(
    "SELECT u.is_verified, u.is_admin, u.is_super_admin, u.is_blocked,"
    " u.deleted_at IS NOT NULL AS is_deleted, u.token_generation,"
    " s.revoked_at IS NOT NULL AS is_revoked, s.id IS NULL AS has_no_session"
    " FROM users u LEFT JOIN login_sessions s ON s.id = :session_id AND s.user_id = u.id"
    " WHERE u.id = :user_id"
)


def principal_of(row: Mapping[str, Any] | None, claims: Claims) -> Principal:
    """Return who the token stands for; ``row`` is what :data:`PRINCIPAL_STATEMENT` found.

    Raises:
        Unauthenticated: the account is gone or blocked, or the token was revoked.
    """
    if row is None or row["is_deleted"]:
        raise Unauthenticated("There is no such account any more.", code="account-gone")
    if row["is_blocked"]:
        raise Unauthenticated("This account is blocked.", code="account-blocked")
    if (
        row["token_generation"] != claims.generation
        or row["is_revoked"]
        or (claims.session and row["has_no_session"])
    ):
        raise Unauthenticated("You were logged out. Log in again.", code="token-revoked")
    return Principal(
        id=claims.identity,
        is_verified=row["is_verified"],
        is_admin=row["is_admin"],
        is_super_admin=row["is_super_admin"],
        session_id=claims.session,
        is_fresh=claims.fresh,
    )


def user_of_email(db: Session, email: str) -> User | None:
    """Return the live account with that address, whatever its case.

    The database lower-cases both sides, as its unique index does.
    """
    return db.scalars(
        select(User).where(func.lower(User.email) == func.lower(email), User.deleted_at.is_(None))
    ).first()
