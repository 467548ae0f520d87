"""The payments area's part of the demo world."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

from openevent.areas.payments.models import CardPayment, Refund, StripeAuthorization
from openevent.db.base import Record

MADE = datetime(2025, 11, 12, 9, 0, tzinfo=UTC)


def rows() -> list[Record]:
    """Return the rows in the order in which they can be inserted."""
    authorizations = [
        StripeAuthorization(
            id=id_,
            event_id=id_,
            stripe_user_id=f"acct_demo{id_}",
            stripe_publishable_key=f"pk_test_demo{id_}",
            created_at=MADE,
            modified_at=MADE,
        )
        for id_ in (1, 2)
    ]
    refunds = [
        Refund(
            id=id_,
            order_id=4,
            event_id=1,
            amount=amount,
            currency="EUR",
            status="succeeded",
            reason="Paid by mistake.",
            user_id=2,
            created_at=MADE,
            modified_at=MADE,
        )
        for id_, amount in ((1, Decimal(20)), (2, Decimal(31)))
    ]
    payment = CardPayment(
        id=1,
        order_id=6,
        account_id="acct_demo1",
        intent_id="pi_demo6",
        amount=Decimal("20.40"),
        currency="EUR",
        is_paid=True,
        created_at=MADE,
        modified_at=MADE,
    )
    return [*authorizations, payment, *refunds]
