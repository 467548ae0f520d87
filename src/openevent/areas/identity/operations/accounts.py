"""Accounts: registering, changing and deleting them, and their further addresses."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import column, exists, func, select, table

from openevent.areas.identity.domain_events import EmailChanged, PasswordChanged, UserRegistered
from openevent.areas.identity.models import User, UserEmail, UsersEventsRoles
from openevent.areas.identity.operations.mailed_tokens import void_tokens
from openevent.areas.identity.queries import user_of_email
from openevent.errors import Conflict, Forbidden, Unauthenticated
from openevent.services.languages import accepted_languages
from openevent.services.passwords import PasswordHasher
from openevent.services.rate_limits import REGISTRATION, RateLimits
from openevent.work.principal import Principal
from openevent.work.unit import UnitOfWork

#: What staff alone may set, and what only a super admin may. The engine refuses others
#: already; a document must not elevate anybody even where this is called by other code.
STAFF_SETS: Final = frozenset(
    {"is_verified", "is_sales_admin", "is_marketer", "is_blocked", "was_registered_with_order"}
)
SUPER_ADMIN_SETS: Final = frozenset({"is_admin"})

_EVENTS = table("events", column("id"), column("deleted_at"))
_GROUPS = table("groups", column("user_id"), column("deleted_at"))


def register_user(work: UnitOfWork, values: dict[str, Any]) -> User:
    """Make an account, unverified; a mail with a link to verify the address follows."""
    if not work.principal.is_staff:
        work.port(RateLimits).spend(REGISTRATION, address=work.client_address)
    _check_elevation(work, {name: value for name, value in values.items() if value})
    _check_free(work, values["email"])
    user = User(
        **{name: value for name, value in values.items() if name != "password"},
        password_hash=work.port(PasswordHasher).hash(values["password"]),
    )
    if user.language_prefrence is None and not work.principal.is_staff:
        # Mails come in it; what it falls back to is decided when one is written.
        user.language_prefrence = next(iter(accepted_languages(work.accept_language)), None)
    work.db.add(user)
    work.db.flush()  # The domain event needs the id.
    if not user.is_verified:
        work.record(UserRegistered(user.id))
    if not work.principal.is_staff:
        # Who registers is that user from here on, and may read the answer.
        work.principal = Principal(id=user.id)
    return user


def revise_user(work: UnitOfWork, user: User, changes: dict[str, Any]) -> None:
    """Change an account. Another address is unverified, another password ends all log-ins."""
    _check_elevation(work, changes)
    if user.is_super_admin and not work.principal.is_super_admin:
        raise Forbidden("Only a super admin changes a super admin's account.")
    changes = dict(changes)
    if "password" in changes:
        _check_own_and_fresh(work, user, "password")
        set_password(work, user, changes.pop("password"))
    if "email" in changes:
        _change_email(work, user, changes.pop("email"))
    if changes.get("is_blocked"):
        user.token_generation += 1
    for name, value in changes.items():
        setattr(user, name, value)


def delete_user(work: UnitOfWork, user: User) -> None:
    """Delete an account: it can no longer log in, and its address is free again."""
    if user.is_super_admin:
        raise Forbidden("A super admin's account cannot be deleted.")
    if work.db.scalar(
        select(
            exists().where(
                UsersEventsRoles.user_id == user.id,
                UsersEventsRoles.event_id == _EVENTS.c.id,
                _EVENTS.c.deleted_at.is_(None),
            )
        )
    ):
        raise Forbidden(
            "This person has a role on an event. Take the role away, or delete the event, first.",
            code="has-event-roles",
        )
    if work.db.scalar(
        select(exists().where(_GROUPS.c.user_id == user.id, _GROUPS.c.deleted_at.is_(None)))
    ):
        raise Forbidden("This person owns a group. Delete it first.", code="owns-group")
    user.deleted_at = work.now()
    user.token_generation += 1
    void_tokens(work, user)


def set_password(work: UnitOfWork, user: User, password: str) -> None:
    """Give an account another password; every token made before is no longer good."""
    user.password_hash = work.port(PasswordHasher).hash(password)
    user.token_generation += 1
    void_tokens(work, user)
    work.record(PasswordChanged(user.id))


def add_email(work: UnitOfWork, values: dict[str, Any]) -> UserEmail:
    """Add a further address to an account."""
    _check_unused(work, values["user_id"], values["email_address"])
    row = UserEmail(**values)
    work.db.add(row)
    return row


def revise_email(work: UnitOfWork, row: UserEmail, changes: dict[str, Any]) -> None:
    """Change a further address; it stays with its account."""
    if "user_id" in changes:
        raise Forbidden(
            "An address stays with its account. Delete it and add it to the other one.",
            pointer="/data/relationships/user",
        )
    if "email_address" in changes:
        _check_unused(work, row.user_id, changes["email_address"], but=row.id)
    for name, value in changes.items():
        setattr(row, name, value)


def _check_elevation(work: UnitOfWork, changes: dict[str, Any]) -> None:
    """Refuse what would make somebody more than they are."""
    for name in changes:
        if (name in SUPER_ADMIN_SETS and not work.principal.is_super_admin) or (
            name in STAFF_SETS and not work.principal.is_staff
        ):
            wire = name.replace("_", "-")
            raise Forbidden(f"You may not set {wire!r}.", pointer=f"/data/attributes/{wire}")


def _check_own_and_fresh(work: UnitOfWork, user: User, name: str) -> None:
    if work.principal.id != user.id:
        raise Forbidden(
            f"Only its owner changes the {name} of an account.", pointer=f"/data/attributes/{name}"
        )
    require_fresh(work)


def require_fresh(work: UnitOfWork) -> None:
    """Refuse a token that was made from a refresh token: the password must be asked again."""
    if not work.principal.is_fresh:
        raise Unauthenticated("Log in again to do this.", code="fresh-token-required")


def _change_email(work: UnitOfWork, user: User, email: str) -> None:
    if work.principal.id == user.id:
        require_fresh(work)
    if email.lower() != user.email.lower():
        _check_free(work, email, but=user.id)
        work.record(EmailChanged(user.id, old_email=user.email))
        user.is_verified = False
        void_tokens(work, user)
    user.email = email


def _check_free(work: UnitOfWork, email: str, *, but: int | None = None) -> None:
    other = user_of_email(work.db, email)
    if other is not None and other.id != but:
        # Two requests at once both come past here; the unique index lets one through.
        raise Conflict(
            "There is an account with this address already.",
            code="email-taken",
            pointer="/data/attributes/email",
        )


def _check_unused(work: UnitOfWork, user_id: int, address: str, *, but: int | None = None) -> None:
    other = work.db.scalar(
        select(UserEmail.id).where(
            UserEmail.user_id == user_id,
            func.lower(UserEmail.email_address) == func.lower(address),
            UserEmail.deleted_at.is_(None),
        )
    )
    if other is not None and other != but:
        raise Conflict(
            "The account has this address already.", pointer="/data/attributes/email-address"
        )
