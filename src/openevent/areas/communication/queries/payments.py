"""Who is written to about money, and what they are told."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from openevent.areas.communication.queries.events import as_markup, has_role_on
from openevent.areas.communication.queries.orders import find_order
from openevent.areas.communication.rules import Mailing
from openevent.areas.identity.models import User
from openevent.areas.identity.policy import EVENT_ACCESS
from openevent.areas.payments.models import Refund, RefundStatus
from openevent.services.languages import Amount
from openevent.work.unit import UnitOfWork


def refund(work: UnitOfWork, refund_id: int) -> Mailing | None:
    """Tell a buyer that money is back; of what nobody asked for, ``late_payment`` told."""
    made = work.db.get(Refund, refund_id)
    if made is None or made.is_automatic or made.status != RefundStatus.SUCCEEDED:
        return None
    return _about_refund(work, made, to_buyer=True, quote=as_markup(made.reason or ""))


def refund_failure(work: UnitOfWork, refund_id: int) -> Mailing | None:
    """Tell those who run the event that they have to give money back themselves."""
    failed = work.db.get(Refund, refund_id)
    if failed is None or failed.status != RefundStatus.FAILED:
        return None
    return _about_refund(work, failed, to_buyer=False, quote=as_markup(failed.failure or ""))


def _about_refund(work: UnitOfWork, it: Refund, *, to_buyer: bool, quote: str) -> Mailing | None:
    return _about(
        work,
        it.order_id,
        occasion=f"refund {it.id}",
        amount=Amount(it.amount, it.currency),
        to_buyer=to_buyer,
        quote=quote,
    )


def late_payment(work: UnitOfWork, order_id: int, was_paid: bool) -> Mailing | None:
    """Tell a buyer that money goes back: the seats were gone, or they were paid already."""
    bought = find_order(work, order_id)
    if bought is None:
        return None
    amount = bought.values["amount"]
    return _about(
        work,
        order_id,
        occasion=f"order {order_id}",
        amount=amount,
        to_buyer=True,
        text="double-payment-returned" if was_paid else "late-payment-returned",
    )


def unmatched_payment(
    work: UnitOfWork, order_id: int, intent_id: str, amount: str, currency: str
) -> Mailing | None:
    """Tell those who run the event of money that was not counted; once per payment."""
    return _about(
        work,
        order_id,
        occasion=f"payment {intent_id}",
        amount=Amount(Decimal(amount), currency),
        to_buyer=False,
        values={"payment": intent_id},
    )


def _about(
    work: UnitOfWork,
    order_id: int,
    *,
    amount: Amount,
    to_buyer: bool,
    values: dict[str, Any] | None = None,
    **more: Any,
) -> Mailing | None:
    bought = find_order(work, order_id)
    if bought is None or (to_buyer and bought.buyer is None):
        return None
    runs = has_role_on(bought.event.id, *EVENT_ACCESS)
    return bought.mailing(
        "payment",
        {"amount": amount, **(values or {})},
        people=User.id == bought.order.user_id if to_buyer else runs,
        page=f"orders/{bought.order.identifier}/view",
        **more,
    )
