"""SQL text inside a session's transaction: always the present one's."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from openevent.areas.events.models import Tag
from openevent.db.engine import run_in, session_factory

COUNT = "SELECT count(*) FROM tags WHERE name = %(name)s"
TAG = {"name": "only here"}


@pytest.fixture
def db(engine: Engine, pristine: None) -> Iterator[Session]:
    with session_factory(engine)() as session:
        yield session


def test_what_the_transaction_has_written_is_seen(db: Session) -> None:
    db.add(Tag(name="only here", event_id=1))
    db.flush()
    assert run_in(db)(COUNT, TAG) == [(1,)]
    assert run_in(db) is run_in(db)


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
