"""What happens to invoices, for whom it may concern."""

from __future__ import annotations

from dataclasses import dataclass

from openevent.work.unit import DomainEvent


@dataclass(frozen=True, slots=True)
class InvoicingDue(DomainEvent):
    """A month is over, and an event had orders that are in no invoice yet."""

    event_id: int


@dataclass(frozen=True, slots=True)
class EventInvoiceIssued(DomainEvent):
    """An organizer owes the system its share."""

    event_invoice_id: int
