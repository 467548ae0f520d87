"""Who may see and do what about money."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, exists, false, or_, select

from openevent.areas.events.policy import EventChildPolicy, event_exists
from openevent.areas.identity.models import RoleName
from openevent.areas.identity.policy import EVENT_ACCESS, has_role
from openevent.areas.orders.models import Order
from openevent.jsonapi.resource import Policy, Row
from openevent.jsonapi.rows import TableRow
from openevent.work.principal import Who


class RefundPolicy(Policy):
    """Refunds are between an order's buyer and those who run the event, who make them."""

    def visible(self, who: Who, row: Row) -> ColumnElement[bool]:
        if who.is_anonymous:
            return false()
        order = TableRow(Order)
        bought = exists().where(order.id == row.order_id, order.user_id == who.id)
        runs = has_role(who, row.event_id, *EVENT_ACCESS)
        return or_(bought, and_(runs, event_exists(who, row.event_id)))

    def creatable(self, who: Who, values: Mapping[str, ColumnElement[Any]]) -> ColumnElement[bool]:
        order = TableRow(Order)
        event_id = select(order.event_id).where(order.id == values["order_id"]).scalar_subquery()
        return has_role(who, event_id, *EVENT_ACCESS)


class AuthorizationPolicy(EventChildPolicy):
    """Whose account it is, those who run the event know; its organizers say it."""

    def visible(self, who: Who, row: Row) -> ColumnElement[bool]:
        if who.is_anonymous:
            return false()
        return and_(has_role(who, row.event_id, *EVENT_ACCESS), super().visible(who, row))


REFUND: Final = RefundPolicy()
AUTHORIZATION: Final = AuthorizationPolicy(RoleName.OWNER, RoleName.ORGANIZER)
