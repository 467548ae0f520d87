"""Scans as devices send them: plain JSON, one or many, each read on its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from openevent.areas.checkin.models import Direction
from openevent.areas.checkin.operations.places import Sighting
from openevent.errors import DomainError, Invalid
from openevent.jsonapi.documents import parse_id

#: Most scans of one upload.
MAX_SCANS: Final = 1000
_MAX_ID, _MAX_CODE, _MAX_DEVICE = 64, 500, 100


@dataclass(frozen=True, slots=True)
class Unread:
    """A scan of an upload that cannot be read, and why."""

    client_id: str | None
    refusal: DomainError


@dataclass(frozen=True, slots=True)
class Clock:
    """When an upload came, and what the device's clock said when it was sent."""

    received_at: datetime
    sent_at: datetime | None = None

    def happened_at(self, scanned_at: datetime | None, *, is_offline: bool) -> datetime:
        """Return a device's moment by our clock, as far as that can be known.

        What is scanned online happens now. Of an upload made later, the device's clock
        tells how wrong it is by what it says at the moment of sending.
        """
        if not is_offline or scanned_at is None:
            return self.received_at
        ahead = self.sent_at - self.received_at if self.sent_at else timedelta()
        try:
            return min(scanned_at - ahead, self.received_at)
        except OverflowError:
            return self.received_at


def read_upload(body: Mapping[str, Any], received_at: datetime) -> list[Sighting | Unread]:
    """Return the scans of an upload; what cannot be read stands in its place with the reason."""
    scans = body.get("scans")
    if not isinstance(scans, list) or not 1 <= len(scans) <= MAX_SCANS:
        raise Invalid(f"scans is a list of 1 to {MAX_SCANS} scans.", pointer="/scans")
    clock = Clock(received_at, _moment(body, "sent-at"))
    common = {name: body[name] for name in ("device-id", "device-name") if name in body}
    return [_read(scan, common, clock) for scan in scans]


def read_scan(body: Mapping[str, Any], received_at: datetime) -> Sighting:
    """Return a single scan; refuse what cannot be read (422)."""
    return _sighting(body, Clock(received_at, _moment(body, "sent-at")), is_offline=False)


def _read(scan: Any, common: Mapping[str, Any], clock: Clock) -> Sighting | Unread:
    if not isinstance(scan, dict):
        return Unread(None, Invalid("A scan is an object."))
    try:
        return _sighting({**common, **scan}, clock, is_offline=True)
    except Invalid as refusal:
        given = scan.get("id")
        return Unread(given[:_MAX_ID] if isinstance(given, str) else None, refusal)


def _sighting(body: Mapping[str, Any], clock: Clock, *, is_offline: bool) -> Sighting:
    scanned_at, is_offline = _moment(body, "scanned-at"), _flag(body, "offline", is_offline)
    if is_offline and scanned_at is None:
        raise _wrong("scanned-at", "Say when this was scanned; it was not just now.")
    code, attendee_id = _text(body, "code", _MAX_CODE), _id(body, "attendee-id")
    if (code is None) == (attendee_id is None):
        raise _wrong("code", "A scan has a code, or the id of an attendee.")
    client_id = _text(body, "id", _MAX_ID)
    if client_id is None:
        raise _wrong("id", "A scan has an id that its device makes up, such as a UUID.")
    return Sighting(
        client_id=client_id,
        code=code,
        attendee_id=attendee_id,
        direction=_direction(body),
        station_id=_id(body, "station-id"),
        session_id=_id(body, "session-id"),
        device_id=_text(body, "device-id", _MAX_DEVICE),
        device_name=_text(body, "device-name", _MAX_DEVICE),
        is_offline=is_offline,
        scanned_at=scanned_at,
        happened_at=clock.happened_at(scanned_at, is_offline=is_offline),
    )


def _text(body: Mapping[str, Any], name: str, most: int) -> str | None:
    value = body.get(name)
    if value is None:
        return None
    if not isinstance(value, str) or not 1 <= len(value) <= most:
        raise _wrong(name, f"{name} is a text of 1 to {most} characters.")
    return value


def _id(body: Mapping[str, Any], name: str) -> int | None:
    value = body.get(name)
    if value is None:
        return None
    number = None if isinstance(value, bool) else parse_id(str(value))
    if number is None:
        raise _wrong(name, f"{name} is an id: a number, or its digits.")
    return number


def _flag(body: Mapping[str, Any], name: str, default: bool) -> bool:
    value = body.get(name, default)
    if not isinstance(value, bool):
        raise _wrong(name, f"{name} is true or false.")
    return value


def _direction(body: Mapping[str, Any]) -> Direction | None:
    value = body.get("direction")
    if value is None:
        return None
    if value not in ("in", "out"):
        raise _wrong("direction", "direction is in or out.")
    return Direction(value)


def _moment(body: Mapping[str, Any], name: str) -> datetime | None:
    value = body.get(name)
    if value is None:
        return None
    try:
        moment = datetime.fromisoformat(value)
        if moment.tzinfo is not None:
            return moment.astimezone(UTC)
    except (TypeError, ValueError, OverflowError):
        pass
    raise _wrong(name, f"{name} is a time in ISO 8601 with an offset.")


def _wrong(name: str, sentence: str) -> Invalid:
    return Invalid(sentence, pointer=f"/{name}")
