"""What an event's orders and tickets add up to, for those who run it and ask for it.

The tables are of areas above and are known by their names here. Orders are summed apart
from their lines, so that none is counted once for each line. An order that waits for its
payment and is past its time has expired, whether or not anybody has noticed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    DateTime,
    Integer,
    Numeric,
    Text,
    and_,
    column,
    func,
    select,
    table,
)

from openevent.jsonapi.resource import Row

_ORDERS: Final = table(
    "orders",
    column("id", BigInteger),
    column("event_id", BigInteger),
    column("status", Text),
    column("expires_at", DateTime(timezone=True)),
    column("amount", Numeric),
)
_LINES: Final = table("order_lines", column("order_id", BigInteger), column("quantity", Integer))
_TICKETS: Final = table(
    "tickets",
    column("event_id", BigInteger),
    column("deleted_at", DateTime(timezone=True)),
    column("quantity", Integer),
    column("held", Integer),
    column("sold", Integer),
)
_STATUSES: Final = ("completed", "placed", "pending")


def _amount(status: str) -> Callable[[Row], ColumnElement[Any]]:
    def amount(row: Row) -> ColumnElement[Any]:
        order = _ORDERS.alias()
        total = select(func.coalesce(func.sum(order.c.amount), 0))
        return total.where(order.c.event_id == row.id, _is(order, status)).scalar_subquery()

    return amount


def _seats(status: str) -> Callable[[Row], ColumnElement[Any]]:
    def seats(row: Row) -> ColumnElement[Any]:
        order, line = _ORDERS.alias(), _LINES.alias()
        return (
            select(func.coalesce(func.sum(line.c.quantity), 0))
            .select_from(order.join(line, line.c.order_id == order.c.id))
            .where(order.c.event_id == row.id, _is(order, status))
            .scalar_subquery()
        )

    return seats


def _is(order: Any, status: str) -> ColumnElement[bool]:
    stored: ColumnElement[bool] = order.c.status == status
    return and_(stored, order.c.expires_at > func.now()) if status == "pending" else stored


def _tickets(counted: Callable[[Any], ColumnElement[int]]) -> Callable[[Row], ColumnElement[Any]]:
    def tickets(row: Row) -> ColumnElement[Any]:
        ticket = _TICKETS.alias()
        return (
            select(func.coalesce(func.sum(counted(ticket.c)), 0))
            .where(ticket.c.event_id == row.id, ticket.c.deleted_at.is_(None))
            .scalar_subquery()
        )

    return tickets


#: Attributes of an event -> what they add up.
SUMS: Final = {
    **{f"{status}_order_sales": _amount(status) for status in _STATUSES},
    **{f"{status}_order_tickets": _seats(status) for status in _STATUSES},
    "revenue": _amount("completed"),
    "tickets_sold": _tickets(lambda ticket: ticket.sold),
    "tickets_available": _tickets(lambda ticket: ticket.quantity - ticket.sold - ticket.held),
}
