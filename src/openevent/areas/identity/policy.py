"""Who may see and change people, and what a role on an event allows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    ColumnElement,
    DateTime,
    FromClause,
    Select,
    SQLColumnExpression,
    and_,
    column,
    exists,
    false,
    literal_column,
    not_,
    or_,
    select,
    table,
    true,
)

from openevent.areas.identity.models import (
    PanelOfSystemRole,
    Role,
    RoleName,
    UserPermission,
    UsersEventsRoles,
    UserSystemRole,
)
from openevent.jsonapi.resource import Policy, Row
from openevent.jsonapi.rows import TableRow
from openevent.work.principal import Who

# Tables of areas above, by their names: what they decide is part of who may do what.
_EVENTS: Final = table(
    "events",
    column("id", BigInteger),
    column("group_id", BigInteger),
    column("deleted_at", DateTime(timezone=True)),
)
_GROUP_ROLES: Final = table(
    "users_groups_roles",
    column("group_id", BigInteger),
    column("user_id", BigInteger),
    column("role_id", BigInteger),
    column("accepted", Boolean),
)
_ORDERS: Final = table("orders", column("event_id", BigInteger), column("user_id", BigInteger))

#: Who runs an event.
EVENT_ACCESS: Final = (RoleName.OWNER, RoleName.ORGANIZER, RoleName.COORGANIZER)
#: Who decides about the roles of others.
GRANTING: Final = (RoleName.OWNER, RoleName.ORGANIZER)
#: Who has any role on it.
TEAM: Final = tuple(RoleName)
#: Who runs a group.
GROUP_ACCESS: Final = (RoleName.OWNER, RoleName.ORGANIZER)


def has_role(who: Who, event_id: SQLColumnExpression[int], *roles: RoleName) -> ColumnElement[bool]:
    """Whether the principal has one of these roles on the event. Staff always has.

    An accepted role in the event's group is the same role on the event, but for the
    group's owner: that one is an organizer there.
    """
    if who.is_staff:
        return true()
    if who.is_anonymous:
        return false()
    grant = TableRow(UsersEventsRoles)
    held = select(grant.id).where(grant.event_id == event_id, grant.user_id == who.id)
    if set(roles) != set(TEAM):
        role = TableRow(Role)
        joined = grant.table.join(role.table, role.id == grant.role_id)
        held = held.select_from(joined).where(_is_named(role, *roles))
    in_group = {RoleName.OWNER, *roles} if RoleName.ORGANIZER in roles else set(roles)
    if in_group == {RoleName.OWNER}:
        return exists(held)
    event, in_its_group = _EVENTS.alias(), _GROUP_ROLES.alias()
    through = _held_in_group(who, in_its_group, *sorted(in_group)).where(
        event.c.id == event_id, event.c.group_id == in_its_group.c.group_id
    )
    return or_(exists(held), exists(through))


def has_group_role(
    who: Who, group_id: SQLColumnExpression[int], *roles: RoleName
) -> ColumnElement[bool]:
    """Whether the principal accepted one of these roles in the group. Staff always has."""
    if who.is_staff:
        return true()
    if who.is_anonymous:
        return false()
    held = _GROUP_ROLES.alias()
    return exists(_held_in_group(who, held, *roles).where(held.c.group_id == group_id))


def _held_in_group(who: Who, held: FromClause, *roles: RoleName) -> Select[Any]:
    """Return the select of what the principal accepted of these roles in any group."""
    found: Select[Any] = select(literal_column("1")).where(
        held.c.user_id == who.id, held.c.accepted
    )
    if set(roles) == set(TEAM):
        return found
    role = TableRow(Role)
    return found.where(role.id == held.c.role_id, _is_named(role, *roles))


def is_permitted(who: Who, permission: str) -> ColumnElement[bool]:
    """Whether the user permission allows it: to the verified always, to others if it says so."""
    if who.is_staff:
        return true()
    allowed = TableRow(UserPermission)
    column = allowed.anonymous_user if who.is_anonymous else allowed.unverified_user
    granted = exists(
        select(1).where(
            allowed.name == literal_column(f"'{permission}'"),
            allowed.deleted_at.is_(None),
            column.is_(true()),
        )
    )
    return granted if who.is_anonymous else or_(who.is_verified, granted)


def holds(role: RoleName, row: Row) -> ColumnElement[bool]:
    """Whether the user ``row`` has that role on any event that is not deleted."""
    grant, kind = TableRow(UsersEventsRoles), TableRow(Role)
    return exists(
        select(1)
        .select_from(grant.table.join(kind.table, kind.id == grant.role_id))
        .where(grant.user_id == row.id, _is_named(kind, role), _is_live(grant.event_id))
    )


def _is_named(role: Row, *names: RoleName) -> ColumnElement[bool]:
    # Constants in the SQL text, so that a plan made once knows them. No IN: its
    # parameters are expanded on execution, and policies are compiled once.
    return or_(*(role.name == literal_column(f"'{name.value}'") for name in names))


class UserPolicy(Policy):
    """People are seen by themselves, by who runs an event with them, or if they want to be."""

    def visible(self, who: Who, row: Row) -> ColumnElement[bool]:
        if who.is_staff:
            return true()
        public = and_(row.is_profile_public, not_(row.is_blocked))
        return public if who.is_anonymous else or_(row.id == who.id, public, _shares(who, row))

    def audiences(self, who: Who, row: Row) -> Mapping[str, ColumnElement[bool]]:
        if who.is_staff:
            return {"self": true(), "team": true()}
        if who.is_anonymous:
            return {"self": false(), "team": false()}
        return {"self": row.id == who.id, "team": or_(row.id == who.id, _shares(who, row))}

    def creatable(self, who: Who, values: Mapping[str, ColumnElement[Any]]) -> ColumnElement[bool]:
        return true()

    def changeable(self, who: Who, row: Row) -> ColumnElement[bool]:
        return _is_own(who, row.id)


class UserEmailPolicy(Policy):
    """Further addresses are between their user and staff."""

    def visible(self, who: Who, row: Row) -> ColumnElement[bool]:
        return _is_own(who, row.user_id)

    def creatable(self, who: Who, values: Mapping[str, ColumnElement[Any]]) -> ColumnElement[bool]:
        return _is_own(who, values["user_id"])

    def changeable(self, who: Who, row: Row) -> ColumnElement[bool]:
        return _is_own(who, row.user_id)


class StaffWrites(Policy):
    """Everybody may read it, staff keeps it."""

    def visible(self, who: Who, row: Row) -> ColumnElement[bool]:
        return true()

    def creatable(self, who: Who, values: Mapping[str, ColumnElement[Any]]) -> ColumnElement[bool]:
        return true() if who.is_staff else false()

    def changeable(self, who: Who, row: Row) -> ColumnElement[bool]:
        return true() if who.is_staff else false()


class SystemRolePolicy(StaffWrites):
    """System roles are kept by staff and seen by who has them."""

    def visible(self, who: Who, row: Row) -> ColumnElement[bool]:
        if who.is_staff:
            return true()
        if who.is_anonymous:
            return false()
        held = TableRow(UserSystemRole)
        return exists(
            select(held.user_id).where(held.user_id == who.id, held.custom_system_role_id == row.id)
        )


class PanelPolicy(StaffWrites):
    """Panels are kept by staff and seen by those to whom a system role opens them."""

    def visible(self, who: Who, row: Row) -> ColumnElement[bool]:
        if who.is_staff:
            return true()
        if who.is_anonymous:
            return false()
        held, opened = TableRow(UserSystemRole), TableRow(PanelOfSystemRole)
        return exists(
            select(held.user_id).where(
                held.user_id == who.id,
                held.custom_system_role_id == opened.custom_system_role_id,
                opened.panel_permission_id == row.id,
            )
        )


class GrantPolicy(Policy):
    """Roles on an event are seen by who runs it and changed by its organizers.

    Everybody sees the roles they have themselves, and may lay them down.
    """

    def visible(self, who: Who, row: Row) -> ColumnElement[bool]:
        if who.is_anonymous:
            return false()
        shown = or_(_is_own(who, row.user_id), has_role(who, row.event_id, *EVENT_ACCESS))
        return and_(_is_live(row.event_id), shown)

    def creatable(self, who: Who, values: Mapping[str, ColumnElement[Any]]) -> ColumnElement[bool]:
        return has_role(who, values["event_id"], *GRANTING)

    def changeable(self, who: Who, row: Row) -> ColumnElement[bool]:
        return has_role(who, row.event_id, *GRANTING)

    def deletable(self, who: Who, row: Row) -> ColumnElement[bool]:
        return or_(_is_own(who, row.user_id), self.changeable(who, row))


def _is_own(who: Who, user_id: SQLColumnExpression[int]) -> ColumnElement[bool]:
    if who.is_staff:
        return true()
    return false() if who.is_anonymous else user_id == who.id


def _is_live(event_id: SQLColumnExpression[int]) -> ColumnElement[bool]:
    event = _EVENTS.alias()
    return exists(select(1).where(event.c.id == event_id, event.c.deleted_at.is_(None)))


def _shares(who: Who, row: Row) -> ColumnElement[bool]:
    """Whether the principal runs an event that the user ``row`` works on or has ordered from."""
    return or_(_works_with(who, row), _sold_to(who, row))


def _sold_to(who: Who, row: Row) -> ColumnElement[bool]:
    order = _ORDERS.alias()
    return exists(
        select(literal_column("1")).where(
            order.c.user_id == row.id,
            has_role(who, order.c.event_id, *EVENT_ACCESS),
            _is_live(order.c.event_id),
        )
    )


def _works_with(who: Who, row: Row) -> ColumnElement[bool]:
    theirs = TableRow(UsersEventsRoles)
    return exists(
        select(theirs.id).where(
            theirs.user_id == row.id,
            has_role(who, theirs.event_id, *EVENT_ACCESS),
            _is_live(theirs.event_id),
        )
    )
