"""Pure decisions about invitations and announcements."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from openevent.areas.events.models import EventState
from openevent.areas.identity.models import RoleName
from openevent.areas.teams.models import InviteStatus, ServiceName
from openevent.errors import Conflict, Forbidden, Gone, Invalid

#: From when the mail is sent.
INVITE_LIFETIME: Final = timedelta(days=7)

_WHICH: Final = ", ".join(role.value for role in RoleName)


def check_role(name: str, said: str | None) -> RoleName:
    """Return the role that somebody is invited to; refuse names that contradict each other."""
    if name not in tuple(RoleName):
        raise Invalid(
            f"People are invited to these roles: {_WHICH}.",
            code="not-invited-to",
            pointer="/data/relationships/role",
        )
    if said is not None and said != name:
        raise Invalid(
            f"The role is {name!r}, but 'role-name' says {said!r}.",
            code="role-name-differs",
            pointer="/data/attributes/role-name",
        )
    return RoleName(name)


def check_open(status: StrEnum, expires_at: datetime | None, now: datetime) -> None:
    """Refuse an invitation that was answered, or whose time is over."""
    if status != InviteStatus.PENDING:
        raise Conflict(f"This invitation was {status} already.", code=f"invite-{status}")
    if expires_at is None or expires_at <= now:
        raise Gone("This invitation has expired. Ask for a new one.", code="invite-expired")


def check_invited(invited: str, account: str) -> None:
    """Refuse whoever is logged in with another address than the invited one."""
    if invited.lower() != account.lower():
        raise Forbidden(
            "This invitation is for another address. Log in with the account that has it.",
            code="other-address",
        )


def check_announceable(
    state: EventState, starts_at: datetime, *, announced: bool, now: datetime
) -> None:
    """Refuse to announce an event that visitors do not see, that has begun, or again."""
    if announced:
        raise Conflict("The event was announced already.", code="announced-already")
    if state is not EventState.PUBLISHED:
        raise Conflict("Publish the event first.", code="not-published")
    if starts_at <= now:
        raise Conflict("The event has begun already.", code="not-upcoming")


def may_write(role: RoleName, service: ServiceName) -> bool:
    """Whether a role creates, changes and deletes what belongs to one part of an event.

    What the table of permissions says at first; a test holds it to the documented actions.
    """
    if role in (RoleName.OWNER, RoleName.ORGANIZER, RoleName.COORGANIZER):
        return True
    return role is RoleName.TRACK_ORGANIZER and service is ServiceName.TRACK
