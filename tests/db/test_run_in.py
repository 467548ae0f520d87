"""SQL text inside a session's transaction: always the present one's."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from sqlalchemy import Engine, select, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from openevent.areas.events.models import Tag
from openevent.db.engine import make_engine, run_in, session_factory
from openevent.settings import Settings

COUNT = "SELECT count(*) FROM tags WHERE name = %(name)s"
TAG = {"name": "only here"}


@pytest.fixture
def db(engine: Engine) -> Iterator[Session]:
    with session_factory(engine)() as session:
        yield session


def test_what_the_transaction_has_written_is_seen(db: Session) -> None:
    db.add(Tag(name="only here", event_id=1))
    db.flush()
    assert run_in(db)(COUNT, TAG) == [(1,)]


def test_what_was_rolled_back_is_gone_for_the_next_transaction(db: Session) -> None:
    run_in(db)("INSERT INTO tags (name, event_id) VALUES (%(name)s, 1) RETURNING id", TAG)
    db.rollback()
    assert run_in(db)(COUNT, TAG) == [(0,)]


def test_what_was_committed_is_there_for_the_next_transaction(db: Session) -> None:
    run_in(db)("INSERT INTO tags (name, event_id) VALUES (%(name)s, 1) RETURNING id", TAG)
    db.commit()
    assert run_in(db)(COUNT, TAG) == [(1,)]


def test_another_session_has_a_transaction_of_its_own(db: Session, engine: Engine) -> None:
    run_in(db)("INSERT INTO tags (name, event_id) VALUES (%(name)s, 1) RETURNING id", TAG)
    with session_factory(engine)() as other:
        assert run_in(other)(COUNT, TAG) == [(0,)]


def test_text_sees_what_the_orm_wrote_before_and_the_orm_what_text_wrote(db: Session) -> None:
    run_in(db)("INSERT INTO tags (name, event_id) VALUES (%(name)s, 1) RETURNING id", TAG)
    (tag,) = db.scalars(select(Tag).where(Tag.name == "only here"))
    tag.name = "renamed"
    db.flush()
    assert run_in(db)(COUNT, {"name": "renamed"}) == [(1,)]
    db.rollback()
    assert run_in(db)(COUNT, {"name": "renamed"}) == [(0,)]


def test_text_after_a_commit_of_the_orm_is_committed_too(db: Session, engine: Engine) -> None:
    db.execute(select(1))
    db.commit()
    run_in(db)("INSERT INTO tags (name, event_id) VALUES (%(name)s, 1) RETURNING id", TAG)
    db.commit()
    with session_factory(engine)() as other:
        assert run_in(other)(COUNT, TAG) == [(1,)]


def test_what_was_not_committed_is_gone_when_the_session_closes(
    db: Session, engine: Engine
) -> None:
    with session_factory(engine)() as other:
        run_in(other)("INSERT INTO tags (name, event_id) VALUES (%(name)s, 1) RETURNING id", TAG)
    assert run_in(db)(COUNT, TAG) == [(0,)]


@pytest.mark.parametrize("end", ["rollback", "close"])
@pytest.mark.parametrize("last", ["SELECT 1", "SELECT 1 / 0"])
def test_statements_stay_prepared_when_a_transaction_is_undone(
    settings: Settings, end: str, last: str
) -> None:
    count = "SELECT pg_backend_pid(), count(*) FROM pg_prepared_statements"
    engine = make_engine(settings)
    try:
        with session_factory(engine)() as db:
            run_in(db)(count, {})
            run_in(db)(COUNT, TAG)
            ((pid, before),) = run_in(db)(count, {})
            with contextlib.suppress(psycopg.errors.DivisionByZero):
                run_in(db)(last, {})
            getattr(db, end)()
            ((same, after),) = run_in(db)(count, {})
    finally:
        engine.dispose()
    assert same == pid
    assert after >= before == 2


def test_a_connection_that_broke_is_replaced(db: Session, engine: Engine) -> None:
    ((pid,),) = run_in(db)("SELECT pg_backend_pid()", {})
    with engine.connect() as connection:
        connection.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": pid})
    with pytest.raises(psycopg.OperationalError):
        run_in(db)(COUNT, TAG)
    db.close()
    assert run_in(db)(COUNT, TAG) == [(0,)]


@pytest.mark.parametrize("through_the_orm", [True, False])
def test_a_connection_that_broke_is_replaced_once_its_session_is_closed(
    engine: Engine, through_the_orm: bool
) -> None:
    die = "SELECT pg_terminate_backend(pg_backend_pid())"
    make = session_factory(engine)
    broken = make()
    run: Any = (lambda: broken.execute(text(die))) if through_the_orm else None
    with pytest.raises((psycopg.OperationalError, OperationalError)):
        (run or (lambda: run_in(broken)(die, {})))()
    broken.close()
    with make() as fresh:
        assert run_in(fresh)("SELECT 1", {}) == [(1,)]
