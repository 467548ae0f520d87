"""Taking somebody out of an order, which keeps its other seats.

Only a seat that costs nothing, of an order that is placed or completed: what an order
adds up to is what its buyer was asked for, and money goes back by a refund. An order that
is open may still expire, and be paid too late: its seats come back together.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import select

from openevent.areas.orders.domain_events import AttendeeRemoved
from openevent.areas.orders.models import Attendee, Order, OrderLine, OrderStatus
from openevent.areas.orders.operations.changing import move
from openevent.areas.orders.rules.states import Actor, check_move, sells
from openevent.areas.orders.stock import Shift, lock_and_shift, lock_order, remember, seats_of
from openevent.errors import Conflict
from openevent.work.unit import UnitOfWork

#: Whoever changes an order locks it before its attendees.
LOCK_ORDER: Final = (
    "SELECT id FROM orders WHERE id = (SELECT order_id FROM attendees WHERE id = %(key)s)"
    " FOR NO KEY UPDATE"
)


def remove_attendee(work: UnitOfWork, attendee: Attendee) -> None:
    """Give a seat back, with what it used of codes. The last one takes its order with it."""
    order = lock_order(work, attendee.order_id)
    lines = select(OrderLine).where(OrderLine.order_id == order.id)
    line = work.db.scalars(lines.where(OrderLine.ticket_id == attendee.ticket_id)).one()
    _check_leaving(order, line, attendee)
    left = sum(seats_of(work.db, [order.id])[order.id].values()) - 1
    if left:
        _leave(work, order, line, attendee)
    else:
        old = OrderStatus(order.status)
        check_move(old, OrderStatus.CANCELLED, Actor.ORGANIZER, order.amount)
        move(work, order, old, OrderStatus.CANCELLED)
    told = ("status", "discount_amount", "discount_uses", "access_uses")
    values = {name: getattr(order, name) for name in told[0 if not left else 1 :]}
    remember(work, order, Actor.ORGANIZER, {**values, f"attendee_{attendee.id}": "removed"})


def _check_leaving(order: Order, line: OrderLine, attendee: Attendee) -> None:
    """Refuse to take back what the buyer is still choosing, was charged for, or has used."""
    if not sells(OrderStatus(order.status)):
        raise Conflict(
            "The order is still open: its seats go together, when it is cancelled or expires.",
            code="order-open",
        )
    if attendee.is_checked_in or attendee.is_checked_out or attendee.is_registered:
        raise Conflict("The attendee was there: the door has let them in.", code="checked-in")
    if line.price > line.discount or line.fee:
        way = "refund it (/v1/refunds)" if order.paid_amount else "cancel the order"
        raise Conflict(f"The seat is one that the buyer pays for: {way}.", code="seat-is-paid-for")


def _leave(work: UnitOfWork, order: Order, line: OrderLine, attendee: Attendee) -> None:
    shift = Shift()
    shift.sold[line.ticket_id] = -1
    if order.discount_code_id is not None and attendee.is_discount_applied:
        shift.discounts[order.discount_code_id] = -1
        order.discount_uses -= 1
        order.discount_amount -= line.discount
    if order.access_code_id is not None and attendee.is_access_code_applied:
        shift.accesses[order.access_code_id] = -1
        order.access_uses -= 1
    attendee.deleted_at = work.now()
    if line.quantity == 1:
        work.db.delete(line)
    else:
        line.quantity -= 1
    work.db.flush()  # the order comes before its tickets
    lock_and_shift(work, shift)
    work.record(AttendeeRemoved(attendee_id=attendee.id, order_id=order.id))
