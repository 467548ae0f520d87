"""Who may see and change invitations, groups, and who follows them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    SQLColumnExpression,
    and_,
    exists,
    false,
    func,
    or_,
    select,
    true,
)

from openevent.areas.events.policy import event_exists
from openevent.areas.identity.models import RoleName
from openevent.areas.identity.policy import (
    EVENT_ACCESS,
    GRANTING,
    GROUP_ACCESS,
    TEAM,
    has_group_role,
    has_role,
)
from openevent.areas.teams.models import Group
from openevent.jsonapi.resource import Policy, Row
from openevent.jsonapi.rows import TableRow
from openevent.work.principal import Who


class RoleInvitePolicy(Policy):
    """Those who run an event see whom it invited; its organizers decide."""

    def visible(self, who: Who, row: Row) -> ColumnElement[bool]:
        if who.is_anonymous:
            return false()
        return and_(has_role(who, row.event_id, *EVENT_ACCESS), event_exists(who, row.event_id))

    def creatable(self, who: Who, values: Mapping[str, ColumnElement[Any]]) -> ColumnElement[bool]:
        return has_role(who, values["event_id"], *GRANTING)

    def changeable(self, who: Who, row: Row) -> ColumnElement[bool]:
        return has_role(who, row.event_id, *GRANTING)


class GroupPolicy(Policy):
    """Everybody sees groups, their owners and organizers change them, their owners delete them."""

    def visible(self, who: Who, row: Row) -> ColumnElement[bool]:
        return true()

    def creatable(self, who: Who, values: Mapping[str, ColumnElement[Any]]) -> ColumnElement[bool]:
        # Whether this user in particular may is said by the operation, with the reason.
        return false() if who.is_anonymous else true()

    def changeable(self, who: Who, row: Row) -> ColumnElement[bool]:
        return has_group_role(who, row.id, *GROUP_ACCESS)

    def deletable(self, who: Who, row: Row) -> ColumnElement[bool]:
        return has_group_role(who, row.id, RoleName.OWNER)


class GroupRolePolicy(Policy):
    """A group's people see each other, and its owner decides who they are.

    Everybody may lay down a role of their own.
    """

    def visible(self, who: Who, row: Row) -> ColumnElement[bool]:
        if who.is_anonymous:
            return false()
        return and_(has_group_role(who, row.group_id, *TEAM), _group_exists(row.group_id))

    def creatable(self, who: Who, values: Mapping[str, ColumnElement[Any]]) -> ColumnElement[bool]:
        return has_group_role(who, values["group_id"], RoleName.OWNER)

    def changeable(self, who: Who, row: Row) -> ColumnElement[bool]:
        return has_group_role(who, row.group_id, RoleName.OWNER)

    def deletable(self, who: Who, row: Row) -> ColumnElement[bool]:
        return or_(_is_own(who, row.user_id), self.changeable(who, row))


class FollowPolicy(Policy):
    """Whom somebody follows is seen by them and by who runs the group."""

    def visible(self, who: Who, row: Row) -> ColumnElement[bool]:
        if who.is_anonymous:
            return false()
        shown = or_(_is_own(who, row.user_id), has_group_role(who, row.group_id, *GROUP_ACCESS))
        return and_(shown, _group_exists(row.group_id))

    def creatable(self, who: Who, values: Mapping[str, ColumnElement[Any]]) -> ColumnElement[bool]:
        # Without a user it is the principal who follows.
        return (
            false() if who.is_anonymous else _is_own(who, func.coalesce(values["user_id"], who.id))
        )

    def deletable(self, who: Who, row: Row) -> ColumnElement[bool]:
        return _is_own(who, row.user_id)


def _is_own(who: Who, user_id: SQLColumnExpression[Any]) -> ColumnElement[bool]:
    return true() if who.is_staff else user_id == who.id


def _group_exists(group_id: SQLColumnExpression[int]) -> ColumnElement[bool]:
    group = TableRow(Group)
    return exists(select(group.id).where(group.id == group_id, group.deleted_at.is_(None)))


GROUP: Final = GroupPolicy()
GROUP_ROLE: Final = GroupRolePolicy()
FOLLOW: Final = FollowPolicy()
ROLE_INVITE: Final = RoleInvitePolicy()
