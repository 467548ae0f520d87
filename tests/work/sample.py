"""A small application for the tests of background work: notes, and what they cause.

It uses the real outbox, relay, broker and worker, with jobs of its own, and runs as
processes of its own: ``python -m tests.work.sample worker``, ``... write 10``.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import dramatiq
from sqlalchemy import text

from openevent.db.engine import make_engine, session_factory
from openevent.observability import logs
from openevent.settings import Settings
from openevent.work.background import create_background, create_worker
from openevent.work.broker import Redelivery
from openevent.work.jobs import job, jobs_of
from openevent.work.processes import run_processes
from openevent.work.relay import Delivery
from openevent.work.unit import DomainEvent, UnitOfWork

#: Short, so that tests are; the bound follows from it by the same formula as in production.
QUICK = Redelivery(silence_s=2.0, maintenance_s=0.5)
SWEEP_S = 0.5

TABLES = (
    "CREATE TABLE notes (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, text text)",
    "CREATE TABLE effects (note_id bigint, actor text, request_id text)",
    "CREATE SEQUENCE tries",
)


@dataclass(frozen=True, slots=True)
class NoteWritten(DomainEvent):
    """There is a note."""

    note_id: int
    text: str = ""


@dataclass(frozen=True, slots=True)
class NoteCopied(DomainEvent):
    """There is a copy of a note: what a job records."""

    note_id: int


@dataclass(frozen=True, slots=True)
class NoteHeld(DomainEvent):
    """There is a note whose job is to be killed at a certain point."""

    note_id: int
    point: str


@dataclass(frozen=True, slots=True)
class NotePoisoned(DomainEvent):
    """There is a note that no job can digest."""

    note_id: int


@dataclass(frozen=True, slots=True)
class NoteFlaky(DomainEvent):
    """There is a note whose job succeeds the third time."""

    note_id: int


@dataclass(frozen=True, slots=True)
class NoteIgnored(DomainEvent):
    """Nobody subscribes to this."""

    note_id: int


def _effect(work: UnitOfWork, note_id: int, actor: str) -> None:
    work.db.execute(
        text("INSERT INTO effects (note_id, actor, request_id) VALUES (:note, :actor, :request)"),
        {"note": note_id, "actor": actor, "request": work.request_id},
    )


@job(on=NoteWritten, name="sample.count")
def count(work: UnitOfWork, note_id: int) -> None:
    """Have one effect."""
    _effect(work, note_id, "count")


@job(on=NoteWritten, name="sample.copy", queue="copies")
def copy(work: UnitOfWork, note_id: int) -> None:
    """Have one effect, and cause another job."""
    _effect(work, note_id, "copy")
    work.record(NoteCopied(note_id))


@job(on=NoteCopied, name="sample.file", queue="copies")
def file(work: UnitOfWork, note_id: int) -> None:
    """Have one effect, caused by a job."""
    _effect(work, note_id, "file")


@job(on=NoteHeld, name="sample.hold")
def hold(work: UnitOfWork, note_id: int, point: str) -> None:
    """Wait before or after the effect to be killed there."""
    _wait_to_be_killed(point, "before")
    _effect(work, note_id, "hold")
    _wait_to_be_killed(point, "after")


@job(on=NotePoisoned, name="sample.poison", max_retries=2, min_backoff_ms=100, max_backoff_ms=200)
def poison(work: UnitOfWork, note_id: int) -> None:
    """Fail, after an effect that must not remain."""
    _effect(work, note_id, "poison")
    work.db.execute(text("SELECT nextval('tries')"))  # a sequence forgets nothing
    raise RuntimeError("no job can\ndigest this")


@job(on=NoteFlaky, name="sample.flaky", max_retries=5, min_backoff_ms=50, max_backoff_ms=100)
def flaky(work: UnitOfWork, note_id: int) -> None:
    """Fail twice."""
    _effect(work, note_id, "flaky")
    if work.db.execute(text("SELECT nextval('tries')")).scalar_one() < 3:
        raise RuntimeError("not yet")


def _wait_to_be_killed(wanted: str, point: str) -> None:
    """Say that a point is reached and stay there, unless somebody has been killed there."""
    folder = os.environ.get("SAMPLE_FOLDER")
    if wanted != point or folder is None:
        return
    reached = Path(folder) / f"reached-{point}"
    if not reached.exists():
        reached.write_text(str(os.getpid()))
        time.sleep(60)


class HoldAfterCommit(dramatiq.Middleware):
    """Waits where the job has committed and its message is not acknowledged yet."""

    def after_process_message(self, broker: Any, message: Any, **outcome: Any) -> None:
        _wait_to_be_killed(message.kwargs.get("point", ""), "committed")


JOBS = jobs_of([sys.modules[__name__]])


def setup() -> None:
    """What ``openevent.worker.setup`` is to the server."""
    settings = Settings.from_environment()
    logs.configure(settings)
    background = create_worker(
        settings,
        session_factory(make_engine(settings)),
        jobs=JOBS,
        redelivery=QUICK,
        sweep_s=SWEEP_S,
        observers=[HoldAfterCommit()],
    )
    dramatiq.set_broker(background.broker)


def _die(deliveries: Sequence[Delivery]) -> None:
    """Stand in for the relay: the process is killed between commit and publishing."""
    os.kill(os.getpid(), signal.SIGKILL)


def write(settings: Settings, notes: int, *, die: bool = False, pause_s: float = 0.0) -> None:
    """Write notes, a transaction each, as a web process does; print each committed one."""
    open_db = session_factory(make_engine(settings))
    background = create_background(settings, open_db, jobs=JOBS)
    if die:
        background.outbox.relay.nudge = _die  # type: ignore[method-assign]
    for _ in range(notes):
        work = UnitOfWork(open_db=open_db, request_id="the-request")
        note_id = work.db.execute(
            text("INSERT INTO notes (text) VALUES ('') RETURNING id")
        ).scalar_one()
        work.record(NoteWritten(note_id))
        background.outbox.commit(work)
        work.close()
        print(note_id, flush=True)
        time.sleep(pause_s)
    background.outbox.relay.drain()


def main(command: str, *arguments: str) -> None:
    """Run one of the two processes."""
    settings = Settings.from_environment()
    if command == "worker":
        sys.exit(
            run_processes(
                "tests.work.sample:setup",
                settings.to_environment(),
                processes=1,
                threads=2,
                stop_within_s=settings.graceful_timeout_s,
            )
        )
    write(settings, int(arguments[0]), die="die" in arguments, pause_s=0.01)


if __name__ == "__main__":
    main(*sys.argv[1:])
