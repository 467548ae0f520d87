"""What a transaction stores because of what it recorded."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from psycopg.errors import IntegrityError, OperationalError
from sqlalchemy import create_engine, text

from openevent.work.background import create_background
from openevent.work.jobs import job
from openevent.work.schedule import PeriodicRun
from openevent.work.unit import DomainEvent, UnitOfWork
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
    silent.query("ALTER TABLE notes ADD UNIQUE (text) DEFERRABLE INITIALLY DEFERRED")
    silent.query("INSERT INTO notes (text) VALUES ('a')")
    work = UnitOfWork(open_db=silent.open_db)
    work.db.execute(text("INSERT INTO notes (text) VALUES ('a')"))  # refused by the commit
    work.record(NoteWritten(7))
    with pytest.raises(IntegrityError, match="notes_text_key"):
        silent.background().outbox.commit(work)
    work.close()
    assert silent.outstanding() == 0
    assert silent.query("SELECT count(*) FROM notes") == [(1,)]


def test_a_delivery_that_cannot_be_stored_takes_the_change_with_it(silent: Workshop) -> None:
    silent.query("ALTER TABLE outbox ADD CHECK (actor <> 'sample.count')")
    work = UnitOfWork(open_db=silent.open_db)
    work.db.execute(text("INSERT INTO notes (text) VALUES ('a')"))
    work.record(NoteWritten(7))
    with pytest.raises(IntegrityError):
        silent.background().outbox.commit(work)
    work.close()
    assert silent.query("SELECT 1 FROM notes") == []
    # The connection is as good as before.
    silent.commit(silent.background(), NoteCopied(7))
    assert silent.outstanding() == 1


def test_a_connection_that_breaks_at_the_commit_is_replaced(silent: Workshop) -> None:
    work = UnitOfWork(open_db=silent.open_db)
    work.db.execute(text("INSERT INTO notes (text) VALUES ('a')"))
    work.record(NoteWritten(7))
    pid = work.db.execute(text("SELECT pg_backend_pid()")).scalar_one()
    other = create_engine(silent.settings.database_url)
    with other.connect() as connection:
        connection.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": pid})
    other.dispose()
    with pytest.raises(OperationalError):
        silent.background().outbox.commit(work)
    work.close()
    silent.commit(silent.background(), NoteCopied(7))
    assert silent.outstanding() == 1
    assert silent.query("SELECT 1 FROM notes") == []


def test_what_the_session_holds_is_committed_with_the_deliveries(silent: Workshop) -> None:
    work = UnitOfWork(open_db=silent.open_db)
    work.db.add(PeriodicRun(actor="a", occasion=datetime.now(UTC)))  # not flushed yet
    work.record(NoteCopied(7))
    silent.background().outbox.commit(work)
    work.close()
    assert silent.query("SELECT actor FROM periodic_runs") == [("a",)]
    assert silent.outstanding() == 1


def test_an_event_that_nobody_wants_stores_nothing(silent: Workshop) -> None:
    silent.commit(silent.background(), NoteIgnored(1))
    assert silent.outstanding() == 0


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
        background.outbox.commit(work)
    work.close()


def test_dispatch_off_leaves_everything_in_the_outbox(silent: Workshop) -> None:
    background = silent.background()
    silent.commit(background, NoteWritten(7))
    assert background.outbox.relay.drain()
    assert silent.query("SELECT DISTINCT sends FROM outbox") == [(0,)]
