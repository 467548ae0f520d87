"""What the worker does about invoices."""

from __future__ import annotations

from decimal import Decimal

from openevent.areas.invoices import operations
from openevent.areas.invoices.charging import settle_invoice
from openevent.areas.invoices.domain_events import InvoicingDue
from openevent.areas.payments.domain_events import InvoiceMoneyCame
from openevent.work.jobs import job
from openevent.work.unit import UnitOfWork


@job(name="invoices.begin_invoicing", queue="documents", cron="17 6 1 * *")
def begin_invoicing(work: UnitOfWork) -> None:
    """On the first of a month, have invoices made of what was sold since the last ones."""
    operations.begin_invoicing(work)


@job(on=InvoicingDue, name="invoices.make_invoices", queue="documents")
def make_invoices(work: UnitOfWork, event_id: int) -> None:
    """Make an event's invoice. Safe to repeat: an order is in one invoice at most."""
    operations.make_invoices(work, event_id)


@job(on=InvoiceMoneyCame, name="invoices.settle")
def settle(work: UnitOfWork, invoice: str, intent_id: str, amount: str, currency: str) -> None:
    """Note that an invoice is paid, as Stripe tells. Safe to repeat."""
    settle_invoice(work, invoice, intent_id, Decimal(amount), currency)
