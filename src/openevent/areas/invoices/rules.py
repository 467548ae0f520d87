"""Pure decisions about invoices: what is owed, what they are called, what may become of them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from openevent.areas.invoices.models import InvoiceStatus
from openevent.areas.orders.rules.pricing import Discount, Fee, Line, price_order
from openevent.areas.ticketing.models import DiscountCode, DiscountType
from openevent.errors import Conflict

#: Less than this is not worth an invoice; it waits for the next one.
LEAST: Final = Decimal(2)
#: How long there is to pay.
TERM: Final = timedelta(days=30)

#: What may become of an invoice.
MOVES: Final[Mapping[InvoiceStatus, frozenset[InvoiceStatus]]] = {
    InvoiceStatus.DUE: frozenset(
        {InvoiceStatus.PAID, InvoiceStatus.FAILED, InvoiceStatus.RESOLVED}
    ),
    InvoiceStatus.FAILED: frozenset(
        {InvoiceStatus.DUE, InvoiceStatus.PAID, InvoiceStatus.RESOLVED}
    ),
    InvoiceStatus.PAID: frozenset({InvoiceStatus.REFUNDING, InvoiceStatus.REFUNDED}),
    InvoiceStatus.REFUNDING: frozenset({InvoiceStatus.REFUNDED, InvoiceStatus.PAID}),
    InvoiceStatus.REFUNDED: frozenset(),
    InvoiceStatus.RESOLVED: frozenset(),
}

#: What is still to be paid.
PAYABLE: Final = frozenset({InvoiceStatus.DUE, InvoiceStatus.FAILED})


def share(revenue: Decimal, fee: Fee, currency: str) -> Decimal:
    """Return what the system takes of what orders brought; the one pricing function says it."""
    line = Line(ticket_id=0, price=revenue, quantity=1)
    return price_order([line], currency=currency, fee=fee).fees


def taken_off(amount: Decimal, code: DiscountCode | None, currency: str) -> Decimal:
    """Return what a code takes off a share; the one pricing function says that, too."""
    if code is None:
        return Decimal(0)
    is_percent = code.type == DiscountType.PERCENT
    discount = Discount(value=code.value, is_percent=is_percent, tickets=frozenset({0}))
    line = Line(ticket_id=0, price=amount, quantity=1)
    return price_order([line], currency=currency, discount=discount).discount


def number(count: int, issued_at: datetime) -> str:
    """Return the number of the invoice that is the ``count``-th of all."""
    return f"{issued_at:%Y%m}U-{count:06d}"


def check_move(old: InvoiceStatus, new: InvoiceStatus) -> None:
    """Refuse a change of status that is not in the table."""
    if new is not old and new not in MOVES[old]:
        raise Conflict(
            f"An invoice that is {old.value} does not become {new.value}.",
            code="no-such-transition",
            pointer="/data/attributes/status",
        )
