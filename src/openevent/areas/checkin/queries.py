"""What is read at the door: who may come, what was scanned and sold, who is looked for.

Feeds are read by the number of the transaction that wrote a row (``db/base.py``), only as
far as the oldest transaction that still runs (``pg_snapshot_xmin``): whatever commits later
has a number that is not lower, so a reader that continues after the last row it has seen
cannot miss one, however long a transaction took. A sequence would not do: numbers are
given before commits, in another order. The price is that one long writing transaction
delays the feeds, and that numbers mean nothing in another cluster: after restoring a dump,
``UPDATE attendees SET version = version`` has every device begin anew.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    Integer,
    Text,
    bindparam,
    cast,
    func,
    literal_column,
    or_,
    select,
    tuple_,
    union_all,
)
from sqlalchemy.orm import Session as Database

from openevent.areas.checkin.models import Scan, Station, StationStorePax
from openevent.areas.events.models import Event
from openevent.areas.events.policy import EVENT
from openevent.areas.identity.policy import has_role
from openevent.areas.orders.models import Attendee, Order, OrderChange, OrderLine, OrderStatus
from openevent.areas.passes.models import Pass
from openevent.areas.programme.models import Session, Track
from openevent.areas.ticketing.models import Ticket
from openevent.areas.ticketing.policy import AT_THE_DOOR
from openevent.errors import BadRequest, Forbidden, Missing, Unauthenticated
from openevent.jsonapi.documents import parse_id
from openevent.work.principal import Audience, Who
from openevent.work.unit import UnitOfWork

#: Orders whose attendees may come, or could if somebody paid.
_SOLD: Final = (OrderStatus.PLACED.value, OrderStatus.COMPLETED.value)
#: Every transaction below this number is over.
_OVER: Final = cast(cast(func.pg_snapshot_xmin(func.pg_current_snapshot()), Text), BigInteger)
_WRITTEN_IN: Final = bindparam("written_in", type_=BigInteger())
_EVENT_ID: Final = bindparam("event_id", type_=BigInteger())
_ID: Final = bindparam("id", type_=BigInteger())
_MOST: Final = bindparam("most", type_=Integer())
_IS_OVER: Final = select(_WRITTEN_IN <= _OVER)
_PRESENT: Final = select(_OVER)
#: Most people that a search finds.
MAX_FOUND: Final = 100


@dataclass(frozen=True, slots=True, order=True)
class Cursor:
    """How far a reader has come: the last row seen, by its transaction and its id."""

    written_in: int = 0
    id: int = 0

    def __str__(self) -> str:
        return f"{self.written_in:x}-{self.id:x}"

    @classmethod
    def parse(cls, text: str, parameter: str) -> Cursor:
        """Return the cursor that a client was given (400 for anything else)."""
        try:
            written_in, id_ = (int(part, 16) for part in text.split("-"))
        except ValueError as ex:
            raise BadRequest("This is no cursor that the server gave.", parameter=parameter) from ex
        if not (0 <= written_in < 2**63 and 0 <= id_ < 2**63):
            raise BadRequest("This is no cursor that the server gave.", parameter=parameter)
        return cls(written_in, id_)


def door_event(work: UnitOfWork, reference: str) -> Event:
    """Return the event that a URL names, for those who let visitors in."""
    if work.principal.is_anonymous:
        raise Unauthenticated("Log in to let visitors in.")
    number = parse_id(reference)
    found = work.db.execute(
        _door_statement(work.principal.audience, by_identifier=number is None),
        {**work.principal.parameters(), "reference": reference if number is None else number},
    ).one_or_none()
    if found is None:
        raise Missing(f"There is no event {reference[:64]!r}.")
    if not found.may:
        raise Forbidden("Only the event's team lets visitors in.")
    event: Event = found[0]
    return event


@lru_cache(maxsize=8)
def _door_statement(audience: Audience, *, by_identifier: bool) -> Any:
    who = Who(audience)
    here = (Event.identifier if by_identifier else Event.id) == bindparam("reference")
    return select(Event, has_role(who, Event.id, *AT_THE_DOOR).label("may")).where(
        here, Event.deleted_at.is_(None), EVENT.visible(who, Event)
    )


def is_of_this_database(db: Database, cursor: Cursor) -> bool:
    """Whether a cursor can have been given here: not one of a database restored since."""
    return bool(db.scalar(_IS_OVER, {"written_in": cursor.written_in}))


def changed_attendees(db: Database, event_id: int, since: Cursor, limit: int) -> Sequence[Any]:
    """Return attendees changed after a cursor, oldest change first, one more than ``limit``."""
    values = {"event_id": event_id, "written_in": since.written_in, "id": since.id}
    return db.execute(_changes_statement(), {**values, "most": limit + 1}).all()


@lru_cache(maxsize=1)
def _changes_statement() -> Any:
    is_gone = or_(Attendee.deleted_at.is_not(None), Order.status.not_in(_SOLD))
    return (
        select(
            Attendee.id,
            Attendee.changed_in,
            is_gone.label("is_gone"),
            Attendee.firstname,
            Attendee.lastname,
            Attendee.ticket_id,
            Ticket.name.label("ticket"),
            Ticket.is_checkin_restricted,
            Order.identifier,
            Order.status,
            Attendee.is_checked_in,
            Attendee.checkin_times,
            Attendee.checkout_times,
            func.coalesce(Pass.revision, 1).label("revision"),
        )
        .join(Order, Order.id == Attendee.order_id)
        .join(Ticket, Ticket.id == Attendee.ticket_id)
        .outerjoin(Pass, Pass.attendee_id == Attendee.id)
        .where(
            Attendee.event_id == _EVENT_ID,
            tuple_(Attendee.changed_in, Attendee.id) > tuple_(_WRITTEN_IN, _ID),
            Attendee.changed_in < _OVER,
        )
        .order_by(Attendee.changed_in, Attendee.id)
        .limit(_MOST)
    )


def news_of(db: Database, event_id: int, since: Cursor, limit: int) -> Sequence[Any]:
    """Return scans and sales after a cursor, oldest first: one table's rows have odd places.

    The place of a row is twice its id, and one more for orders, so that a cursor counts
    through both tables.
    """
    values = {"event_id": event_id, "written_in": since.written_in, "id": since.id}
    return db.execute(_news_statement(), {**values, "most": limit}).all()


@lru_cache(maxsize=1)
def _news_statement() -> Any:
    after = (_WRITTEN_IN, _ID)
    scan_place, sale_place = Scan.id * 2, OrderChange.id * 2 + 1
    seats = (
        select(func.coalesce(func.sum(OrderLine.quantity), 0))
        .where(OrderLine.order_id == Order.id)
        .scalar_subquery()
    )
    scans = select(
        Scan.written_in.label("written_in"),
        scan_place.label("place"),
        literal_column("'scan'", Text).label("kind"),
        Scan.received_at.label("at"),
        Scan.verdict.label("state"),
        Scan.direction.label("direction"),
        Scan.lane.label("lane"),
        Scan.ticket_holder_id.label("subject_id"),
        Scan.device_name.label("device_name"),
        Scan.station_id.label("station_id"),
        literal_column("NULL", BigInteger).label("seats"),
    ).where(
        Scan.event_id == _EVENT_ID,
        tuple_(Scan.written_in, scan_place) > tuple_(*after),
        Scan.written_in < _OVER,
    )
    state = OrderChange.values["status"].astext
    sales = (
        select(
            OrderChange.written_in,
            sale_place,
            literal_column("'order'", Text),
            OrderChange.changed_at,
            state,
            literal_column("NULL", Text),
            literal_column("NULL", Text),
            OrderChange.order_id,
            literal_column("NULL", Text),
            literal_column("NULL", BigInteger),
            cast(seats, BigInteger),
        )
        .join(Order, Order.id == OrderChange.order_id)
        .where(
            Order.event_id == _EVENT_ID,
            state.in_((*_SOLD, OrderStatus.CANCELLED.value)),
            tuple_(OrderChange.written_in, sale_place) > tuple_(*after),
            OrderChange.written_in < _OVER,
        )
    )
    both = union_all(scans, sales).subquery("news")
    return select(both).order_by(both.c.written_in, both.c.place).limit(_MOST)


def present(db: Database) -> Cursor:
    """Return the cursor of now: what comes after it is news."""
    return Cursor(int(db.scalar(_PRESENT) or 1) - 1, 2**63 - 1)


def counts(db: Database, event_id: int) -> Any:
    """Return how many may come, are in, were in, and were registered."""
    return db.execute(_counts_statement(), {"event_id": event_id}).one()


@lru_cache(maxsize=1)
def _counts_statement() -> Any:
    return (
        select(
            func.count().label("expected"),
            func.count().filter(Attendee.is_checked_in).label("is_in"),
            func.count().filter(Attendee.checkin_times.is_not(None)).label("came"),
            func.count().filter(Attendee.is_registered).label("registered"),
        )
        .select_from(Attendee)
        .join(Order, Order.id == Attendee.order_id)
        .where(
            Attendee.event_id == _EVENT_ID,
            Attendee.deleted_at.is_(None),
            Order.status.in_(_SOLD),
        )
    )


def search(db: Database, event_id: int, *, name: str | None, email: str | None) -> Sequence[Any]:
    """Return attendees that may come whose name or address contains a text, by name."""
    full = Attendee.firstname + " " + func.coalesce(Attendee.lastname, "")
    wanted = [
        column.icontains(text, autoescape=True)
        for column, text in ((full, name), (Attendee.email, email))
        if text
    ]
    return db.execute(
        select(
            Attendee.id,
            Attendee.firstname,
            Attendee.lastname,
            Attendee.email,
            Attendee.ticket_id,
            Attendee.is_registered,
        )
        .join(Order, Order.id == Attendee.order_id)
        .where(
            Attendee.event_id == event_id,
            Attendee.deleted_at.is_(None),
            Order.status.in_(_SOLD),
            *wanted,
        )
        .order_by(Attendee.firstname, Attendee.lastname, Attendee.id)
        .limit(MAX_FOUND)
    ).all()


def registration(db: Database, event_id: int, attendee_id: int) -> Any | None:
    """Return whether and when an attendee of an event was registered; ``None``: no such one."""
    return db.execute(
        select(Attendee.is_registered, Attendee.register_times).where(
            Attendee.id == attendee_id,
            Attendee.event_id == event_id,
            Attendee.deleted_at.is_(None),
        )
    ).one_or_none()


def session_counts(db: Database, event_id: int, ids: Sequence[int]) -> Sequence[Any]:
    """Return for each session how many went in and out, and the last head count."""

    def went(direction: str) -> Any:
        return (
            select(func.count())
            .where(
                Scan.session_id == Session.id,
                Scan.turn.is_not(None),
                Scan.direction == direction,
                Station.id == Scan.station_id,
                Station.station_type.in_(("check in", "check out")),
            )
            .scalar_subquery()
        )

    counted = (
        select(StationStorePax.current_pax)
        .where(StationStorePax.session_id == Session.id)
        .order_by(StationStorePax.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    statement = (
        select(
            Session.id,
            Session.title,
            Session.track_id,
            Track.name.label("track"),
            went("in").label("check_in"),
            went("out").label("check_out"),
            counted.label("manual_count"),
        )
        .outerjoin(Track, Track.id == Session.track_id)
        .where(Session.event_id == event_id, Session.deleted_at.is_(None))
        .order_by(Session.starts_at, Session.id)
    )
    return db.execute(statement.where(Session.id.in_(ids)) if ids else statement).all()
