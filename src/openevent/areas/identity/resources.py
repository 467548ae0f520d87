"""The resource types of people. Log-in and its kin are in ``endpoints.py``."""

from __future__ import annotations

from functools import partial

from openevent.areas.identity.endpoints import ROUTES
from openevent.areas.identity.models import (
    CustomSystemRole,
    PanelPermission,
    Role,
    RoleName,
    User,
    UserEmail,
    UserPermission,
    UsersEventsRoles,
)
from openevent.areas.identity.operations import accounts, roles
from openevent.areas.identity.policy import (
    GrantPolicy,
    PanelPolicy,
    StaffWrites,
    SystemRolePolicy,
    UserEmailPolicy,
    UserPolicy,
    holds,
)
from openevent.areas.identity.schemas import (
    CustomSystemRoleSchema,
    PanelPermissionSchema,
    RoleSchema,
    UserEmailSchema,
    UserPermissionSchema,
    UserSchema,
    UsersEventsRolesSchema,
)
from openevent.jsonapi.pictures import PORTRAIT, Picture
from openevent.jsonapi.resource import Listing, ResourceType, plain_writes
from openevent.work.principal import Audience

__all__ = ["RESOURCES", "ROUTES"]

USERS = ResourceType(
    schema=UserSchema,
    model=User,
    policy=UserPolicy(),
    create=accounts.register_user,
    anonymous_create=True,
    update=accounts.revise_user,
    delete=accounts.delete_user,
    listings=(Listing(path="/v1/users", audience=Audience.STAFF),),
    pictures=(
        Picture(
            attribute="avatar_url",
            kind="speaker",
            variants={"original": "original_image_url", **PORTRAIT},
            placeholder="image_placeholder",
        ),
    ),
    computed={f"is_user_{role.value}": partial(holds, role) for role in RoleName},
)

USER_EMAILS = ResourceType(
    schema=UserEmailSchema,
    model=UserEmail,
    policy=UserEmailPolicy(),
    create=accounts.add_email,
    update=accounts.revise_email,
    delete=plain_writes(UserEmail)["delete"],
    listings=(
        Listing(path="/v1/user-emails", audience=Audience.REGISTERED),
        Listing(path="/v1/admin/user-emails", audience=Audience.STAFF),
    ),
)

ROLES = ResourceType(
    schema=RoleSchema,
    model=Role,
    policy=StaffWrites(),
    create=roles.add_role,
    update=roles.revise_role,
    delete=roles.delete_role,
    listings=(Listing(path="/v1/roles"),),
)

USERS_EVENTS_ROLES = ResourceType(
    schema=UsersEventsRolesSchema,
    model=UsersEventsRoles,
    policy=GrantPolicy(),
    create=roles.grant_role,
    update=roles.revise_grant,
    delete=roles.revoke_role,
)

_PERMISSION_WRITES = plain_writes(UserPermission)

USER_PERMISSIONS = ResourceType(
    schema=UserPermissionSchema,
    model=UserPermission,
    policy=StaffWrites(),
    listings=(Listing(path="/v1/user-permissions"),),
    create=_PERMISSION_WRITES["create"],
    update=_PERMISSION_WRITES["update"],
    delete=_PERMISSION_WRITES["delete"],
)

_SYSTEM_ROLE_WRITES = plain_writes(CustomSystemRole)

CUSTOM_SYSTEM_ROLES = ResourceType(
    schema=CustomSystemRoleSchema,
    model=CustomSystemRole,
    policy=SystemRolePolicy(),
    listings=(Listing(path="/v1/custom-system-roles", audience=Audience.STAFF),),
    create=_SYSTEM_ROLE_WRITES["create"],
    update=_SYSTEM_ROLE_WRITES["update"],
    delete=_SYSTEM_ROLE_WRITES["delete"],
)

_PANEL_WRITES = plain_writes(PanelPermission)

PANEL_PERMISSIONS = ResourceType(
    schema=PanelPermissionSchema,
    model=PanelPermission,
    policy=PanelPolicy(),
    listings=(Listing(path="/v1/panel-permissions", audience=Audience.STAFF),),
    create=_PANEL_WRITES["create"],
    update=_PANEL_WRITES["update"],
    delete=_PANEL_WRITES["delete"],
)

RESOURCES = (
    USERS,
    USER_EMAILS,
    ROLES,
    USERS_EVENTS_ROLES,
    USER_PERMISSIONS,
    CUSTOM_SYSTEM_ROLES,
    PANEL_PERMISSIONS,
)
