"""Who is written to about what organizers owe."""

from __future__ import annotations

from openevent.areas.communication.queries.accounts import of_event
from openevent.areas.communication.queries.events import live_event
from openevent.areas.communication.rules import About, Mailing, Paper
from openevent.areas.identity.models import User
from openevent.areas.invoices.models import EventInvoice
from openevent.services.languages import Amount, Moment
from openevent.work.unit import UnitOfWork


def monthly_invoice(work: UnitOfWork, event_invoice_id: int) -> Mailing | None:
    """Send an organizer the invoice of a month; once per invoice."""
    invoice = work.db.get(EventInvoice, event_invoice_id)
    if invoice is None or invoice.deleted_at is not None or invoice.user_id is None:
        return None
    event = live_event(work, invoice.event_id)
    if event is None:
        return None
    return Mailing(
        occasion=f"invoice {event_invoice_id}",
        people=User.id == invoice.user_id,
        values={
            "event": event.name,
            "number": invoice.identifier,
            "amount": Amount(invoice.amount, invoice.currency),
            "due": Moment(invoice.due_at, event.timezone),
        },
        event_id=event.id,
        page=f"event-invoice/{invoice.identifier}/review",
        papers=(Paper("event-invoice", event_invoice_id),),
        about=About(
            type="EventInvoice",
            id=event_invoice_id,
            action="issued",
            details={"event": of_event(event), "invoice": {"identifier": invoice.identifier}},
        ),
    )
