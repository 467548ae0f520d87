"""What a transaction stores because of what it recorded."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from sqlalchemy import event as sqlalchemy_event

from openevent.work.jobs import job
from openevent.work.unit import DomainEvent, UnitOfWork
from openevent.worker import create_background
from tests.work.conftest import Workshop
from tests.work.sample import NoteCopied, NoteHeld, NoteIgnored, NoteWritten


@pytest.fixture
def silent(workshop: Workshop) -> Workshop:
    """The workshop with publishing turned off, by its setting."""
    workshop.settings = workshop.settings.replace(dispatch="off")
    return workshop


def test_every_subscriber_gets_a_row_with_the_fields_it_takes(silent: Workshop) -> None:
    silent.commit(silent.background(), NoteWritten(7, text="long"), NoteHeld(8, "never"))
    rows = silent.query("SELECT actor, event, args, request_id, sends FROM outbox ORDER BY actor")
    assert rows == [
        ("sample.copy", "NoteWritten", {"note_id": 7}, "the-request", 0),
        ("sample.count", "NoteWritten", {"note_id": 7}, "the-request", 0),
        ("sample.hold", "NoteHeld", {"note_id": 8, "point": "never"}, "the-request", 0),
    ]


def test_what_is_rolled_back_has_no_consequences(silent: Workshop) -> None:
    work = UnitOfWork(open_db=silent.open_db)
    work.record(NoteWritten(7))
    silent.background().outbox.stage(work)
    work.close()
    assert silent.outstanding() == 0


def test_staging_costs_one_statement_or_none(silent: Workshop) -> None:
    background = silent.background()
    statements: list[str] = []
    sqlalchemy_event.listen(
        silent.engine, "before_cursor_execute", lambda *seen: statements.append(seen[2])
    )
    work = UnitOfWork(open_db=silent.open_db)
    work.record(NoteIgnored(1))
    assert background.outbox.stage(work) == ()
    assert statements == []
    for event in (NoteWritten(1), NoteWritten(2), NoteCopied(3), NoteIgnored(4)):
        work.record(event)
    assert len(background.outbox.stage(work)) == 5
    assert len(statements) == 1
    work.close()


def test_what_was_recorded_is_staged_once(silent: Workshop) -> None:
    background = silent.background()
    work = UnitOfWork(open_db=silent.open_db)
    work.record(NoteCopied(1))
    background.outbox.commit(work)
    background.outbox.commit(work)
    work.close()
    assert silent.outstanding() == 1


def test_a_job_cannot_ask_for_what_its_event_has_not() -> None:
    def note_colour(work: UnitOfWork, note_id: int, colour: str) -> None:
        """Never called."""

    with pytest.raises(TypeError, match="note_colour takes colour, NoteWritten has none"):
        job(on=NoteWritten, name="sample.impossible")(note_colour)


def test_an_event_may_not_carry_objects(silent: Workshop) -> None:
    @dataclass(frozen=True, slots=True)
    class NoteDated(DomainEvent):
        at: datetime

    @job(on=NoteDated, name="sample.date")
    def date(work: UnitOfWork, at: datetime) -> None:
        """Never called."""

    background = create_background(silent.settings, silent.open_db, jobs=[date])
    work = UnitOfWork(open_db=silent.open_db)
    work.record(NoteDated(datetime.now(UTC)))
    with pytest.raises(TypeError):
        background.outbox.stage(work)
    work.close()


def test_dispatch_off_leaves_everything_in_the_outbox(silent: Workshop) -> None:
    background = silent.background()
    silent.commit(background, NoteWritten(7))
    assert background.outbox.relay.drain()
    assert silent.query("SELECT DISTINCT sends FROM outbox") == [(0,)]
