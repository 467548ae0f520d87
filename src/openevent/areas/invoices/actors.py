"""What the worker does about invoices."""

from __future__ import annotations

from openevent.areas.invoices import operations
from openevent.areas.invoices.domain_events import InvoicingDue
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
