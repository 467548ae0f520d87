"""What tests of teams arrange and look behind."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import pytest
from sqlalchemy import Engine, text

from openevent.areas.teams.operations import invites
from openevent.db.engine import session_factory
from openevent.work.principal import SYSTEM
from openevent.work.unit import DomainEvent, UnitOfWork

Run = Callable[..., list[Any]]


@pytest.fixture
def run(engine: Engine) -> Run:
    """Run one SQL statement and return its rows, if it has any."""

    def run_sql(sql: str, **parameters: Any) -> list[Any]:
        with engine.begin() as connection:
            result = connection.execute(text(sql), parameters)
            return list(result) if result.returns_rows else []

    return run_sql


@pytest.fixture
def recorded(monkeypatch: pytest.MonkeyPatch) -> list[DomainEvent]:
    """The domain events that operations record from here on, whoever subscribes to them."""
    events: list[DomainEvent] = []
    record = UnitOfWork.record

    def listen(work: UnitOfWork, event: DomainEvent) -> None:
        events.append(event)
        record(work, event)

    monkeypatch.setattr(UnitOfWork, "record", listen)
    return events


@pytest.fixture
def work(engine: Engine) -> Iterator[UnitOfWork]:
    """A unit of work as a job has it."""
    with closing(UnitOfWork(open_db=session_factory(engine), principal=SYSTEM)) as unit:
        yield unit


@pytest.fixture
def mail_token(work: UnitOfWork) -> Callable[[int], str | None]:
    """Make the token of an invitation, as the mail about it does when it is sent."""

    def make(invite_id: int) -> str | None:
        token = invites.issue_token(work, invite_id)
        work.db.commit()
        return token

    return make
