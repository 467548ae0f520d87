"""What Stripe tells on its own: each event once, in whatever order they come."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from openevent.areas.orders.models import Order
from openevent.areas.orders.stock import lock_order
from openevent.areas.payments.domain_events import InvoiceMoneyCame
from openevent.areas.payments.models import CardPayment, GatewayEvent, Refund
from openevent.areas.payments.operations.refunding import finish_refund
from openevent.areas.payments.operations.settling import set_aside, settle
from openevent.services.stripe_gateway import Intent, SignedEvent
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
        if "invoice" in event.intent.metadata and event.account is None:
            _pass_on(work, event.intent)
        else:
            _take_payment(work, event.intent, event.account)
    if event.refund is not None:
        refund = work.db.scalar(
            select(Refund).where(Refund.gateway_id == event.refund.id).with_for_update()
        )
        if refund is not None:
            finish_refund(work, refund, event.refund)


def _pass_on(work: UnitOfWork, intent: Intent) -> None:
    """Say what the system itself was paid for; who has connected an account cannot say so."""
    work.record(
        InvoiceMoneyCame(
            invoice=intent.metadata["invoice"],
            intent_id=intent.id,
            amount=str(intent.amount),
            currency=intent.currency,
        )
    )


def _take_payment(work: UnitOfWork, intent: Intent, account: str | None) -> None:
    """Settle a payment that names an order; others, the account took for something else."""
    found = work.db.execute(
        select(Order.id, CardPayment.id, CardPayment.account_id)
        .outerjoin(CardPayment, CardPayment.order_id == Order.id)
        .where(Order.identifier == intent.metadata.get("order", ""))
    ).one_or_none()
    if found is None or not intent.is_paid:
        return
    order_id, payment_id, account_id = found
    if payment_id is not None and account_id == account:
        settle(work, payment_id, intent)
    else:
        set_aside(work, lock_order(work, order_id), intent)
