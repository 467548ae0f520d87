"""The resource types of the teams area. Answers to invitations are in ``endpoints.py``."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import aliased

from openevent.areas.identity.policy import StaffWrites
from openevent.areas.teams.endpoints import ROUTES
from openevent.areas.teams.models import (
    EventRolePermissions,
    Group,
    RoleInvite,
    Service,
    UserFollowGroup,
    UsersGroupsRole,
)
from openevent.areas.teams.operations import group_roles, groups, invites, permissions
from openevent.areas.teams.policy import FOLLOW, GROUP, GROUP_ROLE, ROLE_INVITE
from openevent.areas.teams.schemas import (
    EventRolePermissionsSchema,
    GroupSchema,
    RoleInviteSchema,
    ServiceSchema,
    UserFollowGroupSchema,
    UsersGroupsRoleSchema,
)
from openevent.jsonapi.pictures import BANNER, LOGO
from openevent.jsonapi.resource import Listing, ResourceType, Row, plain_writes

__all__ = ["RESOURCES", "ROUTES"]


def follower_count(row: Row) -> ColumnElement[Any]:
    """Return how many people follow a group."""
    follow = aliased(UserFollowGroup)
    return select(func.count()).where(follow.group_id == row.id).scalar_subquery()


ROLE_INVITES: Final = ResourceType(
    schema=RoleInviteSchema,
    model=RoleInvite,
    policy=ROLE_INVITE,
    create=invites.invite,
    delete=invites.withdraw,
)
GROUPS: Final = ResourceType(
    schema=GroupSchema,
    model=Group,
    policy=GROUP,
    create=groups.create_group,
    update=groups.update_group,
    delete=groups.delete_group,
    listings=(Listing(path="/v1/groups"),),
    computed={"follower_count": follower_count},
    pictures=(LOGO, BANNER),
)
USERS_GROUPS_ROLES: Final = ResourceType(
    schema=UsersGroupsRoleSchema,
    model=UsersGroupsRole,
    policy=GROUP_ROLE,
    create=group_roles.invite,
    delete=group_roles.remove,
)
USER_FOLLOW_GROUPS: Final = ResourceType(
    schema=UserFollowGroupSchema,
    model=UserFollowGroup,
    policy=FOLLOW,
    create=groups.follow,
    delete=plain_writes(UserFollowGroup)["delete"],
)

SERVICES: Final = ResourceType(
    schema=ServiceSchema,
    model=Service,
    policy=StaffWrites(),
    update=permissions.update_service,
    listings=(Listing(path="/v1/services"),),
)
EVENT_ROLE_PERMISSIONS: Final = ResourceType(
    schema=EventRolePermissionsSchema,
    model=EventRolePermissions,
    policy=StaffWrites(),
    update=permissions.update_permissions,
    listings=(Listing(path="/v1/event-role-permissions"),),
)

RESOURCES: Final = (
    ROLE_INVITES,
    SERVICES,
    EVENT_ROLE_PERMISSIONS,
    GROUPS,
    USERS_GROUPS_ROLES,
    USER_FOLLOW_GROUPS,
)
