"""A post office of the tests: domain events in, mails out."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Engine, text

from openevent.db.engine import session_factory
from openevent.services.frontend import Frontend
from openevent.services.mailer import Mailer, OutgoingMail
from openevent.services.unsubscribing import UnsubscribeLinks
from openevent.settings import Settings
from openevent.work.background import create_background
from openevent.work.unit import DomainEvent, UnitOfWork
from openevent.worker import JOBS, worker_ports
from tests.conftest import SECRET_KEY

CODE = re.compile(r"The code is (\S+)")


@dataclass
class Postbox:
    """A mailer that keeps what it is given, or refuses it."""

    mails: list[OutgoingMail] = field(default_factory=list)
    refusal: Exception | None = None

    def send(self, mail: OutgoingMail) -> None:
        if self.refusal is not None:
            raise self.refusal
        self.mails.append(mail)

    @property
    def code(self) -> str:
        """The code in the last mail."""
        found = CODE.search(self.mails[-1].text)
        assert found is not None
        return found[1]


class Post:
    """Records events and runs the jobs they cause, each delivery as often as a test says."""

    def __init__(self, engine: Engine, settings: Settings, box: Postbox, frontend: str) -> None:
        self.engine, self.open_db = engine, session_factory(engine)
        ports = {
            **worker_ports(settings),
            Mailer: box,
            Frontend: Frontend(frontend),
            UnsubscribeLinks: UnsubscribeLinks(SECRET_KEY, "https://api.example"),
        }
        self.background = create_background(settings, self.open_db, jobs=JOBS, ports=ports)
        self.jobs = {job.name: job for job in JOBS}

    def happen(self, *events: DomainEvent, times: int = 1) -> None:
        """Commit the events, then run jobs until none is left."""
        work = UnitOfWork(open_db=self.open_db, request_id="r")
        for event in events:
            work.record(event)
        self.background.outbox.commit(work)
        work.close()
        while rows := self.query("SELECT id, actor, args FROM outbox ORDER BY id"):
            for id_, actor, args in rows * times:
                self.background.runner.deliver(self.jobs[actor], args, id_, request_id="r")

    def query(self, sql: str) -> list[Any]:
        """Return the rows of a statement, and commit it."""
        with self.engine.begin() as connection:
            result = connection.execute(text(sql))
            return list(result) if result.returns_rows else []

    def stored(self) -> list[Any]:
        """Return the mails that were written since the world was loaded."""
        return self.query("SELECT * FROM mails WHERE id > 2 ORDER BY id")
