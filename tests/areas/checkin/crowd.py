"""A crowd of visitors, and the devices that let them in, mostly without network.

A device has a clock that is wrong, a queue of what it scanned, and the attendees that the
server told it of. It uploads late, in any order, and again when it is not sure, through
the operations that the routes call.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Engine, text
from sqlalchemy.orm import Session, sessionmaker

from openevent.areas.checkin.bodies import MAX_SCANS, Unread, read_upload
from openevent.areas.checkin.endpoints import MAX_PAGE
from openevent.areas.checkin.operations.scanning import Told, record_sightings
from openevent.areas.checkin.queries import Cursor, changed_attendees
from openevent.areas.events.models import Event
from openevent.work.principal import Principal
from openevent.work.unit import UnitOfWork

OPENS = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)
CLOSES = OPENS + timedelta(hours=6)
ORDER = "0b0f6f0a-6d6b-4b1a-9a55-6f6a3f6d2c11"
#: Ids from here on, so that the demo world's are not touched.
FIRST = 500_001

SELL = (
    "INSERT INTO orders (id, identifier, status, event_id, payment_mode)"
    " OVERRIDING SYSTEM VALUE VALUES (:first, :order, 'completed', 1, 'free')",
    "INSERT INTO attendees (id, firstname, event_id, order_id, ticket_id)"
    " OVERRIDING SYSTEM VALUE SELECT :first + n, 'Visitor ' || n, 1, :first, 1"
    " FROM generate_series(0, :count - 1) AS n",
)


def sell(engine: Engine, count: int) -> list[int]:
    """Sell so many tickets of the demo world's event; return their attendees' ids."""
    with engine.begin() as db:
        for statement in SELL:
            db.execute(text(statement), {"first": FIRST, "order": ORDER, "count": count})
    return list(range(FIRST, FIRST + count))


def code_of(attendee_id: int) -> str:
    return f"{ORDER}-{attendee_id}"


def upload(engine: Engine, body: dict[str, Any], now: datetime) -> list[Told | Unread]:
    """Take an upload as the route does, at a moment of the server's clock."""
    work = UnitOfWork(
        open_db=sessionmaker(engine, class_=Session, autoflush=False, expire_on_commit=False),
        principal=Principal(id=8),
        now=lambda: now,
    )
    try:
        read = read_upload(body, now)
        sightings = [scan for scan in read if not isinstance(scan, Unread)]
        told = iter(record_sightings(work, work.db.get_one(Event, 1), sightings))
        work.db.commit()
        return [scan if isinstance(scan, Unread) else next(told) for scan in read]
    finally:
        work.close()


@dataclass
class Device:
    """A phone at a gate."""

    name: str
    skew: timedelta
    random: random.Random
    queue: list[dict[str, Any]] = field(default_factory=list)
    verdicts: dict[str, set[str]] = field(default_factory=dict)
    known: dict[int, tuple[Any, ...]] = field(default_factory=dict)
    cursor: Cursor = field(default_factory=Cursor)
    met: Counter[str] = field(default_factory=Counter)

    def scan(self, attendee_id: int, at: datetime, direction: str = "in") -> None:
        """Read a code; what the screen shows meanwhile is the device's own affair."""
        self.queue.append(
            {
                "id": f"{self.name}-{len(self.queue)}-{self.met['scanned']}",
                "code": code_of(attendee_id),
                "direction": direction,
                "scanned-at": (at + self.skew).isoformat(),
            }
        )
        self.met["scanned"] += 1

    def connect(self, engine: Engine, now: datetime) -> None:
        """Send the queue in parts, out of order; send a part again, as after a lost answer."""
        self.random.shuffle(self.queue)
        while self.queue:
            size = self.random.randint(400, MAX_SCANS)
            part, self.queue = self.queue[:size], self.queue[size:]
            self.send(engine, part, now)
            if self.random.random() < 0.15:
                self.send(engine, self.random.sample(part, len(part)), now + timedelta(seconds=9))

    def send(self, engine: Engine, part: Sequence[dict[str, Any]], now: datetime) -> None:
        body = {
            "scans": part,
            "sent-at": (now + self.skew).isoformat(),
            "device-id": self.name,
            "device-name": f"Gate {self.name}",
        }
        for one in upload(engine, body, now):
            assert not isinstance(one, Unread)
            assert one.scan is not None, one
            self.verdicts.setdefault(one.scan.client_id, set()).add(one.scan.verdict)
            self.met["repeated" if one.is_repeated else one.scan.verdict] += 1
            if one.scan.verdict == "duplicate":
                assert one.first is not None
                assert one.first.direction == one.scan.direction

    def sync(self, engine: Engine) -> None:
        """Read what changed since the last time, page by page."""
        with Session(engine) as db:
            more = True
            while more:
                rows = changed_attendees(db, 1, self.cursor, MAX_PAGE)
                more, rows = len(rows) > MAX_PAGE, rows[:MAX_PAGE]
                for id_, _, is_gone, *what in rows:
                    if is_gone:
                        self.known.pop(id_, None)
                    else:
                        self.known[id_] = tuple(what)
                if rows:
                    self.cursor = Cursor(rows[-1].changed_in, rows[-1].id)
                self.met["pages"] += 1
