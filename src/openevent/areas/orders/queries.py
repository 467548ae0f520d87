"""What is read of orders by routes of their own: how many tickets are left."""

from __future__ import annotations

from functools import lru_cache

from sqlalchemy import BigInteger, and_, bindparam, func, select
from sqlalchemy.orm import aliased

from openevent.areas.events.models import Event
from openevent.areas.events.policy import EVENT
from openevent.areas.orders.models import Order, OrderLine
from openevent.areas.ticketing.models import Ticket
from openevent.areas.ticketing.policy import TICKET
from openevent.db.compiled import sql_text
from openevent.work.principal import Audience, Who


@lru_cache(maxsize=8)
def availability_statement(audience: Audience, *, by_key: bool) -> str:
    """Return the SQL of the tickets of an event that somebody sees, with how many are left.

    Seats that lapsed orders still hold count as free. No row: no such event; a row
    without a ticket: an event without any.
    """
    who, event, ticket = Who(audience), aliased(Event), aliased(Ticket)
    line, order = aliased(OrderLine), aliased(Order)
    lapsed = (
        select(func.coalesce(func.sum(line.quantity), 0))
        .join(order, order.id == line.order_id)
        .where(line.ticket_id == ticket.id, order.expires_at <= func.now())
        .scalar_subquery()
    )
    key = (
        event.identifier == bindparam("key", type_=event.identifier.type)
        if by_key
        else event.id == bindparam("key", type_=BigInteger())
    )
    left = ticket.quantity - ticket.held - ticket.sold + lapsed
    return sql_text(
        select(ticket.id, ticket.name, ticket.quantity, left)
        .select_from(event)
        .outerjoin(
            ticket,
            and_(
                ticket.event_id == event.id,
                ticket.deleted_at.is_(None),
                TICKET.visible(who, ticket),
            ),
        )
        .where(key, event.deleted_at.is_(None), EVENT.visible(who, event))
        .order_by(ticket.position, ticket.id)
    )
