"""What verdicts are made from, read and kept for many scans at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from functools import cache
from typing import Any, Final, cast

from sqlalchemy import BigInteger, Select, Table, Text, any_, bindparam, column, func, select
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, insert
from sqlalchemy.orm import Session as Database

from openevent.areas.checkin.models import Scan
from openevent.areas.orders.models import Attendee, Order
from openevent.areas.ticketing.models import Ticket


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanFacts:
    """A scan as it is kept."""

    id: int
    client_id: str
    event_id: int
    ticket_holder_id: int | None
    station_id: int | None
    session_id: int | None
    user_id: int | None
    code: str | None
    direction: str
    verdict: str
    lane: str | None
    device_id: str | None
    device_name: str | None
    is_offline: bool
    scanned_at: datetime
    happened_at: datetime
    received_at: datetime
    turn: int | None = None
    first_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """Whose ticket it is, and what it was bought with."""

    id: int
    event_id: int
    firstname: str
    lastname: str | None
    is_deleted: bool
    is_checked_in: bool
    ticket_id: int
    ticket_name: str
    order_identifier: str
    order_status: str


_NAMES: Final = [each.name for each in fields(ScanFacts)]
#: The table itself: as an object of the ORM, an insert would be one statement a row.
_TABLE: Final = cast("Table", Scan.__table__)
_COLUMNS: Final = [_TABLE.c[name] for name in _NAMES]
_IDS: Final = any_(bindparam("ids", type_=ARRAY(BigInteger)))
_SCANS: Final[Select[Any]] = select(*_COLUMNS)
_KNOWN: Final = _SCANS.where(
    Scan.event_id == bindparam("event_id", type_=BigInteger()),
    Scan.client_id == any_(bindparam("client_ids", type_=ARRAY(Text))),
)
_ACCEPTED: Final = _SCANS.where(Scan.ticket_holder_id == _IDS, Scan.turn.is_not(None)).order_by(
    Scan.ticket_holder_id, Scan.lane, Scan.turn
)
_LOCKED: Final = (
    select(Attendee.id)
    .where(Attendee.id == _IDS, Attendee.event_id == bindparam("event_id", type_=BigInteger()))
    .order_by(Attendee.id)
    .with_for_update(key_share=True)
)
_HOLDERS: Final = (
    select(
        Attendee.id,
        Attendee.event_id,
        Attendee.firstname,
        Attendee.lastname,
        Attendee.deleted_at.is_not(None).label("is_deleted"),
        Attendee.is_checked_in,
        Attendee.ticket_id,
        Ticket.name.label("ticket_name"),
        Order.identifier.label("order_identifier"),
        Order.status.label("order_status"),
    )
    .join(Order, Order.id == Attendee.order_id)
    .join(Ticket, Ticket.id == Attendee.ticket_id)
    .where(Attendee.id == _IDS)
)
_NEW_IDS: Final = select(func.nextval(func.pg_get_serial_sequence("scans", "id"))).select_from(
    func.generate_series(1, bindparam("count", type_=BigInteger())).alias("n")
)


@cache
def _adding() -> Any:
    # Made when it is first used: types of foreign keys are known once all areas are there.
    given = (
        func.jsonb_to_recordset(bindparam("rows", type_=JSONB))
        .table_valued(*(column(c.name, c.type) for c in _COLUMNS))
        .render_derived(name="given", with_types=True)
    )
    return (
        insert(_TABLE)
        .from_select(_NAMES, select(*given.c))
        .on_conflict_do_nothing(index_elements=["event_id", "client_id"])
        .returning(_TABLE.c.id)
    )


def lock_holders(db: Database, event_id: int, ids: Sequence[int]) -> None:
    """Lock attendees of an event, so that one scan at a time is judged of each."""
    if ids:
        db.execute(_LOCKED, {"ids": ids, "event_id": event_id})


def read_holders(db: Database, ids: Sequence[int]) -> dict[int, Holder]:
    """Return attendees by id, deleted ones and those of other events too."""
    found = db.execute(_HOLDERS, {"ids": ids}) if ids else ()
    return {row.id: Holder(**row._mapping) for row in found}


def read_scans(db: Database, event_id: int, client_ids: Sequence[str]) -> dict[str, ScanFacts]:
    """Return the scans of an event that are there already, by the client's id."""
    found = db.execute(_KNOWN, {"event_id": event_id, "client_ids": client_ids})
    return {row.client_id: ScanFacts(**row._mapping) for row in found}


def read_accepted(db: Database, ids: Sequence[int]) -> list[ScanFacts]:
    """Return what was accepted of attendees, in each lane by turn."""
    found = db.execute(_ACCEPTED, {"ids": ids}) if ids else ()
    return [ScanFacts(**row._mapping) for row in found]


def new_ids(db: Database, count: int) -> list[int]:
    """Return ids for so many new scans, ascending."""
    return sorted(db.scalars(_NEW_IDS, {"count": count}))


def add_scans(db: Database, scans: Sequence[ScanFacts]) -> set[int]:
    """Keep scans; return the ids of those whose client's id was new."""
    rows = [{name: _plain(getattr(scan, name)) for name in _NAMES} for scan in scans]
    return set(db.scalars(_adding(), {"rows": rows}))


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value
