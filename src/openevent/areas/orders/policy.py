"""Who may see and change orders and attendees."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import ColumnElement, Exists, and_, exists, false, func, or_, true

from openevent.areas.events.policy import event_exists
from openevent.areas.identity.policy import EVENT_ACCESS, has_role
from openevent.areas.orders.models import Order
from openevent.areas.ticketing.policy import AT_THE_DOOR
from openevent.jsonapi.resource import Policy, Row
from openevent.jsonapi.rows import TableRow
from openevent.work.principal import Who


class OrderPolicy(Policy):
    """Orders are between their buyer and those who run the event."""

    def visible(self, who: Who, row: Row) -> ColumnElement[bool]:
        if who.is_anonymous:
            return false()
        return or_(row.user_id == who.id, self._runs(who, row))

    def creatable(self, who: Who, values: Mapping[str, ColumnElement[Any]]) -> ColumnElement[bool]:
        return has_role(who, values["event_id"], *EVENT_ACCESS)

    def changeable(self, who: Who, row: Row) -> ColumnElement[bool]:
        return self.visible(who, row)

    def _runs(self, who: Who, row: Row) -> ColumnElement[bool]:
        return and_(has_role(who, row.event_id, *EVENT_ACCESS), event_exists(who, row.event_id))


class AttendeePolicy(Policy):
    """Attendees are known to themselves, to who bought their seat, and to who lets them in.

    The buyer names them while the order is open, those who run the event at any time, who
    also take them out again. Who only lets them in needs neither their addresses nor their answers.
    """

    def visible(self, who: Who, row: Row) -> ColumnElement[bool]:
        if who.is_anonymous:
            return false()
        order = TableRow(Order)
        # Few orders have lapsed: an event's attendees are counted without reading its orders.
        has_lapsed = exists().where(order.id == row.order_id, order.expires_at <= func.now())
        return and_(
            ~has_lapsed,
            or_(
                row.user_id == who.id,
                _has_bought(who, row, TableRow(Order)),
                and_(has_role(who, row.event_id, *AT_THE_DOOR), event_exists(who, row.event_id)),
            ),
        )

    def audiences(self, who: Who, row: Row) -> Mapping[str, ColumnElement[bool]]:
        if who.is_anonymous or who.is_staff:
            return {"team": true() if who.is_staff else false()}
        runs = has_role(who, row.event_id, *EVENT_ACCESS)
        return {"team": or_(row.user_id == who.id, _has_bought(who, row, TableRow(Order)), runs)}

    def changeable(self, who: Who, row: Row) -> ColumnElement[bool]:
        if who.is_staff:
            return true()
        order = TableRow(Order)
        is_open = _has_bought(who, row, order).where(order.expires_at > func.now())
        return or_(is_open, has_role(who, row.event_id, *EVENT_ACCESS))

    def deletable(self, who: Who, row: Row) -> ColumnElement[bool]:
        return has_role(who, row.event_id, *EVENT_ACCESS)


def _has_bought(who: Who, row: Row, order: Row) -> Exists:
    # On its own: a subquery in a subquery is not correlated to the row of the outermost.
    return exists().where(order.id == row.order_id, order.user_id == who.id)


ORDER: Final = OrderPolicy()
ATTENDEE: Final = AttendeePolicy()
