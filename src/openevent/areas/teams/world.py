"""The teams area's part of the demo world: fixed ids that documentation and tests share."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final

from openevent.areas.identity.models import RoleName
from openevent.areas.identity.world import NEVER
from openevent.areas.teams.models import (
    EventRolePermissions,
    Group,
    InviteStatus,
    RoleInvite,
    Service,
    ServiceName,
    UserFollowGroup,
    UsersGroupsRole,
)
from openevent.areas.teams.rules import may_write
from openevent.db.base import Record
from openevent.services.tokens import hash_secret

MADE: Final = datetime(2025, 11, 5, 8, 0, tzinfo=UTC)
LONG_AGO: Final = datetime(2025, 11, 12, 8, 0, tzinfo=UTC)

#: Mailed tokens, as the documentation's examples send them.
ROLE_INVITE_TOKEN: Final = "demo-role-invite-token"  # noqa: S105
EXPIRED_INVITE_TOKEN: Final = "demo-expired-invite-token"  # noqa: S105
DECLINED_INVITE_TOKEN: Final = "demo-declined-invite-token"  # noqa: S105
GROUP_INVITE_TOKEN: Final = "demo-group-invite-token"  # noqa: S105
EXPIRED_GROUP_TOKEN: Final = "demo-expired-group-token"  # noqa: S105
ACCEPTED_GROUP_TOKEN: Final = "demo-accepted-group-token"  # noqa: S105

_ROLES: Final = {role.value: id_ for id_, role in enumerate(RoleName, start=1)}


def rows() -> list[Record]:
    """Return the rows in the order in which they can be inserted."""
    return [*_invites(), *_permissions(), *_groups()]


def _invites() -> list[Record]:
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


def _groups() -> list[Record]:
    made = {"created_at": MADE, "modified_at": MADE}
    return [
        Group(
            id=1,
            name="Open Tech e.V.",
            about="<p>Volunteers who run summits.</p>",
            social_links=[{"name": "website", "link": "https://summit.example.org/"}],
            logo_url="https://images.example.org/groups/1/logo.png",
            user_id=3,
            **made,
        ),
        Group(id=2, name="Strings of Singapore", user_id=11, **made),
        Group(id=3, name="A Group of Old", user_id=3, deleted_at=LONG_AGO, **made),
        _group_role(1, 1, "owner@example.org", "owner", user_id=3),
        _group_role(2, 1, "organizer@example.org", "organizer", 4, token=ACCEPTED_GROUP_TOKEN),
        _group_role(3, 1, "registered@example.org", "organizer", token=GROUP_INVITE_TOKEN),
        _group_role(4, 2, "other-owner@example.org", "owner", user_id=11),
        _group_role(
            5, 1, "unverified@example.org", "organizer", token=EXPIRED_GROUP_TOKEN, until=LONG_AGO
        ),
        _group_role(6, 3, "owner@example.org", "owner", user_id=3),
        UserFollowGroup(id=1, group_id=1, user_id=9, **made),
        UserFollowGroup(id=2, group_id=1, user_id=4, **made),
        UserFollowGroup(id=3, group_id=2, user_id=12, **made),
    ]


def _group_role(
    id_: int,
    group: int,
    email: str,
    role: str,
    user_id: int | None = None,
    *,
    token: str | None = None,
    until: datetime = NEVER,
) -> UsersGroupsRole:
    return UsersGroupsRole(
        id=id_,
        group_id=group,
        email=email,
        role_id=_ROLES[role],
        user_id=user_id,
        accepted=user_id is not None,
        hash=token and hash_secret(token),
        expires_at=token and until,
        created_at=MADE,
        modified_at=MADE,
    )


def _permissions() -> list[Record]:
    made = {"created_at": MADE, "modified_at": MADE}
    pairs = [(role, service) for service in ServiceName for role in RoleName]
    return [
        *(Service(id=id_, name=name.value, **made) for id_, name in enumerate(ServiceName, 1)),
        *(
            EventRolePermissions(
                id=id_,
                role_id=_ROLES[role],
                service_id=list(ServiceName).index(service) + 1,
                can_create=may_write(role, service),
                can_read=True,
                can_update=may_write(role, service),
                can_delete=may_write(role, service),
                **made,
            )
            for id_, (role, service) in enumerate(pairs, 1)
        ),
    ]
