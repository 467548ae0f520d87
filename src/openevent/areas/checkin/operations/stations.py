"""Stations, who passed them, and how many people somebody counted there."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from sqlalchemy import exists, select

from openevent.areas.checkin.models import Scan, Station, StationStorePax, StationType, Verdict
from openevent.areas.checkin.operations.places import Sighting
from openevent.areas.checkin.operations.scanning import record_sightings
from openevent.areas.events.models import Event
from openevent.areas.orders.models import Attendee
from openevent.areas.programme.models import Microlocation, Session
from openevent.errors import Conflict, Invalid
from openevent.work.unit import UnitOfWork

_SENTENCES = {
    Verdict.DUPLICATE: "The attendee is checked in (or out) here already.",
    Verdict.NOT_CHECKED_IN: "The attendee did not check in here before.",
    Verdict.NOT_PAID: "The order is not paid yet.",
    Verdict.REVOKED: "The ticket is not valid any more.",
}


def add_station(work: UnitOfWork, values: dict[str, Any]) -> Station:
    """Put up a station."""
    station = Station(**values)
    _check_room(work, station)
    work.db.add(station)
    return station


def change_station(work: UnitOfWork, station: Station, changes: dict[str, Any]) -> None:
    """Rename or move a station; its kind stays once something was scanned there (409).

    What is locked here is what a scan refers to: one that comes at the same moment is
    there before we look, or comes to a station of the new kind.
    """
    if changes.get("station_type", station.station_type) != station.station_type:
        work.db.execute(select(Station.id).where(Station.id == station.id).with_for_update())
        if work.db.scalar(select(exists().where(Scan.station_id == station.id))):
            raise Conflict(
                "This station was used; its scans are those of its kind.",
                code="station-used",
                pointer="/data/attributes/station-type",
            )
    for name, value in changes.items():
        setattr(station, name, value)
    _check_room(work, station)


def remove_station(work: UnitOfWork, station: Station) -> None:
    """Take a station down. One that was used stays, by a constraint."""
    work.db.delete(station)


def check_in_at_station(work: UnitOfWork, values: dict[str, Any]) -> Scan:
    """Scan an attendee at a station; refuse whoever is not let through (422)."""
    station = work.db.get_one(Station, values["station_id"])
    attendee = work.db.get_one(Attendee, values["ticket_holder_id"])
    if attendee.event_id != station.event_id:
        raise _refusal("The attendee comes to another event.", "ticket-holder", "other-event")
    sighting = Sighting(
        client_id=str(uuid4()),
        happened_at=work.now(),
        attendee_id=attendee.id,
        station_id=station.id,
        session_id=values.get("session_id"),
    )
    event = work.db.get_one(Event, station.event_id)
    (told,) = record_sightings(work, event, [sighting])
    if told.refusal is not None or told.scan is None:
        assert told.refusal is not None  # noqa: S101 - one of the two is there
        raise told.refusal
    if told.scan.verdict != Verdict.ACCEPTED:
        verdict = Verdict(told.scan.verdict)
        raise _refusal(_SENTENCES[verdict], "ticket-holder", verdict.value)
    return work.db.get_one(Scan, told.scan.id)


def count_heads(work: UnitOfWork, values: dict[str, Any]) -> StationStorePax:
    """Keep a head count of a session at a station of the same event."""
    station = work.db.get_one(Station, values["station_id"])
    session = work.db.get_one(Session, values["session_id"])
    if session.event_id != station.event_id:
        raise _refusal("The session is of another event.", "session", "other-event")
    count = StationStorePax(**values)
    work.db.add(count)
    return count


def _check_room(work: UnitOfWork, station: Station) -> None:
    room_id = station.microlocation_id
    if room_id is None:
        if station.station_type in (StationType.CHECK_IN, StationType.CHECK_OUT):
            raise _refusal("Such a station is in a room.", "microlocation", "microlocation")
    elif work.db.get_one(Microlocation, room_id).event_id != station.event_id:
        raise _refusal("The room is of another event.", "microlocation", "other-event")


def _refusal(sentence: str, name: str, code: str) -> Invalid:
    return Invalid(sentence, code=code, pointer=f"/data/relationships/{name}")
