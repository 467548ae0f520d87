"""Who may see and change events, what belongs to an event, and the lists of the system."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import ColumnElement, SQLColumnExpression, and_, exists, false, or_, true

from openevent.areas.events.models import Event, EventState
from openevent.areas.identity.models import RoleName
from openevent.areas.identity.policy import EVENT_ACCESS, TEAM, has_role
from openevent.jsonapi.resource import Policy, Row
from openevent.jsonapi.rows import TableRow
from openevent.work.principal import Who


class EventPolicy(Policy):
    """Anybody sees published events, their team sees drafts, and who runs one changes it."""

    def visible(self, who: Who, row: Row) -> ColumnElement[bool]:
        return or_(row.state == EventState.PUBLISHED.value, has_role(who, row.id, *TEAM))

    def audiences(self, who: Who, row: Row) -> Mapping[str, ColumnElement[bool]]:
        return {"team": has_role(who, row.id, *EVENT_ACCESS)}

    def creatable(self, who: Who, values: Mapping[str, ColumnElement[Any]]) -> ColumnElement[bool]:
        # Whether this user in particular may is said by the operation, with the reason.
        return false() if who.is_anonymous else true()

    def changeable(self, who: Who, row: Row) -> ColumnElement[bool]:
        return has_role(who, row.id, *EVENT_ACCESS)


class EventChildPolicy(Policy):
    """What belongs to an event is seen by whoever sees the event, and changed by ``roles``.

    With the event deleted or hidden, everything below it is too. For types whose rows
    have an ``event_id``.
    """

    def __init__(self, *roles: RoleName) -> None:
        self.roles = roles

    def visible(self, who: Who, row: Row) -> ColumnElement[bool]:
        return event_exists(who, row.event_id)

    def creatable(self, who: Who, values: Mapping[str, ColumnElement[Any]]) -> ColumnElement[bool]:
        return has_role(who, values["event_id"], *self.roles)

    def changeable(self, who: Who, row: Row) -> ColumnElement[bool]:
        return has_role(who, row.event_id, *self.roles)


class EventHistoryPolicy(Policy):
    """Those who run the event read its history, and nobody writes it."""

    def visible(self, who: Who, row: Row) -> ColumnElement[bool]:
        if who.is_anonymous:
            return false()
        return and_(has_role(who, row.event_id, *EVENT_ACCESS), event_exists(who, row.event_id))


class SystemListPolicy(Policy):
    """Anybody reads the lists that events are classified by; staff keeps them."""

    def visible(self, who: Who, row: Row) -> ColumnElement[bool]:
        return true()

    def creatable(self, who: Who, values: Mapping[str, ColumnElement[Any]]) -> ColumnElement[bool]:
        return true() if who.is_staff else false()

    def changeable(self, who: Who, row: Row) -> ColumnElement[bool]:
        return true() if who.is_staff else false()


EVENT: Final = EventPolicy()
RUN_BY_ORGANIZERS: Final = EventChildPolicy(*EVENT_ACCESS)
EVENT_HISTORY: Final = EventHistoryPolicy()
SYSTEM_LIST: Final = SystemListPolicy()


def event_exists(who: Who, event_id: SQLColumnExpression[int]) -> ColumnElement[bool]:
    """Whether the event is live and visible to the principal."""
    event = TableRow(Event)
    return exists().where(
        event.id == event_id, event.deleted_at.is_(None), EVENT.visible(who, event)
    )
