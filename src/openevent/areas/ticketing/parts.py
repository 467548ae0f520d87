"""What the ticketing area contributes to an event as a whole."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import ColumnElement, and_, exists, not_, or_

from openevent.areas.events.extension import CopiedPart, EventParts, Lack
from openevent.areas.events.models import Event
from openevent.areas.ticketing.models import (
    BadgeFieldForm,
    BadgeForm,
    DiscountCode,
    DiscountedTicket,
    DiscountUse,
    TaggedTicket,
    Tax,
    Ticket,
    TicketTag,
)
from openevent.areas.ticketing.operations import keep_sold_event
from openevent.areas.ticketing.rules import FREE


def _has_ticket(event: Any, *conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(Ticket.event_id == event.id, Ticket.deleted_at.is_(None), *conditions)


def _takes_payments(event: Any) -> ColumnElement[bool]:
    names = (c.key for c in Event.__table__.columns if c.key.startswith("can_pay_"))
    return or_(*(getattr(event, name) for name in names))


PARTS: Final = EventParts(
    deleted=(keep_sold_event,),
    copies=(
        CopiedPart(name="tax", model=Tax),
        CopiedPart(
            name="tickets",
            model=Ticket,
            times=("sales_starts_at", "sales_ends_at"),
            values={"held": 0, "sold": 0},
        ),
        CopiedPart(name="tickets", model=BadgeForm),
        CopiedPart(name="tickets", model=BadgeFieldForm, keys={"badge_form_id": BadgeForm}),
        CopiedPart(name="ticket-tags", model=TicketTag),
        CopiedPart(
            name="ticket-tags",
            model=TaggedTicket,
            keys={"ticket_tag_id": TicketTag, "ticket_id": Ticket},
        ),
        CopiedPart(
            name="discount-codes",
            model=DiscountCode,
            times=("valid_from", "valid_till"),
            values={"used": 0},
            only=lambda code: code.used_for == DiscountUse.TICKET.value,
        ),
        CopiedPart(
            name="discount-codes",
            model=DiscountedTicket,
            keys={"discount_code_id": DiscountCode, "ticket_id": Ticket},
        ),
    ),
    lacks=(
        Lack(
            code="tickets-missing",
            detail="There is no ticket that visitors can see, and no address where they get one.",
            pointer="/data/relationships/tickets",
            missing=lambda _, event: and_(
                event.ticket_url.is_(None), not_(_has_ticket(event, not_(Ticket.is_hidden)))
            ),
        ),
        Lack(
            code="payment-missing",
            detail="Tickets cost something, and there is no way to pay for them.",
            pointer="/data/relationships/tickets",
            missing=lambda _, event: and_(
                not_(_takes_payments(event)), _has_ticket(event, Ticket.type.not_in(FREE))
            ),
            is_blocking=True,
        ),
    ),
)
