"""What an order has to say before it goes on: who comes, and whom to bill."""

from __future__ import annotations

from typing import Final

from sqlalchemy import select

from openevent.areas.events.models import Event
from openevent.areas.forms.models import Form
from openevent.areas.forms.operations import fill_in
from openevent.areas.forms.rules import form_values
from openevent.areas.orders.models import Attendee, Order
from openevent.areas.ticketing.models import Ticket
from openevent.errors import Invalid, InvalidDocument
from openevent.work.unit import UnitOfWork

#: What has to be there where the event wants to know whom to bill.
_BILLED: Final = ("company", "address", "city", "zipcode", "country")


def check_complete(work: UnitOfWork, order: Order, event: Event) -> None:
    """Refuse an order that does not say whom to bill, or who comes, as the event asks."""
    _check_billing(order, event)
    if event.is_ticket_form_enabled:
        _check_forms(work, order)


def _check_billing(order: Order, event: Event) -> None:
    if not (order.is_billing_enabled or event.is_billing_info_mandatory):
        return
    for name in _BILLED:
        if not (getattr(order, name) or "").strip():
            raise Invalid(
                f"Whom to bill: {name} is missing.",
                code="billing",
                pointer=f"/data/attributes/{name}",
            )


def _check_forms(work: UnitOfWork, order: Order) -> None:
    """Refuse attendees who have not answered what the form of their ticket asks."""
    attendees = work.db.execute(
        select(Attendee, Ticket.form_id)
        .join(Ticket, Ticket.id == Attendee.ticket_id)
        .where(Attendee.order_id == order.id, Attendee.deleted_at.is_(None))
        .order_by(Attendee.id)
    ).all()
    names = form_values(Form.ATTENDEE)
    for attendee, form_id in attendees:
        values = {name: getattr(attendee, name) for name in names if hasattr(attendee, name)}
        try:
            fill_in(
                work,
                Form.ATTENDEE,
                values,
                of=attendee,
                event_id=order.event_id,
                form_id=form_id,
            )
        except InvalidDocument as ex:
            raise Invalid(
                f"Attendee {attendee.id}: {ex}",
                code="attendee-form",
                pointer="/data/relationships/attendees",
            ) from ex
