"""Who may see figures."""

from __future__ import annotations

from typing import Final

from sqlalchemy import ColumnElement, SQLColumnExpression, and_, false, true

from openevent.areas.events.policy import event_exists
from openevent.areas.identity.policy import EVENT_ACCESS, has_role
from openevent.jsonapi.resource import Policy, Row
from openevent.work.principal import Who


class EventFigures(Policy):
    """The figures of an event are for those who run it."""

    def visible(self, who: Who, row: Row) -> ColumnElement[bool]:
        return _runs(who, row.id)


class TicketFigures(Policy):
    """The figures of a ticket are for those who run its event."""

    def visible(self, who: Who, row: Row) -> ColumnElement[bool]:
        return _runs(who, row.event_id)


class SalesReports(Policy):
    """Admins see the sales of everybody."""

    def visible(self, who: Who, row: Row) -> ColumnElement[bool]:
        return true() if who.is_staff else false()


def _runs(who: Who, event_id: SQLColumnExpression[int]) -> ColumnElement[bool]:
    if who.is_anonymous:
        return false()
    return and_(has_role(who, event_id, *EVENT_ACCESS), event_exists(who, event_id))


EVENT_FIGURES: Final = EventFigures()
TICKET_FIGURES: Final = TicketFigures()
SALES_REPORTS: Final = SalesReports()
