"""Taking money by card, in steps: write down what is meant, ask Stripe, keep the answer.

The first step commits before Stripe is asked, so that no lock is held meanwhile and a
process that dies then leaves a trace: the intent is opened with a key made from the
order, so whoever asks again finds the same one, and an order has never two.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import select

from openevent.areas.events.models import Event
from openevent.areas.orders.models import Order, OrderStatus
from openevent.areas.orders.operations.changing import prepare_payment
from openevent.areas.orders.stock import lock_order
from openevent.areas.payments.models import CardPayment, StripeAuthorization
from openevent.areas.payments.operations.asking import Charged, Due, opened, tried, waiting
from openevent.areas.payments.operations.settling import Settled, settle
from openevent.errors import Conflict
from openevent.services.stripe_gateway import Intent, PaymentDeclined, StripeGateway
from openevent.work.unit import UnitOfWork

_WORDS: Final = {
    Settled.PAYS: "Paid.",
    Settled.PAID_BEFORE: "The order was paid already; this payment goes back to you.",
    Settled.TOO_LATE: "The seats were gone when you paid; the money goes back to you.",
    Settled.UNMATCHED: "The payment does not fit the order; its organizers look at it.",
}


def charge(
    work: UnitOfWork, gateway: StripeGateway | None, order_id: int, method: str | None
) -> Charged:
    """Take what an order costs from a payment method, or prepare for the client to do it."""
    paid = CardPayment.order_id == order_id, CardPayment.is_paid
    if work.db.scalar(select(CardPayment.id).where(*paid)) and _is_completed(work, order_id):
        return Charged(is_paid=True, message="Paid.")
    due = _write_down(work, gateway is not None, order_id)
    work.db.commit()
    assert gateway is not None  # noqa: S101  # refused above
    intent, declined = tried(gateway, due, method, f"{work.request_id}")
    return _told(work, order_id, intent, declined)


def verify(work: UnitOfWork, gateway: StripeGateway | None, order_id: int) -> Charged:
    """Ask Stripe what became of an order's payment, if it has one that is open."""
    payment = work.db.scalar(select(CardPayment).where(CardPayment.order_id == order_id))
    if payment is None or payment.is_paid or gateway is None:
        is_paid = _is_completed(work, order_id)
        return Charged(is_paid=is_paid, message="Paid." if is_paid else "Nothing is being paid.")
    due = _due(payment, work.db.get_one(Order, order_id).identifier)
    work.db.rollback()  # no transaction stays open while Stripe thinks
    try:
        intent = opened(gateway, due)
    except PaymentDeclined as ex:
        return Charged(is_paid=False, message=str(ex))
    return _told(work, order_id, intent)


def _is_completed(work: UnitOfWork, order_id: int) -> bool:
    return work.db.get_one(Order, order_id).status == OrderStatus.COMPLETED


def _write_down(work: UnitOfWork, is_set_up: bool, order_id: int) -> Due:
    order = lock_order(work, order_id)
    if order.expires_at is not None and order.expires_at <= work.now():
        raise Conflict("This order has expired; its seats are free again.", code="order-expired")
    if order.status == OrderStatus.COMPLETED and order.amount > 0:
        raise Conflict("This order is paid already.", code="order-paid")
    if order.status not in (OrderStatus.INITIALIZING, OrderStatus.PENDING, OrderStatus.PLACED):
        raise Conflict(f"An order that is {order.status} is not charged.", code="order-closed")
    if order.amount == 0 or order.currency is None:
        raise Conflict("This order costs nothing.", code="nothing-to-pay")
    account = work.db.scalar(
        select(StripeAuthorization.stripe_user_id).where(
            StripeAuthorization.event_id == order.event_id
        )
    )
    event = work.db.get_one(Event, order.event_id)
    if not is_set_up or not event.can_pay_by_stripe or account is None:
        raise Conflict("The event does not take payments by card.", code="stripe-not-set-up")
    prepare_payment(work, order, event)
    payment = work.db.scalar(select(CardPayment).where(CardPayment.order_id == order_id))
    if payment is None:
        payment = CardPayment(
            order_id=order.id, account_id=account, amount=order.amount, currency=order.currency
        )
        work.db.add(payment)
        work.db.flush()
    return _due(payment, order.identifier)


def _due(payment: CardPayment, order: str) -> Due:
    return Due(
        about=("order", order),
        account=payment.account_id,
        amount=payment.amount,
        currency=payment.currency,
        intent_id=payment.intent_id,
    )


def _told(work: UnitOfWork, order_id: int, intent: Intent, declined: str | None = None) -> Charged:
    here = CardPayment.order_id == order_id
    if intent.is_paid:
        payment_id = work.db.scalars(select(CardPayment.id).where(here)).one()
        became = settle(work, payment_id, intent)
        is_paid = became in (Settled.PAYS, Settled.PAID_BEFORE)
        return Charged(is_paid=is_paid, message=_WORDS[became])
    payment = work.db.scalars(select(CardPayment).where(here).with_for_update()).one()
    if payment.intent_id is None:
        payment.intent_id = intent.id
    return waiting(intent, declined)
