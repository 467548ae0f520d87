"""Money that goes back, and seats with it where all of it does."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from sqlalchemy import select

from openevent.areas.orders.models import Order, OrderStatus
from openevent.areas.orders.operations.changing import move
from openevent.areas.orders.rules.states import Actor, counts
from openevent.areas.orders.stock import lock_order, remember
from openevent.areas.payments.domain_events import RefundFailed, RefundMade, RefundRequested
from openevent.areas.payments.models import CardPayment, Refund, RefundStatus
from openevent.errors import Conflict, Invalid
from openevent.services.stripe_gateway import GatewayRefund
from openevent.work.unit import UnitOfWork


def create_refund(work: UnitOfWork, values: dict[str, Any]) -> Refund:
    """Give a buyer back what an organizer says, by the way it came where that is a card."""
    order = lock_order(work, values["order_id"])
    rest = order.paid_amount - order.refunded_amount
    if rest <= 0:
        raise Conflict(
            "Nothing that was paid for this order is left to give back.",
            code="nothing-to-refund",
            pointer="/data/relationships/order",
        )
    amount: Decimal = values.get("amount", rest)
    if amount > rest:
        raise Invalid(
            f"At most {rest} of what was paid is left to give back.",
            code="refund-too-large",
            pointer="/data/attributes/amount",
        )
    refund = begin_refund(work, order, amount, reason=values.get("reason"))
    cancels = values.get("cancels_order")
    old = OrderStatus(order.status)
    if counts(old) and (amount == rest if cancels is None else cancels):
        move(work, order, old, OrderStatus.CANCELLED)
        remember(work, order, Actor.ORGANIZER, {"status": order.status, "expires_at": None})
    return refund


def begin_refund(
    work: UnitOfWork,
    order: Order,
    amount: Decimal,
    *,
    reason: str | None,
    is_automatic: bool = False,
) -> Refund:
    """Count a refund of a locked order, and see to it that it is made."""
    paid = CardPayment.order_id == order.id, CardPayment.is_paid
    work.db.flush()
    by_card = work.db.scalar(select(CardPayment.id).where(*paid)) is not None
    status = RefundStatus.PENDING if by_card else RefundStatus.SUCCEEDED
    refund = Refund(
        order_id=order.id,
        event_id=order.event_id,
        amount=amount,
        currency=order.currency,
        status=status.value,
        reason=reason,
        is_automatic=is_automatic,
        user_id=work.principal.id,
    )
    work.db.add(refund)
    order.refunded_amount += amount
    work.db.flush()
    _remember(work, order, refund, Actor.SYSTEM if is_automatic else Actor.ORGANIZER)
    told = RefundRequested if by_card else RefundMade
    work.record(told(refund_id=refund.id, order_id=order.id))
    return refund


def finish_refund(work: UnitOfWork, refund: Refund, answer: GatewayRefund) -> None:
    """Keep what Stripe says of a locked refund. What failed counts as not given back."""
    refund.gateway_id = answer.id
    if answer.status == "succeeded" and refund.status == RefundStatus.PENDING:
        refund.status = RefundStatus.SUCCEEDED.value
        work.record(RefundMade(refund_id=refund.id, order_id=refund.order_id))
    elif answer.status in ("failed", "canceled"):
        fail_refund(work, refund, answer.failure or answer.status)


def fail_refund(work: UnitOfWork, refund: Refund, why: str) -> None:
    """Take back that money went back: once, however often it is told."""
    if refund.status == RefundStatus.FAILED:
        return
    order = lock_order(work, refund.order_id)
    refund.status, refund.failure = RefundStatus.FAILED.value, why[:500]
    order.refunded_amount -= refund.amount
    _remember(work, order, refund, Actor.SYSTEM)
    work.record(RefundFailed(refund_id=refund.id, order_id=refund.order_id))


def _remember(work: UnitOfWork, order: Order, refund: Refund, actor: Actor) -> None:
    values = {"refunded_amount": order.refunded_amount}
    remember(work, order, actor, {**values, f"refund_{refund.id}": refund.status})
