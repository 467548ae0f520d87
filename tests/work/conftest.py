"""A database and a Valkey of their own for each test of background work."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import dramatiq
import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session, sessionmaker

from openevent.db.engine import make_engine, session_factory
from openevent.db.registry import metadata
from openevent.local.valkey import EmbeddedValkey
from openevent.settings import Settings
from openevent.work.background import Background, create_background, create_worker
from openevent.work.unit import DomainEvent, UnitOfWork
from tests.databases import own_database
from tests.work import sample

ROOT = Path(__file__).parents[2]


class Workshop:
    """The sample application on servers that a test may stop, empty and kill."""

    def __init__(self, settings: Settings, valkey: EmbeddedValkey, folder: Path) -> None:
        self.settings, self.valkey, self.folder = settings, valkey, folder
        self.engine = make_engine(settings)
        self.open_db: sessionmaker[Session] = session_factory(self.engine)
        self.processes: list[subprocess.Popen[str]] = []

    def background(self, **options: Any) -> Background:
        """Return what a web process has."""
        return create_background(self.settings, self.open_db, jobs=sample.JOBS, **options)

    def commit(self, background: Background, *events: DomainEvent) -> None:
        """Commit a unit of work that has recorded some events."""
        work = UnitOfWork(open_db=self.open_db, request_id="the-request")
        for event in events:
            work.record(event)
        background.outbox.commit(work)
        work.close()

    def query(self, sql: str, **values: Any) -> list[tuple[Any, ...]]:
        """Return the rows of a statement, and commit it."""
        with self.engine.begin() as connection:
            result = connection.execute(text(sql), values)
            return [tuple(row) for row in result] if result.returns_rows else []

    def effects(self) -> list[tuple[int, str]]:
        """Return which effects there are, each as often as it happened."""
        return self.query("SELECT note_id, actor FROM effects ORDER BY note_id, actor")

    def outstanding(self) -> int:
        """Return how many deliveries have not finished."""
        return self.query("SELECT count(*) FROM outbox")[0][0]

    def run(self, *arguments: str) -> subprocess.Popen[str]:
        """Start a process of the sample application, in a process group of its own."""
        with (self.folder / "stderr").open("a") as errors:
            process = subprocess.Popen(
                [sys.executable, "-m", "tests.work.sample", *arguments],
                cwd=ROOT,
                env=os.environ
                | self.settings.to_environment()
                | {"SAMPLE_FOLDER": str(self.folder)},
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
                start_new_session=True,
            )
        self.processes.append(process)
        return process

    def kill(self, process: subprocess.Popen[str]) -> None:
        """Kill a process and all that it has started, as a power cut would."""
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(10)
        if process.stdout:
            process.stdout.close()

    def close(self) -> None:
        """Stop everything that is left."""
        for process in self.processes:
            self.kill(process)
        self.engine.dispose()


def wait_until(true: Callable[[], Any], timeout_s: float = 120.0) -> float:
    """Wait until something is true, and return after how many seconds it was."""
    started = time.monotonic()
    while not true():
        waited = time.monotonic() - started
        assert waited < timeout_s, f"not within {timeout_s} s"
        time.sleep(0.05)
    return time.monotonic() - started


@pytest.fixture
def valkey() -> Iterator[EmbeddedValkey]:
    """A Valkey of this test's own, not started."""
    with TemporaryDirectory(prefix="oe-") as folder:
        server = EmbeddedValkey(Path(folder), durable=False)
        yield server
        server.stop()


@pytest.fixture(scope="session")
def tables(settings: Settings) -> Iterator[str]:
    """The name of a database with all tables, and those of the sample, and no row."""
    with own_database(settings.database_url) as url:
        engine = make_engine(settings.replace(database_url=url))
        metadata.create_all(engine)
        with engine.begin() as connection:
            for table in sample.TABLES:
                connection.execute(text(table))
        engine.dispose()
        yield str(engine.url.database)


@pytest.fixture
def workshop(
    settings: Settings, tables: str, valkey: EmbeddedValkey, tmp_path: Path
) -> Iterator[Workshop]:
    """The sample application, with a database of this test's own."""
    with own_database(settings.database_url, like=tables) as url:
        own = settings.replace(
            database_url=url, redis_url=valkey.start(), dispatch="on", web_threads=12
        )
        shop = Workshop(own, valkey, tmp_path)
        yield shop
        shop.close()


@pytest.fixture
def running(workshop: Workshop) -> Iterator[Background]:
    """A worker of the sample application, in threads of this process."""
    background = create_worker(
        workshop.settings,
        workshop.open_db,
        jobs=sample.JOBS,
        redelivery=sample.QUICK,
        sweep_s=sample.SWEEP_S,
    )
    worker = dramatiq.Worker(background.broker, worker_timeout=50, worker_threads=4)
    worker.start()
    yield background
    worker.stop()
    background.broker.close()
