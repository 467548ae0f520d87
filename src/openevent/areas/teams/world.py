"""The teams area's part of the demo world: fixed ids that documentation and tests share."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final

from openevent.areas.identity.models import RoleName
from openevent.areas.identity.world import NEVER
from openevent.areas.teams.models import InviteStatus, RoleInvite
from openevent.db.base import Record
from openevent.services.tokens import hash_secret

MADE: Final = datetime(2025, 11, 5, 8, 0, tzinfo=UTC)
LONG_AGO: Final = datetime(2025, 11, 12, 8, 0, tzinfo=UTC)

#: Mailed tokens, as the documentation's examples send them.
ROLE_INVITE_TOKEN: Final = "demo-role-invite-token"  # noqa: S105
EXPIRED_INVITE_TOKEN: Final = "demo-expired-invite-token"  # noqa: S105
DECLINED_INVITE_TOKEN: Final = "demo-declined-invite-token"  # noqa: S105

_ROLES: Final = {role.value: id_ for id_, role in enumerate(RoleName, start=1)}


def rows() -> list[Record]:
    """Return the rows in the order in which they can be inserted."""
    return [
        _invite(1, "registered@example.org", "moderator", token=ROLE_INVITE_TOKEN),
        _invite(2, "newcomer@example.org", "coorganizer"),
        _invite(3, "organizer@example.org", "organizer", InviteStatus.ACCEPTED, grant_id=2),
        _invite(
            4,
            "unverified@example.org",
            "registrar",
            token=EXPIRED_INVITE_TOKEN,
            expires_at=LONG_AGO,
        ),
        _invite(
            5,
            "other-owner@example.org",
            "track_organizer",
            InviteStatus.DECLINED,
            token=DECLINED_INVITE_TOKEN,
        ),
        _invite(6, "usher@example.org", "registrar", event_id=2, inviter_id=11),
        _invite(7, "registered@example.org", "coorganizer", event_id=3),
    ]


def _invite(
    id_: int,
    email: str,
    role: str,
    status: InviteStatus = InviteStatus.PENDING,
    *,
    token: str | None = None,
    expires_at: datetime = NEVER,
    **given: Any,
) -> RoleInvite:
    return RoleInvite(
        id=id_,
        email=email,
        role_name=role,
        role_id=_ROLES[role],
        status=status,
        hash=token and hash_secret(token),
        expires_at=token and expires_at,
        created_at=MADE,
        modified_at=MADE,
        **{"event_id": 1, "inviter_id": 3, **given},
    )
