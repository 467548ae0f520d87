"""What is read of tickets in hand: the seat behind one, the keys, the issues that count."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import Session

from openevent.areas.events.models import Event
from openevent.areas.identity.models import User
from openevent.areas.orders.models import Attendee, Order, OrderLine
from openevent.areas.orders.policy import ATTENDEE
from openevent.areas.orders.rules.states import SOLD
from openevent.areas.passes.models import Pass, TicketKey
from openevent.areas.ticketing.models import Ticket
from openevent.errors import Missing
from openevent.jsonapi.documents import parse_id
from openevent.work.principal import Who
from openevent.work.unit import UnitOfWork

#: Which issue of a ticket is the latest; the first has no row.
LATEST = func.coalesce(Pass.revision, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """An attendee's seat, as far as a ticket speaks of it."""

    attendee_id: int
    firstname: str
    lastname: str | None
    ticket_id: int
    ticket_name: str
    price: Decimal
    currency: str | None
    event_id: int
    event_name: str
    starts_at: datetime
    ends_at: datetime
    timezone: str
    location_name: str | None
    online: bool
    owner_name: str | None
    order_id: int
    order_identifier: str
    order_status: str
    revision: int
    #: What the buyer reads.
    language: str | None


def find_seat(work: UnitOfWork, reference: str) -> Seat:
    """Return the seat of an attendee for those who may hold its ticket.

    They are the attendee, the buyer, and those who run the event; for others, also for
    who lets visitors in, there is none.
    """
    found = seats_where(work, Attendee.id == parse_id(reference))
    if not found:
        raise Missing("There is no such attendee.")
    return found[0]


def find_seats(work: UnitOfWork, reference: str) -> list[Seat]:
    """Return the seats of an order whose tickets the principal may hold."""
    number = parse_id(reference)
    here = Order.identifier == reference if number is None else Order.id == number
    found = seats_where(work, here)
    if not found:
        raise Missing("There is no such order.")
    return found


def seats_where(work: UnitOfWork, wanted: ColumnElement[bool]) -> list[Seat]:
    """Return the seats whose tickets the principal may hold, of those that are wanted."""
    who = Who(work.principal.audience)
    may_hold = and_(ATTENDEE.visible(who, Attendee), ATTENDEE.audiences(who, Attendee)["team"])
    columns = (
        Attendee.id.label("attendee_id"),
        *(Attendee.firstname, Attendee.lastname, Attendee.ticket_id),
        Ticket.name.label("ticket_name"),
        (OrderLine.price - OrderLine.discount).label("price"),
        Order.currency,
        Attendee.event_id,
        Event.name.label("event_name"),
        *(Event.starts_at, Event.ends_at, Event.timezone),
        *(Event.location_name, Event.online, Event.owner_name),
        Attendee.order_id,
        Order.identifier.label("order_identifier"),
        Order.status.label("order_status"),
        LATEST.label("revision"),
        User.language_prefrence.label("language"),
    )
    same_line = and_(
        OrderLine.order_id == Attendee.order_id, OrderLine.ticket_id == Attendee.ticket_id
    )
    rows = work.db.execute(
        select(*columns)
        .join(Order, Order.id == Attendee.order_id)
        .join(OrderLine, same_line)
        .join(Ticket, Ticket.id == Attendee.ticket_id)
        .join(Event, and_(Event.id == Attendee.event_id, Event.deleted_at.is_(None)))
        .outerjoin(Pass, Pass.attendee_id == Attendee.id)
        .outerjoin(User, User.id == Order.user_id)
        .where(wanted, Attendee.deleted_at.is_(None), may_hold)
        .order_by(Attendee.id),
        work.principal.parameters(),
    )
    return [Seat(**dict(row._mapping)) for row in rows]


def public_keys(db: Session) -> dict[str, bytes]:
    """Return every key that tickets were ever signed with, by its id, the current one first."""
    keys = select(TicketKey.kid, TicketKey.public_key).order_by(TicketKey.id.desc())
    return {row.kid: row.public_key for row in db.execute(keys)}


def current_revisions(
    db: Session, event_id: int, attendee_ids: Collection[int] | None = None
) -> dict[int, int]:
    """Return which issue of their tickets attendees have, for ``signing.verify``.

    Who has no seat any more has one that was never issued: all tickets are revoked.
    """
    gone = or_(Attendee.deleted_at.is_not(None), Order.status.not_in(SOLD))
    wanted = [Attendee.event_id == event_id]
    if attendee_ids is not None:
        wanted.append(Attendee.id.in_(attendee_ids))
    rows = db.execute(
        select(Attendee.id, (LATEST + case((gone, 1), else_=0)).label("revision"))
        .join(Order, Order.id == Attendee.order_id)
        .outerjoin(Pass, Pass.attendee_id == Attendee.id)
        .where(*wanted)
    )
    return {row.id: row.revision for row in rows}
