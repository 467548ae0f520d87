"""Named reads about people that are no JSON:API lists."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any, Final, cast

from sqlalchemy import Text, bindparam, func, select
from sqlalchemy.orm import Session

from openevent.areas.identity.models import User
from openevent.db.compiled import sql_text
from openevent.db.engine import run_in
from openevent.db.loading import load, loaded_columns
from openevent.errors import Unauthenticated
from openevent.services.tokens import Claims
from openevent.work.principal import Principal

#: Everything about the caller that one request needs, by primary keys, in one round trip.
#: In psycopg's own parameter style: it runs before every request that has a token.
PRINCIPAL_STATEMENT: Final = (
    "SELECT u.is_verified, u.is_admin, u.is_super_admin, u.is_blocked,"
    " u.deleted_at IS NOT NULL, u.token_generation, s.id IS NOT NULL"
    " FROM users u LEFT JOIN login_sessions s"
    " ON s.id = %(session_id)s AND s.user_id = u.id AND s.revoked_at IS NULL"
    " WHERE u.id = %(user_id)s"
)


def principal_of(row: Sequence[Any] | None, claims: Claims) -> Principal:
    """Return who the token stands for; ``row`` is what :data:`PRINCIPAL_STATEMENT` found.

    Raises:
        Unauthenticated: the account is gone or blocked, or the token was revoked.
    """
    if row is None:
        raise Unauthenticated("There is no such account any more.", code="account-gone")
    is_verified, is_admin, is_super_admin, is_blocked, is_deleted, generation, in_session = row
    if is_deleted:
        raise Unauthenticated("There is no such account any more.", code="account-gone")
    if is_blocked:
        raise Unauthenticated("This account is blocked.", code="account-blocked")
    if generation != claims.generation or (claims.session and not in_session):
        raise Unauthenticated("You were logged out. Log in again.", code="token-revoked")
    return Principal(
        id=claims.identity,
        is_verified=is_verified,
        is_admin=is_admin,
        is_super_admin=is_super_admin,
        session_id=claims.session,
        is_fresh=claims.fresh,
    )


def user_of_email(db: Session, email: str) -> User | None:
    """Return the live account with that address, whatever its case.

    The database lower-cases both sides, as its unique index does.
    """
    found = run_in(db)(_of_email(), {"email": email})
    return cast(User, load(db, User, found[0])) if found else None


@cache
def _of_email() -> str:
    given = bindparam("email", type_=Text())
    named = func.lower(User.email) == func.lower(given)
    return sql_text(select(*loaded_columns(User)).where(named, User.deleted_at.is_(None)))
