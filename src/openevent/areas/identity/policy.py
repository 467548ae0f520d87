"""Who may see and change people, and what a role on an event allows."""

from __future__ import annotations

from typing import Final

from sqlalchemy import ColumnElement, exists, false, or_, select, true
from sqlalchemy.orm import aliased

from openevent.areas.identity.models import Role, RoleName, UserPermission, UsersEventsRoles
from openevent.work.principal import Who

#: Who runs an event.
EVENT_ACCESS: Final = (RoleName.OWNER, RoleName.ORGANIZER, RoleName.COORGANIZER)
#: Who has any role on it.
TEAM: Final = tuple(RoleName)


def has_role(who: Who, event_id: ColumnElement[int], *roles: RoleName) -> ColumnElement[bool]:
    """Whether the principal has one of these roles on the event. Staff always has."""
    if who.is_staff:
        return true()
    if who.is_anonymous:
        return false()
    grant = aliased(UsersEventsRoles)
    held = select(1).where(grant.event_id == event_id, grant.user_id == who.id)
    if set(roles) != set(TEAM):
        role = aliased(Role)
        held = held.join(role, role.id == grant.role_id).where(role.name.in_(roles))
    return exists(held)


def is_permitted(who: Who, permission: str) -> ColumnElement[bool]:
    """Whether the user permission allows it: to the verified always, to others if it says so."""
    if who.is_staff:
        return true()
    allowed = aliased(UserPermission)
    column = allowed.anonymous_user if who.is_anonymous else allowed.unverified_user
    granted = exists(
        select(1).where(
            allowed.name == permission, allowed.deleted_at.is_(None), column.is_(true())
        )
    )
    return granted if who.is_anonymous else or_(who.is_verified, granted)
