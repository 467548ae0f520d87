"""Who may see and change invitations."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, false

from openevent.areas.events.policy import event_exists
from openevent.areas.identity.policy import EVENT_ACCESS, GRANTING, has_role
from openevent.jsonapi.resource import Policy, Row
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


ROLE_INVITE: Final = RoleInvitePolicy()
