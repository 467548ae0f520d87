"""Where a scan was made: at the door of the event, or at a station for a session."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BigInteger, any_, bindparam, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session as Database

from openevent.areas.checkin.models import Direction, Station, StationType
from openevent.areas.checkin.operations.facts import ScanFacts
from openevent.areas.checkin.rules import direction_at, lane_of
from openevent.areas.events.models import Event
from openevent.areas.programme.models import Session
from openevent.errors import DomainError, Invalid


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """One scan as a device reports it: a code, or an attendee that somebody picked.

    ``scanned_at`` is the time of the device, if it tells; ``happened_at`` the same moment
    by the server's clock.
    """

    client_id: str
    happened_at: datetime
    scanned_at: datetime | None = None
    code: str | None = None
    attendee_id: int | None = None
    direction: Direction | None = None
    station_id: int | None = None
    session_id: int | None = None
    device_id: str | None = None
    device_name: str | None = None
    is_offline: bool = False

    @property
    def said(self) -> str | None:
        """What is kept as the scanned code."""
        return self.code if self.attendee_id is None else str(self.attendee_id)


@dataclass(frozen=True, slots=True)
class Placed:
    """A sighting of which it is known where it was made."""

    sighting: Sighting
    direction: Direction
    lane: str

    def is_same(self, scan: ScanFacts) -> bool:
        """Whether a scan that is there says the same as this sighting."""
        ours = self.sighting
        if ours.scanned_at is not None and ours.scanned_at != scan.scanned_at:
            return False
        return (ours.said, self.direction, ours.station_id, ours.session_id, ours.device_id) == (
            *(scan.code, scan.direction, scan.station_id, scan.session_id, scan.device_id),
        )


def place(db: Database, event: Event, sightings: Sequence[Sighting]) -> list[Placed | DomainError]:
    """Return where each sighting was made, or why it cannot have been."""
    stations = _stations(db, event.id, (s.station_id for s in sightings))
    rooms = _rooms(db, event.id, (s.session_id for s in sightings))
    return [_place(event, sighting, stations, rooms) for sighting in sightings]


def _place(
    event: Event,
    sighting: Sighting,
    stations: dict[int, Station],
    rooms: dict[int, int | None],
) -> Placed | DomainError:
    if sighting.station_id is None:
        if sighting.session_id is not None:
            return _refusal("A session is entered at a station.", "session")
        direction, kind = sighting.direction or Direction.IN, None
    else:
        station = stations.get(sighting.station_id)
        if station is None:
            return _refusal("The event has no such station.", "station")
        direction, kind = direction_at(station.station_type), station.station_type
        if sighting.direction not in (None, direction):
            return _refusal(f"At this station people go {direction}.", "direction")
        if refusal := _check_session(station, sighting.session_id, rooms):
            return refusal
    lane = lane_of(kind, sighting.session_id, sighting.happened_at, event.timezone)
    return Placed(sighting, direction, lane)


def _check_session(
    station: Station, session_id: int | None, rooms: dict[int, int | None]
) -> DomainError | None:
    """Return why a session cannot be entered at a station; registration is for all of them."""
    if station.station_type == StationType.REGISTRATION:
        return (
            None if session_id is None else _refusal("Registration is for no session.", "session")
        )
    if session_id is None:
        return _refusal("Say which session this station lets people into.", "session")
    if session_id not in rooms:
        return _refusal("The event has no such session.", "session")
    if station.microlocation_id not in (None, rooms[session_id]):
        return _refusal("The session is not in the room of the station.", "session")
    return None


def _refusal(sentence: str, name: str) -> Invalid:
    return Invalid(sentence, code=f"{name}-here", pointer=f"/data/relationships/{name}")


def _stations(db: Database, event_id: int, ids: Iterable[int | None]) -> dict[int, Station]:
    wanted = sorted({id_ for id_ in ids if id_ is not None})
    if not wanted:
        return {}
    statement = select(Station).where(
        Station.event_id == event_id,
        Station.id == any_(bindparam("ids", wanted, type_=ARRAY(BigInteger))),
    )
    return {station.id: station for station in db.scalars(statement)}


def _rooms(db: Database, event_id: int, ids: Iterable[int | None]) -> dict[int, int | None]:
    wanted = sorted({id_ for id_ in ids if id_ is not None})
    if not wanted:
        return {}
    statement = select(Session.id, Session.microlocation_id).where(
        Session.event_id == event_id,
        Session.deleted_at.is_(None),
        Session.id == any_(bindparam("ids", wanted, type_=ARRAY(BigInteger))),
    )
    return {row.id: row.microlocation_id for row in db.execute(statement)}
