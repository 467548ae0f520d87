"""The same ticket past several devices at the same moment: one is let in."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import IntegrityError

from openevent.areas.checkin.operations import scanning
from tests.areas.checkin.crowd import OPENS, code_of, sell, upload

DEVICES, TICKETS = 8, 12


def at_once(engine: Engine, attendee_id: int, devices: int) -> Counter[str]:
    """Scan a ticket past so many devices, each on a connection of its own."""
    together = threading.Barrier(devices, timeout=30)

    def scan(device: int) -> str:
        body = {
            "scans": [{"id": f"{attendee_id}-{device}", "code": code_of(attendee_id)}],
            "device-id": f"gate-{device}",
        }
        body["scans"][0]["scanned-at"] = OPENS.isoformat()  # type: ignore[index]
        together.wait()
        try:
            (told,) = upload(engine, body, OPENS)
        except IntegrityError as refusal:
            return str(refusal.orig.diag.constraint_name)  # type: ignore[union-attr]
        return str(told.scan.verdict)  # type: ignore[union-attr]

    with ThreadPoolExecutor(devices) as pool:
        return Counter(pool.map(scan, range(devices)))


def test_one_of_many_devices_lets_a_ticket_in(engine: Engine) -> None:
    people = sell(engine, TICKETS)
    for id_ in people:
        assert at_once(engine, id_, DEVICES) == {"accepted": 1, "duplicate": DEVICES - 1}
    print(f"\n{TICKETS} tickets, {DEVICES} devices at once: {TICKETS} accepted")


def test_without_the_lock_the_constraint_lets_one_in(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    (id_,) = sell(engine, 1)
    remove_lock(monkeypatch)
    refused = "uq_scans_ticket_holder_id_lane_turn"
    assert at_once(engine, id_, 2) == {"accepted": 1, refused: 1}


def test_without_lock_and_constraint_two_get_in(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Shows that the tests above can fail."""
    (id_,) = sell(engine, 1)
    remove_lock(monkeypatch)
    with without_constraint(engine, "uq_scans_ticket_holder_id_lane_turn"):
        assert at_once(engine, id_, 2) == {"accepted": 2}


def remove_lock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have nobody wait for the other before judging, and both judge before either keeps."""
    judged = threading.Barrier(2, timeout=30)
    new_ids: Callable[..., Any] = scanning.new_ids

    def wait(*arguments: Any) -> Any:
        judged.wait()
        return new_ids(*arguments)

    monkeypatch.setattr(scanning, "lock_holders", lambda *_: None)
    monkeypatch.setattr(scanning, "new_ids", wait)


@contextmanager
def without_constraint(engine: Engine, name: str) -> Iterator[None]:
    """Drop a constraint of scans and what depends on it for a while; scans made meanwhile go."""
    find = text("SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = :name")
    names = [name, "fk_scans_turn_before"]
    with engine.begin() as db:
        defined = {each: db.scalar(find, {"name": each}) for each in names}
        for each in reversed(names):
            db.execute(text(f"ALTER TABLE scans DROP CONSTRAINT {each}"))
    try:
        yield
    finally:
        with engine.begin() as db:
            db.execute(text("SET LOCAL openevent.forget_history = 'on'"))
            db.execute(text("DELETE FROM scans WHERE id > 1000"))
            for each in names:
                db.execute(text(f"ALTER TABLE scans ADD CONSTRAINT {each} {defined[each]}"))
