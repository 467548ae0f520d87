"""The invoices area's part of the demo world."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from openevent.areas.invoices.models import EventInvoice, InvoiceCounter, InvoicedOrder
from openevent.db.base import Model

ISSUED = datetime(2025, 12, 1, 6, 17, tzinfo=UTC)


def rows() -> list[Model]:
    """Return the rows in the order in which they can be inserted."""
    return [
        _invoice(1, user_id=3, event_id=1, revenue=Decimal(200), amount=Decimal(4)),
        _invoice(
            2,
            user_id=11,
            event_id=2,
            revenue=Decimal(150),
            amount=Decimal(3),
            status="paid",
            paid_via="transfer",
            completed_at=ISSUED + timedelta(days=9),
        ),
        InvoicedOrder(order_id=6, event_invoice_id=1),
        InvoiceCounter(series="event-invoice", last=2),
    ]


def _invoice(id_: int, **values: object) -> EventInvoice:
    return EventInvoice(
        id=id_,
        identifier=f"202512U-{id_:06d}",
        currency="EUR",
        fee_percent=Decimal(2),
        issued_at=ISSUED,
        due_at=ISSUED + timedelta(days=30),
        created_at=ISSUED,
        modified_at=ISSUED,
        **values,
    )
