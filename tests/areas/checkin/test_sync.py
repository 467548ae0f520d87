"""Twenty devices without network, ten thousand tickets: nobody twice, nothing lost."""

from __future__ import annotations

import random
import time
from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import Engine, text

from tests.areas.checkin.crowd import CLOSES, FIRST, OPENS, Device, sell

pytestmark = pytest.mark.long

DEVICES, TICKETS = 20, 10_000
SKEW_S = 600
#: Devices that follow along, page after page; all of them read everything in the end.
FOLLOWERS = ("00", "01")
#: Tickets of orders that are called off meanwhile.
REVOKED = 50


def test_all_devices_end_with_the_same_and_everybody_came_in_once(engine: Engine) -> None:
    chance = random.Random(20260301)  # noqa: S311 - a crowd
    people = sell(engine, TICKETS)
    devices = [
        Device(
            name=f"{n:02}",
            skew=timedelta(seconds=chance.uniform(-SKEW_S, SKEW_S)),
            random=random.Random(n),  # noqa: S311
        )
        for n in range(DEVICES)
    ]
    began = time.perf_counter()
    wanderers = come_and_go(chance, people[:-REVOKED], devices)
    now = CLOSES
    for step in range(3):  # partitions end for some, and begin anew
        for device in chance.sample(devices, DEVICES if step == 2 else DEVICES // 2):
            now += timedelta(seconds=chance.randint(1, 60))
            device.connect(engine, now)
            if device.name in FOLLOWERS:
                device.sync(engine)
        if step == 0:
            cancel(engine, people[-REVOKED:])
        if step < 2:
            for device in devices:
                device.scan(chance.choice(people[:-REVOKED]), now)
                device.scan(chance.choice(people[-REVOKED:]), now)
    for device in devices:
        device.sync(engine)
    spent = time.perf_counter() - began

    scans = sum(device.met["scanned"] for device in devices)
    met = sum((device.met for device in devices), Counter[str]())
    assert all(len(device.verdicts) == device.met["scanned"] for device in devices)  # none lost
    assert all(len(v) == 1 for device in devices for v in device.verdicts.values())  # nor changed
    assert kept(engine) == scans  # none merged, none twice
    assert turns_are_whole(engine)
    entries = accepted_entries(engine)
    assert entries.keys() == set(people[:-REVOKED])  # everybody came in,
    assert {id_ for id_, count in entries.items() if count > 1} <= wanderers  # nobody twice
    assert all(device.known == devices[0].known for device in devices)  # same set everywhere
    assert devices[0].known.keys() >= set(people[:-REVOKED])
    assert devices[0].known.keys().isdisjoint(people[-REVOKED:])
    print(
        f"\n{DEVICES} devices, {TICKETS} tickets, clocks up to {SKEW_S} s wrong: {scans} scans,"
        f" {met['accepted']} accepted, {met['duplicate']} duplicates,"
        f" {met['revoked']} revoked, {met['not-checked-in']} not checked in;"
        f" {met['repeated']} sent again, {met['pages']} pages read, {spent:.1f} s"
    )


def come_and_go(chance: random.Random, people: list[int], devices: list[Device]) -> set[int]:
    """Have everybody scanned, some of them twice, some out and in again.

    Return who went out: they may come in more than once.
    """
    span = int((CLOSES - OPENS).total_seconds()) - 9000
    wanderers = set()
    for id_ in people:
        came = OPENS + timedelta(seconds=chance.randrange(span))
        chance.choice(devices).scan(id_, came)
        if chance.random() < 0.05:  # a copy of the ticket, at another gate
            chance.choice(devices).scan(id_, came + timedelta(seconds=chance.randint(1, 900)))
        elif chance.random() < 0.05:
            chance.choice(devices).scan(id_, came + timedelta(hours=1), "out")
            chance.choice(devices).scan(id_, came + timedelta(hours=2), "in")
            wanderers.add(id_)
    return wanderers


def cancel(engine: Engine, ids: list[int]) -> None:
    with engine.begin() as db:
        db.execute(
            text("UPDATE attendees SET deleted_at = now() WHERE id = ANY(:ids)"), {"ids": ids}
        )


def kept(engine: Engine) -> int:
    with engine.connect() as db:
        return int(db.scalar(text("SELECT count(*) FROM scans WHERE id > 1000")) or 0)


def accepted_entries(engine: Engine) -> dict[int, int]:
    statement = text(
        "SELECT ticket_holder_id, count(*) FROM scans WHERE ticket_holder_id >= :first"
        " AND verdict = 'accepted' AND direction = 'in' GROUP BY ticket_holder_id"
    )
    with engine.connect() as db:
        return {row[0]: row[1] for row in db.execute(statement, {"first": FIRST})}


def turns_are_whole(engine: Engine) -> bool:
    broken = text(
        "SELECT count(*) FROM (SELECT count(*) AS n, max(turn) AS last FROM scans"
        " WHERE turn IS NOT NULL GROUP BY ticket_holder_id, lane) AS t WHERE n <> last"
    )
    with engine.connect() as db:
        return db.scalar(broken) == 0


def test_a_wrong_clock_is_told_by_what_it_says_when_sending(engine: Engine) -> None:
    """Two gates, one in and one out, clocks 20 minutes apart: the order is what it was."""
    (id_,) = sell(engine, 1)
    fast, slow = _gate("fast", 600), _gate("slow", -600)
    fast.scan(id_, OPENS)
    slow.scan(id_, OPENS + timedelta(minutes=5), "out")
    for device in (fast, slow):
        device.connect(engine, OPENS + timedelta(hours=1))
    with engine.connect() as db:
        moments = db.execute(
            text("SELECT checkin_times, checkout_times FROM attendees WHERE id = :id"), {"id": id_}
        ).one()
    assert tuple(moments) == ("2026-03-01T08:00:00.000Z", "2026-03-01T08:05:00.000Z")


def test_late_arrivals_rewrite_nothing(engine: Engine) -> None:
    """Somebody was in and went out; a forgotten scan from before is a duplicate, not an entry."""
    (id_,) = sell(engine, 1)
    gate, forgotten = _gate("gate", 0), _gate("forgotten", 0)
    gate.scan(id_, OPENS + timedelta(minutes=2))
    gate.scan(id_, OPENS + timedelta(minutes=30), "out")
    gate.connect(engine, CLOSES)
    forgotten.scan(id_, OPENS + timedelta(minutes=1))
    forgotten.connect(engine, CLOSES)
    assert forgotten.met["duplicate"] == 1
    with engine.connect() as db:
        is_in = text("SELECT is_checked_in FROM attendees WHERE id = :id")
        assert db.scalar(is_in, {"id": id_}) is False


def test_one_upload_out_of_order_is_judged_in_the_order_it_happened(engine: Engine) -> None:
    (id_,) = sell(engine, 1)
    gate = _gate("gate", 0)
    for minute, direction in ((0, "in"), (10, "out"), (20, "in"), (30, "out")):
        gate.scan(id_, OPENS + timedelta(minutes=minute), direction)
    gate.queue.reverse()
    gate.connect(engine, CLOSES)
    assert gate.met["accepted"] == 4


def _gate(name: str, skew_s: int) -> Device:
    return Device(name=name, skew=timedelta(seconds=skew_s), random=random.Random(7))  # noqa: S311
