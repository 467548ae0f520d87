"""What Stripe tells on its own: each event once, in whatever order they come."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from openevent.areas.orders.models import Order
from openevent.areas.payments.models import CardPayment, GatewayEvent, Refund
from openevent.areas.payments.operations.refunding import finish_refund
from openevent.areas.payments.operations.settling import settle
from openevent.services.stripe_gateway import SignedEvent
from openevent.work.unit import UnitOfWork


def take_event(work: UnitOfWork, event: SignedEvent) -> None:
    """Act on a signed event, in the transaction that says it was acted on."""
    new = (
        insert(GatewayEvent)
        .values(event_key=event.id, type=event.type)
        .on_conflict_do_nothing()
        .returning(GatewayEvent.id)
    )
    if work.db.scalar(new) is None:
        return
    if event.intent is not None and event.type == "payment_intent.succeeded":
        payment_id = work.db.scalar(
            select(CardPayment.id)
            .join(Order, Order.id == CardPayment.order_id)
            .where(
                Order.identifier == (event.intent.order or ""),
                CardPayment.account_id == (event.account or ""),
            )
        )
        if payment_id is not None:
            settle(work, payment_id, event.intent)
    if event.refund is not None:
        refund = work.db.scalar(
            select(Refund).where(Refund.gateway_id == event.refund.id).with_for_update()
        )
        if refund is not None:
            finish_refund(work, refund, event.refund)
