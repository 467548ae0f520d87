"""What runs by the clock: upkeep, and periodic jobs once per occasion."""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor

import pytest
import redis

from openevent.work.schedule import Chore, Periodic
from tests.work.conftest import Workshop


def periodic(workshop: Workshop) -> Periodic:
    """Return one worker's clock, with a job that is due every hour."""
    clock = Periodic(workshop.open_db)
    clock.add("sample.file", "0 * * * *")
    return clock


def test_a_new_periodic_job_waits_for_its_first_occasion(workshop: Workshop) -> None:
    assert periodic(workshop).run_due() == 0
    assert workshop.outstanding() == 0


def test_an_occasion_happens_once_however_many_workers_there_are(workshop: Workshop) -> None:
    clocks = [periodic(workshop) for _ in range(8)]
    clocks[0].run_due()
    workshop.query("UPDATE periodic_runs SET occasion = now() - interval '61 minutes'")
    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(lambda clock: clock.run_due(), clocks)) == 1
    assert workshop.query("SELECT actor, event FROM outbox") == [("sample.file", "periodic")]


def test_occasions_that_passed_while_no_worker_lived_are_made_up_for_once(
    workshop: Workshop,
) -> None:
    clock = periodic(workshop)
    clock.run_due()
    workshop.query("UPDATE periodic_runs SET occasion = now() - interval '30 days'")
    assert clock.run_due() == 1
    assert clock.run_due() == 0


def test_a_clock_without_periodic_jobs_asks_for_nothing(workshop: Workshop) -> None:
    assert Periodic(workshop.open_db).run_due() == 0


def test_a_chore_waits_for_its_next_turn_when_redis_is_away(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def ask() -> None:
        raise redis.ConnectionError("Connection refused\nand more")

    with caplog.at_level(logging.WARNING):
        Chore("the sweep", 1, ask)()
    assert caplog.messages == ["the sweep waits for its next turn: Connection refused"]
