"""Who is written to because of what happens to an account, and about what."""

from __future__ import annotations

from openevent.areas.communication.rules import About, Mailing, Secret
from openevent.areas.events.models import Event
from openevent.areas.identity.models import Role, TokenPurpose, User, UsersEventsRoles
from openevent.work.unit import UnitOfWork


def confirmation(work: UnitOfWork, user_id: int) -> Mailing | None:
    """Welcome a new account: its address has to be confirmed; once per account."""
    return _confirmation(work, user_id, occasion=f"user {user_id}")


def confirmation_again(work: UnitOfWork, user_id: int) -> Mailing | None:
    """Send that again: it was asked for, or the account has another address."""
    return _confirmation(work, user_id, occasion=None)


def _confirmation(work: UnitOfWork, user_id: int, occasion: str | None) -> Mailing | None:
    user = work.db.get(User, user_id)
    if user is None or (user.is_verified and occasion is None):
        return None
    return Mailing(
        occasion=occasion,
        people=User.id == user_id,
        page="verify",
        secret=Secret(purpose=TokenPurpose.VERIFY_EMAIL, of=user_id),
    )


def address_change(work: UnitOfWork, user_id: int, old_email: str) -> Mailing | None:
    """Tell the old address of an account that there is a new one."""
    user = work.db.get(User, user_id)
    if user is None or user.deleted_at is not None:
        return None
    return Mailing(occasion=None, addresses=(old_email,), values={"new_email": user.email})


def password_reset(_: UnitOfWork, user_id: int) -> Mailing:
    """Send what a new password can be set with."""
    return Mailing(
        occasion=None,
        people=User.id == user_id,
        page="reset-password",
        secret=Secret(purpose=TokenPurpose.RESET_PASSWORD, of=user_id),
    )


def password_change(_: UnitOfWork, user_id: int) -> Mailing:
    """Tell somebody that their password was changed, in case it was not them."""
    return Mailing(occasion=None, people=User.id == user_id)


def role(work: UnitOfWork, users_events_roles_id: int) -> Mailing | None:
    """Tell somebody about their new role on an event; once per grant."""
    grant = work.db.get(UsersEventsRoles, users_events_roles_id)
    if grant is None:
        return None
    event, kind = work.db.get(Event, grant.event_id), work.db.get(Role, grant.role_id)
    if event is None or event.deleted_at is not None or kind is None:
        return None
    return Mailing(
        occasion=f"role {users_events_roles_id}",
        people=User.id == grant.user_id,
        values={"role": title_of(kind), "event": event.name},
        event_id=event.id,
        page=f"events/{event.identifier}",
        about=About(
            type="Event",
            id=event.id,
            action=kind.name,
            details={"event": of_event(event)},
        ),
    )


def trial(_: UnitOfWork, recipient: str) -> Mailing:
    """Send a mail for its own sake."""
    return Mailing(occasion=None, addresses=(recipient,))


def title_of(role: Role) -> str:
    """Return what people call a role."""
    return role.title_name or role.name


def of_event(event: Event) -> dict[str, object]:
    """Return what a notification tells programs of an event."""
    return {"id": str(event.id), "identifier": event.identifier, "name": event.name}
