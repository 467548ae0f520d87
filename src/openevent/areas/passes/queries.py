"""What is read of tickets in hand: the seat behind one, the keys, the issues that count."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, case, func, or_, select
from sqlalchemy.orm import Session

from openevent.areas.events.models import Event
from openevent.areas.orders.models import Attendee, Order
from openevent.areas.orders.policy import ATTENDEE
from openevent.areas.passes.models import Pass, TicketKey
from openevent.areas.passes.rules import SOLD
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
    ticket_id: int
    event_id: int
    order_id: int
    order_identifier: str
    order_status: str
    starts_at: datetime
    ends_at: datetime
    revision: int


def find_seat(work: UnitOfWork, reference: str) -> Seat:
    """Return the seat of an attendee for those who may hold its ticket.

    They are the attendee, the buyer, and those who run the event; for others, also for
    who lets visitors in, there is none.
    """
    who = Who(work.principal.audience)
    may_hold = and_(ATTENDEE.visible(who, Attendee), ATTENDEE.audiences(who, Attendee)["team"])
    row = work.db.execute(
        select(
            Attendee.id.label("attendee_id"),
            Attendee.ticket_id,
            Attendee.event_id,
            Attendee.order_id,
            Order.identifier.label("order_identifier"),
            Order.status.label("order_status"),
            Event.starts_at,
            Event.ends_at,
            LATEST.label("revision"),
        )
        .join(Order, Order.id == Attendee.order_id)
        .join(Event, and_(Event.id == Attendee.event_id, Event.deleted_at.is_(None)))
        .outerjoin(Pass, Pass.attendee_id == Attendee.id)
        .where(Attendee.id == parse_id(reference), Attendee.deleted_at.is_(None), may_hold),
        work.principal.parameters(),
    ).one_or_none()
    if row is None:
        raise Missing("There is no such attendee.")
    return Seat(**dict(row._mapping))


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
