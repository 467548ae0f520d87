"""What the worker does about money."""

from __future__ import annotations

from sqlalchemy import select

from openevent.areas.payments.domain_events import RefundRequested
from openevent.areas.payments.models import CardPayment, Refund, RefundStatus
from openevent.areas.payments.operations.refunding import fail_refund, finish_refund
from openevent.services.stripe_gateway import PaymentDeclined, StripeGateway
from openevent.work.jobs import job
from openevent.work.unit import UnitOfWork


@job(on=RefundRequested, name="payments.send_refund", max_retries=12)
def send_refund(work: UnitOfWork, refund_id: int) -> None:
    """Ask Stripe to give money back: repeated with the same key, it does so once.

    Holds the lock of the refund alone, which nobody else waits for but Stripe's own events.
    """
    refund = work.db.get(Refund, refund_id, with_for_update=True)
    if refund is None or refund.status != RefundStatus.PENDING or refund.gateway_id is not None:
        return
    payment = work.db.scalars(
        select(CardPayment).where(CardPayment.order_id == refund.order_id)
    ).one()
    gateway: StripeGateway | None = work.ports.get(StripeGateway)
    if gateway is None or payment.intent_id is None:
        fail_refund(work, refund, "This server takes no payments by card.")
        return
    try:
        answer = gateway.refund(
            payment.intent_id,
            refund.amount,
            payment.currency,
            payment.account_id,
            key=f"refund-{refund.id}-{payment.intent_id}",
        )
    except PaymentDeclined as ex:
        fail_refund(work, refund, str(ex))
    else:
        finish_refund(work, refund, answer)
