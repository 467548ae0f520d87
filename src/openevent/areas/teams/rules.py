"""Pure decisions about invitations: how long they are good, and for whom."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from openevent.areas.identity.models import RoleName
from openevent.areas.teams.models import InviteStatus
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


def check_open(status: InviteStatus, expires_at: datetime | None, now: datetime) -> None:
    """Refuse an invitation that was answered, or whose time is over."""
    if status is not InviteStatus.PENDING:
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
