"""Tickets whose holders need nobody at the door."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Engine, text

from openevent.areas.checkin.actors import let_holders_in
from openevent.areas.checkin.operations.automatic import DEVICE
from openevent.db.engine import session_factory
from openevent.work.principal import SYSTEM
from openevent.work.unit import UnitOfWork
from tests.conftest import Client

#: Completed, two seats of ticket 1, of which attendee 2 is in already; and one that waits.
ORDER, PLACED = 1, 2


def complete(engine: Engine, order_id: int) -> None:
    """Run the job as a worker does."""
    work = UnitOfWork(open_db=session_factory(engine), principal=SYSTEM)
    let_holders_in(work, order_id=order_id)
    work.db.commit()
    work.close()


def scans(engine: Engine) -> list[tuple[Any, ...]]:
    query = "SELECT ticket_holder_id, verdict FROM scans WHERE device_name = :d ORDER BY id"
    with engine.connect() as db:
        return [tuple(row) for row in db.execute(text(query), {"d": DEVICE})]


def enable(engine: Engine, *tickets: int) -> None:
    with engine.begin() as db:
        db.execute(
            text("UPDATE tickets SET auto_checkin_enabled = id = ANY(:ids)"), {"ids": [*tickets]}
        )


def test_holders_are_in_once_their_order_is_completed(client: Client, engine: Engine) -> None:
    enable(engine, 1)
    for _ in range(2):  # delivery is at least once
        complete(engine, ORDER)
    assert scans(engine) == [(1, "accepted"), (2, "duplicate")]
    attendee = client.get("/v1/attendees/1", as_="organizer").json["data"]["attributes"]
    assert (attendee["is-checked-in"], attendee["device-name-checkin"]) == (True, DEVICE)


def test_other_tickets_and_orders_that_are_not_paid_let_nobody_in(engine: Engine) -> None:
    enable(engine)
    complete(engine, ORDER)
    enable(engine, 1, 2)
    complete(engine, PLACED)
    complete(engine, 9999)
    assert scans(engine) == []
