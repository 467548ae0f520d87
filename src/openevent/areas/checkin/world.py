"""The check-in area's part of the demo world."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from openevent.areas.checkin.models import Scan, Station, StationStorePax
from openevent.areas.orders.world import IDENTIFIERS
from openevent.db.base import Record

MADE = datetime(2025, 11, 12, 9, 0, tzinfo=UTC)
#: The evening before the summit's rehearsal, and that of the concert's.
TRIAL = datetime(2025, 11, 20, 8, 50, 3, tzinfo=UTC)
SOUNDCHECK = datetime(2025, 11, 21, 10, 0, tzinfo=UTC)
_REGISTRAR, _OTHER_OWNER = 8, 11


def rows() -> list[Record]:
    """Return the rows in the order in which they can be inserted."""
    stations = [
        _station(1, "Front desk", "registration"),
        _station(2, "Great Hall, in", "check in", microlocation_id=1),
        _station(3, "Great Hall, out", "check out", microlocation_id=1),
        _station(4, "Stage door", "check in", event_id=2, microlocation_id=3),
    ]
    entered = datetime(2025, 11, 20, 8, 55, 12, 250_000, tzinfo=UTC)
    again = datetime(2025, 11, 20, 9, 2, 40, tzinfo=UTC)
    scans = [
        _scan(1, TRIAL, holder=2, station_id=1, lane="registration 2025-11-20", turn=1),
        _scan(2, entered, holder=2, device="Gate A", lane="door", turn=1),
        _scan(3, again, holder=2, device="Gate B", lane="door", verdict="duplicate", first_id=2),
        _scan(4, again, code="https://elsewhere.example.org/7", lane="door", verdict="unknown"),
        _scan(5, SOUNDCHECK, event=2, holder=8, device="Foyer", lane="door", turn=1),
        _scan(
            6,
            datetime(2025, 11, 20, 9, 30, tzinfo=UTC),
            holder=2,
            station_id=2,
            session_id=2,
            lane="session 2 2025-11-20",
            turn=1,
        ),
    ]
    counts = [
        StationStorePax(id=1, station_id=2, session_id=2, current_pax=42, **_made()),
        StationStorePax(id=2, station_id=2, session_id=2, current_pax=57, **_made()),
        StationStorePax(id=3, station_id=4, session_id=7, current_pax=120, **_made()),
    ]
    return [*stations, *scans, *counts]


def _station(id_: int, name: str, kind: str, *, event_id: int = 1, **values: Any) -> Station:
    return Station(
        id=id_, station_name=name, station_type=kind, event_id=event_id, **values, **_made()
    )


def _scan(
    id_: int,
    moment: datetime,
    *,
    event: int = 1,
    holder: int | None = None,
    device: str | None = None,
    code: str | None = None,
    verdict: str = "accepted",
    **values: Any,
) -> Scan:
    order = {2: 1, 8: 5}.get(holder or 0)
    return Scan(
        id=id_,
        client_id=f"5c4e1d20-9b7a-4c58-8f31-{id_:012d}",
        event_id=event,
        ticket_holder_id=holder,
        code=f"{IDENTIFIERS[order]}-{holder}" if order else code,
        user_id=_REGISTRAR if event == 1 else _OTHER_OWNER,
        direction="in",
        verdict=verdict,
        device_id=device and device.lower().replace(" ", "-"),
        device_name=device,
        scanned_at=moment,
        happened_at=moment,
        received_at=moment,
        created_at=moment,
        modified_at=moment,
        **values,
    )


def _made() -> dict[str, datetime]:
    return {"created_at": MADE, "modified_at": MADE}
