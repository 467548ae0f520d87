"""What a verified payment makes of its order. Everybody who hears of one comes here.

An answer to a charge, a look at an order, an event that Stripe sends: in any order, as
often as they like. The order's row is locked first, then its tickets, as by whoever else
changes an order; Stripe is never asked while a lock is held.
"""

from __future__ import annotations

import logging
from enum import Enum, auto
from typing import Final

from sqlalchemy import exists, select, update

from openevent.areas.events.models import Event
from openevent.areas.orders.models import (
    Attendee,
    Order,
    OrderChange,
    OrderStatus,
    PaymentMode,
)
from openevent.areas.orders.operations.changing import move
from openevent.areas.orders.rules.states import Actor, check_move, counts
from openevent.areas.orders.stock import Codes, lock_order, lock_stock, remember, seats_of
from openevent.areas.payments.domain_events import LatePaymentReturned, PaymentUnmatched
from openevent.areas.payments.models import CardPayment
from openevent.areas.payments.operations.refunding import begin_refund
from openevent.areas.ticketing.models import AccessCode, DiscountCode
from openevent.services.stripe_gateway import Intent
from openevent.work.unit import UnitOfWork

logger = logging.getLogger(__name__)

#: What the history tells of an order whose payment arrived.
_TOLD: Final = ("status", "expires_at", "completed_at", "payment_mode", "paid_via", "paid_amount")


class Settled(Enum):
    """What became of money that came in."""

    PAYS = auto()
    PAID_BEFORE = auto()
    TOO_LATE = auto()
    UNMATCHED = auto()


def settle(work: UnitOfWork, payment_id: int, intent: Intent) -> Settled:
    """Complete the order that a payment, verified and paid, pays; return what became of it."""
    payment = work.db.get_one(CardPayment, payment_id)
    order = lock_order(work, payment.order_id)
    work.db.refresh(payment)
    if not _fits(payment, order, intent):
        set_aside(work, order, intent)
        return Settled.UNMATCHED
    payment.intent_id = intent.id
    if payment.is_paid:
        return Settled.PAYS
    payment.is_paid = True
    order.paid_amount += payment.amount
    order.transaction_id = intent.id
    if _takes_seats(work, order):
        old = OrderStatus(order.status)
        check_move(old, OrderStatus.COMPLETED, Actor.PAYMENT, order.amount)
        order.payment_mode = PaymentMode.STRIPE.value
        if not counts(old):
            _seat_again(work, order)
        move(work, order, old, OrderStatus.COMPLETED)
        remember(work, order, Actor.PAYMENT, {name: getattr(order, name) for name in _TOLD})
        return Settled.PAYS
    remember(work, order, Actor.PAYMENT, {"paid_amount": order.paid_amount})
    was_paid = order.status == OrderStatus.COMPLETED
    why = "The order was paid already." if was_paid else "The seats were gone."
    begin_refund(work, order, payment.amount, reason=why, is_automatic=True)
    work.record(LatePaymentReturned(order_id=order.id, was_paid=was_paid))
    return Settled.PAID_BEFORE if was_paid else Settled.TOO_LATE


def set_aside(work: UnitOfWork, order: Order, intent: Intent) -> None:
    """Note money that names a locked order and does not fit it; once, and for somebody to see.

    It is not sent back: it may be what somebody owes, and whose it is only people can say.
    """
    entry = f"unmatched_{intent.id}"
    noted = exists().where(OrderChange.order_id == order.id, OrderChange.values.has_key(entry))
    if work.db.scalar(select(noted)):
        return
    remember(work, order, Actor.PAYMENT, {entry: f"{intent.amount} {intent.currency}"})
    work.record(
        PaymentUnmatched(
            order_id=order.id,
            intent_id=intent.id,
            amount=str(intent.amount),
            currency=intent.currency,
        )
    )


def _fits(payment: CardPayment, order: Order, intent: Intent) -> bool:
    """Whether a payment is this order's, to the coin. What is not completes nothing."""
    told = (intent.metadata.get("order"), intent.amount, intent.currency)
    known = (order.identifier, payment.amount, payment.currency)
    if told == known and payment.intent_id in (None, intent.id):
        return True
    logger.error("Payment %s does not fit order %d: %s, not %s", intent.id, order.id, told, known)
    return False


def _takes_seats(work: UnitOfWork, order: Order) -> bool:
    """Whether the order still wants the money: it has its seats, or there are some for it."""
    lapsed = order.expires_at is not None and order.expires_at <= work.now()
    seats = seats_of(work.db, [order.id])[order.id]
    if lapsed or order.status == OrderStatus.EXPIRED:
        tickets = lock_stock(
            work, seats, discount_id=order.discount_code_id, access_id=order.access_code_id
        )
        if len(tickets) < len(seats) or not _is_there(work, order.event_id):
            return False
        enough = all(t.left >= seats[t.id] for t in tickets.values())
        return enough and _codes_are_left(work, order)
    return order.status not in (OrderStatus.CANCELLED, OrderStatus.COMPLETED)


def _is_there(work: UnitOfWork, event_id: int) -> bool:
    """Whether the event still takes place."""
    return work.db.get_one(Event, event_id).deleted_at is None


def _codes_are_left(work: UnitOfWork, order: Order) -> bool:
    """Whether the codes that made the price, locked by now, may be used as often once more."""
    codes: tuple[tuple[Codes, int | None, int], ...] = (
        (DiscountCode, order.discount_code_id, order.discount_uses),
        (AccessCode, order.access_code_id, order.access_uses),
    )
    for model, id_, uses in codes:
        if id_ is None:
            continue
        left = work.db.scalar(select(model.tickets_number - model.used).where(model.id == id_))
        if left is not None and left < uses:
            return False
    return True


def _seat_again(work: UnitOfWork, order: Order) -> None:
    """Bring back the attendees that went with the seats."""
    work.db.execute(
        update(Attendee)
        .where(Attendee.order_id == order.id, Attendee.deleted_at.is_not(None))
        .values(deleted_at=None, version=Attendee.version + 1)
        .execution_options(synchronize_session=False)
    )
