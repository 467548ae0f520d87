"""The resource types of the teams area. Answers to invitations are in ``endpoints.py``."""

from __future__ import annotations

from typing import Final

from openevent.areas.teams.endpoints import ROUTES
from openevent.areas.teams.models import RoleInvite
from openevent.areas.teams.operations import invites
from openevent.areas.teams.policy import ROLE_INVITE
from openevent.areas.teams.schemas import RoleInviteSchema
from openevent.jsonapi.resource import ResourceType

__all__ = ["RESOURCES", "ROUTES"]

ROLE_INVITES: Final = ResourceType(
    schema=RoleInviteSchema,
    model=RoleInvite,
    policy=ROLE_INVITE,
    create=invites.invite,
    delete=invites.withdraw,
)

RESOURCES: Final = (ROLE_INVITES,)
