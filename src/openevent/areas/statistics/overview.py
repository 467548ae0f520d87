"""The sales of an event over time, by ticket and by code, and who came when: SQL over its rows.

What is sold is what was placed or completed; what was called off later is not. An order
was sold when it was completed, or, while it waits for its payment, when it was made. Days
and hours are those of the event's time zone. Each list is one aggregate over rows that are
read once: what an order amounts to and what seats it has are added up beside each other,
so that no order is multiplied by its lines.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Integer,
    Numeric,
    Select,
    Text,
    and_,
    func,
    literal_column,
    or_,
    select,
    union_all,
)
from sqlalchemy.dialects.postgresql import JSONB, aggregate_order_by
from sqlalchemy.orm import aliased

from openevent.areas.checkin.models import Direction, Scan
from openevent.areas.checkin.rules import DOOR
from openevent.areas.orders.models import Order, OrderLine, OrderStatus
from openevent.areas.statistics.figures import ZERO, cost, text_of
from openevent.areas.ticketing.models import AccessCode, DiscountCode, Ticket, TicketType
from openevent.db.base import Record
from openevent.jsonapi.resource import Row
from openevent.jsonapi.rows import source_of

#: What stands, paid or to be paid.
SOLD: Final = (OrderStatus.PLACED, OrderStatus.COMPLETED)
_NOTHING: Final = literal_column("0.00", Numeric)


def is_sold(order: Row) -> ColumnElement[bool]:
    """Whether an order stands."""
    return or_(*(order.status == text_of(status) for status in SOLD))


def sales_by_day(row: Row) -> ColumnElement[Any]:
    """Return for each day with sales its orders, its seats (by type of ticket, too) and amount.

    Registrations are of the type that they name.
    """
    order, line, ticket = aliased(Order), aliased(OrderLine), aliased(Ticket)
    of_event = and_(order.event_id == row.id, is_sold(order))
    sold_at = func.coalesce(order.completed_at, order.created_at)
    day = func.to_char(func.timezone(row.timezone, sold_at), text_of("YYYY-MM-DD")).label("day")
    amounts = select(
        day,
        literal_column("1", Integer).label("orders"),
        order.amount.label("sales"),
        ZERO.label("tickets"),
        literal_column("NULL", Text).label("type"),
    )
    amounts = amounts.where(of_event).correlate(source_of(row))
    seats = (
        select(day, ZERO, _NOTHING, line.quantity, ticket.type)
        .select_from(order)
        .join(line, line.order_id == order.id)
        .join(ticket, ticket.id == line.ticket_id)
        .where(of_event)
        .correlate(source_of(row))
    )
    each = union_all(amounts, seats).subquery("each")
    of_type = (
        func.coalesce(
            func.sum(each.c.tickets).filter(each.c.type.like(text_of(f"{type_}%"))), ZERO
        ).label(type_.value)
        for type_ in (TicketType.FREE, TicketType.PAID, TicketType.DONATION)
    )
    sums = (func.sum(each.c[name]).label(name) for name in ("orders", "tickets", "sales"))
    return _listed(select(each.c.day, *sums, *of_type).group_by(each.c.day), "day")


def sales_by_ticket(row: Row) -> ColumnElement[Any]:
    """Return for each ticket on sale, or sold once, how much of it was sold."""
    order, line, ticket = aliased(Order), aliased(OrderLine), aliased(Ticket)
    sold = (
        select(line.ticket_id, line.quantity, cost(line).label("cost"))
        .join(order, order.id == line.order_id)
        .where(order.event_id == row.id, is_sold(order))
        .correlate(source_of(row))
        .subquery("sold")
    )
    figures = (
        select(
            ticket.id,
            ticket.name,
            ticket.type,
            ticket.quantity,
            ticket.position,
            func.count(sold.c.ticket_id).label("orders"),
            func.coalesce(func.sum(sold.c.quantity), ZERO).label("tickets"),
            func.coalesce(func.sum(sold.c.cost), _NOTHING).label("sales"),
        )
        .outerjoin(sold, sold.c.ticket_id == ticket.id)
        .where(ticket.event_id == row.id)
        .group_by(ticket.id)
        .having(or_(ticket.deleted_at.is_(None), func.count(sold.c.ticket_id) > ZERO))
        .correlate(source_of(row))
    )
    return _listed(figures, "position", "id", hidden=("position",))


def _sales_by_code(code_model: type[Record], name: str) -> Callable[[Row], ColumnElement[Any]]:
    def by_code(row: Row) -> ColumnElement[Any]:
        order, code = aliased(Order), aliased(code_model)
        figures = (
            select(
                code.id,
                code.code,  # type: ignore[attr-defined]  # both kinds have one
                func.count().label("orders"),
                func.sum(getattr(order, f"{name}_uses")).label("tickets"),
                func.sum(order.amount).label("sales"),
                func.sum(order.discount_amount).label("discount"),
            )
            .select_from(order)
            .join(code, code.id == getattr(order, f"{name}_code_id"))
            .where(order.event_id == row.id, is_sold(order))
            .group_by(code.id)
            .correlate(source_of(row))
        )
        return _listed(figures, "id")

    return by_code


#: For each code that was used: orders with it, the seats that it counted for, and amounts.
sales_by_discount_code: Final = _sales_by_code(DiscountCode, "discount")
sales_by_access_code: Final = _sales_by_code(AccessCode, "access")


def check_ins_by_hour(row: Row) -> ColumnElement[Any]:
    """Return for each hour in which somebody passed the door how many went in and out."""
    scan = aliased(Scan)
    hour = func.to_char(
        func.timezone(
            text_of("UTC"), func.date_trunc(text_of("hour"), scan.happened_at, row.timezone)
        ),
        text_of('YYYY-MM-DD"T"HH24:MI:SS"Z"'),
    ).label("hour")
    ways = (
        func.count().filter(scan.direction == text_of(way)).label(way.value) for way in Direction
    )
    passed = (scan.event_id == row.id, scan.lane == text_of(DOOR), scan.turn.is_not(None))
    counted = select(hour, *ways).where(*passed).group_by(hour)
    return _listed(counted.correlate(source_of(row)), "hour")


def _listed(
    figures: Select[*tuple[Any, ...]], *order: str, hidden: tuple[str, ...] = ()
) -> ColumnElement[Any]:
    """Return rows as an array of objects in the order of some of their columns."""
    rows = figures.subquery("figures")
    members: list[ColumnElement[Any]] = []
    for column in rows.c:
        if column.name not in hidden:
            members += [text_of(column.name), column]
    entry = func.jsonb_build_object(*members, type_=JSONB)
    ordered = func.jsonb_agg(aggregate_order_by(entry, *(rows.c[name] for name in order)))
    return select(func.coalesce(ordered, literal_column("'[]'", JSONB))).scalar_subquery()
