"""Checking attendees in and out by changing them, as the published clients do.

They send back whole attendees, with what they made of the door's attributes. The only
news in there is a moment that the history does not have: it becomes a scan like any
other. What the lists say otherwise is old, or a client's mistake, and changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from openevent.areas.checkin.models import Direction, Verdict
from openevent.areas.checkin.operations.places import Sighting
from openevent.areas.checkin.operations.scanning import Told, record_sightings
from openevent.areas.checkin.rules import news, read_moments, wished_direction
from openevent.areas.events.models import Event
from openevent.areas.identity.policy import EVENT_ACCESS
from openevent.areas.orders.models import Attendee
from openevent.areas.orders.operations.changing import has_event_role, update_attendee
from openevent.areas.ticketing.policy import AT_THE_DOOR
from openevent.errors import Conflict, Forbidden, Invalid
from openevent.work.unit import UnitOfWork

#: What the door knows of an attendee.
DOORS: Final = frozenset(
    {
        *("is_checked_in", "is_checked_out", "is_registered"),
        *("checkin_times", "checkout_times", "register_times", "device_name_checkin"),
    }
)
_SENTENCES: Final = {
    Verdict.NOT_PAID: "The order is not paid yet.",
    Verdict.REVOKED: "The ticket is not valid any more.",
}


def change_attendee(work: UnitOfWork, attendee: Attendee, changes: dict[str, Any]) -> None:
    """Check an attendee in or out if a document says so; change the rest as orders do.

    Who only lets visitors in tags them, but does not change who they are: the app sends
    along everything that it knows, and that is ignored.
    """
    doors = {name: value for name, value in changes.items() if name in DOORS}
    others = {name: value for name, value in changes.items() if name not in DOORS}
    may_let_in = has_event_role(work, attendee.event_id, *AT_THE_DOOR)
    found = _wish(attendee, doors) if doors else None
    if found is not None:
        if not may_let_in:
            raise Forbidden(
                "Only the event's team checks attendees in.",
                pointer="/data/attributes/is-checked-in",
            )
        _check(work, attendee, *found)
    if may_let_in and not has_event_role(work, attendee.event_id, *EVENT_ACCESS):
        others = {name: value for name, value in others.items() if name == "tag_id"}
    if others:
        update_attendee(work, attendee, others)


def _wish(
    attendee: Attendee, doors: Mapping[str, Any]
) -> tuple[Direction, datetime, str | None] | None:
    """Return which way somebody went, when, and past which device; ``None``: no news."""
    outs = _news(attendee, doors, "checkout_times")
    if outs is not None:
        return Direction.OUT, outs, None
    wants_in = doors.get("is_checked_in", attendee.is_checked_in)
    known = read_moments(attendee.checkin_times)
    moment = _news(attendee, doors, "checkin_times")
    if moment is None:
        if "is_checked_in" in doors and "checkin_times" not in doors:
            raise Invalid(
                "Say when: checkin-times has one moment that was not there before.",
                code="checkin-times",
                pointer="/data/attributes/checkin-times",
            )
        return None
    direction = wished_direction(
        wants_in=wants_in,
        is_in=attendee.is_checked_in,
        sent=_moments(doors, "checkin_times"),
        known=known,
    )
    return direction, moment, _device(doors)


def _news(attendee: Attendee, doors: Mapping[str, Any], name: str) -> datetime | None:
    """Return the one moment of a list that neither of an attendee's lists has."""
    sent = _moments(doors, name)
    known = [
        *read_moments(attendee.checkin_times),
        *read_moments(attendee.checkout_times),
    ]
    new = news(sent, known)
    if len(new) > 1:
        raise _bad_list(name, "At most one moment is new.")
    return new[0] if new else None


def _moments(doors: Mapping[str, Any], name: str) -> list[datetime]:
    try:
        return read_moments(doors.get(name))
    except ValueError as ex:
        raise _bad_list(name, "Moments are ISO 8601 with an offset, separated by commas.") from ex


def _device(doors: Mapping[str, Any]) -> str | None:
    """Return the device of the newest moment: the lists go together."""
    if not doors.get("device_name_checkin"):
        return None
    names = [part.strip() for part in doors["device_name_checkin"].split(",")]
    if len(names) != len(_moments(doors, "checkin_times")):
        raise _bad_list("device_name_checkin", "There is one device for each of checkin-times.")
    return names[-1] or None


def _bad_list(name: str, sentence: str) -> Invalid:
    wire = name.replace("_", "-")
    return Invalid(sentence, code=wire, pointer=f"/data/attributes/{wire}")


def _check(
    work: UnitOfWork,
    attendee: Attendee,
    direction: Direction,
    moment: datetime,
    device: str | None,
) -> None:
    """Scan an attendee as the client said, and read what the door knows now.

    The moment is part of the scan's id: a request sent twice is one scan.
    """
    event = work.db.get_one(Event, attendee.event_id)
    sighting = Sighting(
        client_id=f"attendee-{attendee.id}-{direction}-{moment.isoformat()}",
        attendee_id=attendee.id,
        direction=direction,
        scanned_at=moment,
        happened_at=moment,
        device_name=device,
    )
    (told,) = record_sightings(work, event, [sighting])
    refuse_unfit(told)
    work.db.refresh(attendee)


def refuse_unfit(told: Told) -> None:
    """Raise what speaks against letting somebody in who is not there already (409)."""
    verdict = Verdict(told.scan.verdict) if told.scan else None
    if verdict in _SENTENCES:
        raise Conflict(
            _SENTENCES[verdict], code=verdict.value, pointer="/data/attributes/is-checked-in"
        )
