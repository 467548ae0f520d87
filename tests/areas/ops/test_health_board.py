"""How checks are run: remembered for a while, one run at a time, never waited for long."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from openevent.areas.ops.health_board import Check, HealthBoard, Unhealthy


class Lamp:
    """A check that does as it is told and counts how often it is asked."""

    def __init__(self) -> None:
        self.asked = 0
        self.fault: Exception | None = None
        self.open = threading.Event()
        self.open.set()

    def examine(self) -> str:
        self.asked += 1
        self.open.wait(10)
        if self.fault is not None:
            raise self.fault
        return f"asked {self.asked} times"


def board_of(*lamps: Lamp, **options: float) -> HealthBoard:
    return HealthBoard(
        [
            Check(name=f"check_{number}", examine=lamp.examine, overdue="It does not answer")
            for number, lamp in enumerate(lamps)
        ],
        **options,
    )


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 5
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_a_result_is_believed_until_it_expires_and_no_longer() -> None:
    lamp = Lamp()
    board = board_of(lamp, passed_s=0.2)
    [first] = board.results()
    assert first.expires - first.timestamp == pytest.approx(0.2)
    assert board.results() == [first]
    until(lambda: time.time() > first.expires)
    assert board.results()[0].output == "asked 2 times"


def test_a_failure_is_believed_for_a_shorter_time() -> None:
    lamp = Lamp()
    lamp.fault = Unhealthy("The lamp is broken")
    board = board_of(lamp, passed_s=27, failed_s=0.1)
    [failure] = board.results()
    assert (failure.passed, failure.output) == (False, "The lamp is broken")
    assert failure.expires - failure.timestamp == pytest.approx(0.1)
    lamp.fault = None
    assert board.results() == [failure]
    until(lambda: board.results()[0].passed)


def test_setting_the_clock_does_not_lengthen_belief(monkeypatch: pytest.MonkeyPatch) -> None:
    lamp = Lamp()
    board = board_of(lamp, passed_s=0.1)
    board.results()
    monkeypatch.setattr(time, "time", lambda: 0.0)
    until(lambda: board.results()[0].timestamp == 0.0)


def test_many_who_ask_at_once_share_one_run() -> None:
    lamp = Lamp()
    lamp.open.clear()
    board = board_of(lamp, answer_s=5)
    with ThreadPoolExecutor(16) as pool:
        asked = [pool.submit(board.results) for _ in range(16)]
        until(lambda: lamp.asked == 1)
        lamp.open.set()
        answers = {tuple(answer.result()) for answer in asked}
    assert lamp.asked == 1
    assert len(answers) == 1


def test_a_check_that_hangs_fails_and_the_others_are_answered() -> None:
    stuck, fine = Lamp(), Lamp()
    stuck.open.clear()
    board = board_of(stuck, fine, passed_s=0, answer_s=0.2)
    began = time.monotonic()
    hanging, passing = board.results()
    assert time.monotonic() - began < 10, "it would hang for ever"
    assert (hanging.passed, hanging.output) == (False, "It does not answer")
    assert passing.passed
    # Nobody waits for it again, and it is not started a second time.
    began = time.monotonic()
    for _ in range(50):
        board.results()
    assert time.monotonic() - began < 9, "waiting takes 0.2 s each time"
    assert (stuck.asked, fine.asked) == (1, 51)
    stuck.open.set()
    until(lambda: board.results()[0].passed)


def test_checks_run_side_by_side() -> None:
    together = threading.Barrier(5, timeout=5)
    board = HealthBoard(
        [
            Check(name=str(number), examine=lambda: str(together.wait()), overdue="late")
            for number in range(5)
        ],
        answer_s=5,
    )
    assert all(result.passed for result in board.results())


def test_what_went_wrong_inside_is_logged_and_not_told(caplog: pytest.LogCaptureFixture) -> None:
    lamp = Lamp()
    lamp.fault = RuntimeError("password is hunter2")
    [result] = board_of(lamp).results()
    assert (result.passed, result.output) == (
        False,
        "The check itself failed; the log says why",
    )
    assert "hunter2" in caplog.text


def test_a_failure_is_logged_when_it_begins_and_when_it_ends(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    lamp = Lamp()
    lamp.fault = Unhealthy("The lamp is broken")
    lamp.fault.__cause__ = OSError("no current\nand more")
    board = board_of(lamp, passed_s=0, failed_s=0)
    for _ in range(3):
        board.results()
    lamp.fault = None
    for _ in range(3):
        board.results()
    assert [record.getMessage() for record in caplog.records] == [
        "check_0: The lamp is broken (OSError: no current)",
        "check_0: asked 4 times again",
    ]
