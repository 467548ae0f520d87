"""``/health-check`` with real servers that really break, and get up again."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import falcon.testing
import psutil
import pytest
from sqlalchemy import Engine, create_engine, make_url, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from openevent.app import WebApp, create_app
from openevent.areas.ops.health_board import Unhealthy
from openevent.areas.ops.health_checks import BACKLOG_S, Database, Migrations
from openevent.contract.build import contract_hash
from openevent.contract.parts import assemble
from openevent.db import migrate
from openevent.local.postgres import EmbeddedPostgres
from openevent.local.valkey import EmbeddedValkey
from openevent.settings import Settings
from openevent.work.broker import redis_client
from openevent.work.heartbeat import BELIEVED_S, beat

SECRET_KEY = "a secret key of the tests, long enough to sign"
CHECKERS = [
    "health_check_db",
    "health_check_migrations",
    "health_check_workers",
    "health_check_redis",
    "health_check_outbox",
    "health_check_contract",
]
NO_DATABASE = "Cannot be checked: Error connecting to database"
LATE = "Cannot be checked: no answer in time"
NO_REDIS = "Cannot be checked: Error connecting to Redis"


class House:
    """Servers of one's own, a web application on them, and the means to break each."""

    def __init__(self, folder: Path) -> None:
        self.postgres = EmbeddedPostgres(folder, durable=False)
        self.valkey = EmbeddedValkey(folder, durable=False)
        self.settings = Settings(
            data_dir=folder,
            database_url=self.postgres.start(),
            redis_url=self.valkey.start(),
            secret_key=SECRET_KEY,
            log_format="text",
            health_expires_s=0,
        )
        migrate.upgrade(self.settings.database_url)
        self.engine: Engine = create_engine(
            self.settings.database_url, isolation_level="AUTOCOMMIT", pool_pre_ping=True
        )
        self.apps: list[WebApp] = []
        self.web = self.serve(self.settings)

    def serve(self, settings: Settings) -> falcon.testing.TestClient:
        self.apps.append(create_app(settings))
        return falcon.testing.TestClient(self.apps[-1])

    def sql(self, statement: str, **values: Any) -> None:
        with self.engine.connect() as connection:
            connection.execute(text(statement), values)

    def close(self) -> None:
        for app in self.apps:
            app.close()
        self.engine.dispose()
        self.valkey.stop()
        self.postgres.stop()

    def worker_beats(self) -> None:
        """Let a worker seem alive, for tests that are not about workers."""
        with redis_client(self.settings.redis_url) as client:
            beat(client, threads=4)

    def failures(self, web: falcon.testing.TestClient | None = None) -> dict[str, str]:
        """Return the sentences of the checks that fail; the answer has to be consistent."""
        began = time.monotonic()
        answer = (web or self.web).simulate_get("/health-check")
        assert time.monotonic() - began < 20, "what hangs would hang for ever"
        assert [result["checker"] for result in answer.json["results"]] == CHECKERS
        failed = {
            result["checker"]: result["output"]
            for result in answer.json["results"]
            if not result["passed"]
        }
        assert answer.json["status"] == ("failure" if failed else "success")
        assert answer.status_code == (503 if failed else 200)
        self.assert_no_secret(answer.text)
        return failed

    def finds(self, expected: dict[str, str], web: falcon.testing.TestClient | None = None) -> None:
        """See that these checks fail, with these sentences, and no others.

        Asked again for a while: on a busy machine a check gives up that would pass.
        """
        deadline = time.monotonic() + 30
        while (found := self.failures(web)) != expected and time.monotonic() < deadline:
            time.sleep(0.05)
        assert found == expected

    def assert_no_secret(self, answer: str) -> None:
        url = make_url(self.settings.database_url)
        for secret in (
            SECRET_KEY,
            url.password,
            str(self.settings.data_dir),
            "sock",
            "psycopg",
            "FATAL",
        ):
            assert secret
            assert secret not in answer

    def recovers(self, within_s: float = 60) -> None:
        """See that everything passes again, without a restart."""
        deadline = time.monotonic() + within_s
        self.worker_beats()
        while failed := self.failures():
            assert time.monotonic() < deadline, failed
            time.sleep(0.05)


@pytest.fixture(scope="module")
def shared_house() -> Iterator[House]:
    with TemporaryDirectory(prefix="oe-") as folder:
        house = House(Path(folder))
        yield house
        house.close()


@pytest.fixture
def house(shared_house: House) -> House:
    """The house in good order."""
    shared_house.recovers()
    return shared_house


@contextmanager
def frozen(pid: int | None) -> Iterator[None]:
    """Stop a server and its children in mid-air, as a hanging machine would."""
    server = psutil.Process(pid)
    processes = [server, *server.children(recursive=True)]
    for process in processes:
        process.suspend()
    try:
        yield
    finally:
        for process in processes:
            with suppress(psutil.NoSuchProcess):
                process.resume()


def until(condition: Callable[[], object], within_s: float) -> None:
    deadline = time.monotonic() + within_s
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_the_answer_has_the_shape_that_monitors_know(house: House) -> None:
    answer = house.web.simulate_get("/health-check")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["cache-control"] == "no-store"
    assert list(answer.json) == ["status", "timestamp", "hostname", "results"]
    assert answer.json["status"] == "success"
    assert answer.json["hostname"] == socket.gethostname()
    assert time.time() - 60 < answer.json["timestamp"] <= time.time()
    for result in answer.json["results"]:
        assert sorted(result) == ["checker", "expires", "output", "passed", "timestamp"]
        assert isinstance(result["timestamp"], float)
        assert result["passed"] is True
    assert [result["output"] for result in answer.json["results"]] == [
        "database ok",
        "database up to date with migrations",
        "1 Dramatiq worker alive",
        "redis ok",
        "outbox ok",
        "contract ok, its documentation was not built on this machine",
    ]


def test_nobody_has_to_log_in(house: House) -> None:
    for path in ("/health-check", "/health-check/live", "/info"):
        answer = house.web.simulate_get(path, headers={"Authorization": "JWT broken"})
        assert answer.status_code == 200, path


def test_results_are_believed_until_they_expire(house: House) -> None:
    web = house.serve(house.settings.replace(health_expires_s=27))
    first = web.simulate_get("/health-check").json
    assert {round(r["expires"] - r["timestamp"]) for r in first["results"]} == {27}
    with frozen(house.valkey.pid):
        again = web.simulate_get("/health-check").json
    assert again["results"] == first["results"]
    assert again["timestamp"] > first["timestamp"]


def test_a_failure_expires_within_seconds(house: House) -> None:
    web = house.serve(house.settings.replace(health_expires_s=27))
    with frozen(house.valkey.pid):
        results = web.simulate_get("/health-check").json["results"]
    lifetimes = {r["checker"]: round(r["expires"] - r["timestamp"]) for r in results}
    assert (lifetimes["health_check_redis"], lifetimes["health_check_db"]) == (3, 27)
    until(lambda: not house.failures(web), within_s=60)


def test_liveness_and_version_depend_on_nothing(house: House) -> None:
    with frozen(house.postgres.pid), frozen(house.valkey.pid):
        answer = house.web.simulate_get("/health-check/live")
        assert (answer.status_code, answer.json) == (200, {"status": "alive"})
        answer = house.web.simulate_get("/info")
        assert (answer.status_code, answer.json) == (200, {"build": {"version": "0.1.0"}})


def test_database_stopped(house: House) -> None:
    house.postgres.stop()
    try:
        house.finds(
            {
                "health_check_db": "Error connecting to database",
                "health_check_migrations": NO_DATABASE,
                "health_check_outbox": NO_DATABASE,
            }
        )
    finally:
        house.postgres.start()
    house.recovers()


def test_database_frozen(house: House) -> None:
    with frozen(house.postgres.pid):
        house.finds(
            {
                "health_check_db": "Error connecting to database",
                "health_check_migrations": LATE,
                "health_check_outbox": LATE,
            }
        )
    house.recovers()


def test_database_freezes_after_connecting(house: House) -> None:
    database = Database(house.settings.database_url)
    began = time.monotonic()

    def freeze_under_way() -> None:
        with (
            database.connected("It is gone") as connection,
            frozen(connection.scalar(text("SELECT pg_backend_pid()"))),
        ):
            connection.scalar(text("SELECT 1"))

    with pytest.raises(Unhealthy, match="It is gone"):
        freeze_under_way()
    assert time.monotonic() - began < 2


def test_database_refuses_the_password(house: House) -> None:
    url = make_url(house.settings.database_url).set(password="hunter2")
    web = house.serve(house.settings.replace(database_url=url.render_as_string(False)))
    assert house.failures(web)["health_check_db"] == "Error connecting to database"
    assert "hunter2" not in web.simulate_get("/health-check").text


def test_database_takes_no_writes(house: House) -> None:
    house.sql("ALTER DATABASE openevent SET default_transaction_read_only = on")
    try:
        house.finds({"health_check_db": "The database takes no writes"})
    finally:
        with house.engine.connect() as connection:
            connection.execute(text("SET default_transaction_read_only = off"))
            connection.execute(text("ALTER DATABASE openevent RESET default_transaction_read_only"))
            connection.invalidate()
    house.recovers()


def test_read_replica_away(house: House) -> None:
    url = make_url(house.settings.database_url).set(query={"host": str(house.settings.data_dir)})
    replica = house.settings.replace(read_database_url=url.render_as_string(False))
    house.finds({"health_check_db": "Error connecting to the read replica"}, house.serve(replica))


def test_model_column_without_migration(house: House) -> None:
    house.sql("ALTER TABLE faqs DROP COLUMN answer")
    try:
        house.finds({"health_check_migrations": "Faq model out of date with migrations"})
        house.sql("ALTER TABLE faq_types RENAME TO other_types")
        house.finds(
            {"health_check_migrations": "Faq and FaqType models out of date with migrations"}
        )
    finally:
        house.sql("ALTER TABLE IF EXISTS other_types RENAME TO faq_types")
        house.sql("ALTER TABLE faqs ADD COLUMN answer text NOT NULL")
    house.recovers()


def test_model_that_nobody_migrated(house: House) -> None:
    class Scratch(DeclarativeBase):
        pass

    class Tag(Scratch):
        __tablename__ = "tags"
        id: Mapped[int] = mapped_column(primary_key=True)
        new_column: Mapped[str]

    with pytest.raises(Unhealthy, match="Tag model out of date with migrations"):
        Migrations(Database(house.settings.database_url), Scratch.registry).check()


def test_every_table_is_looked_at(house: House) -> None:
    from openevent.db.base import Model
    from openevent.db.registry import metadata

    migrations = Migrations(Database(house.settings.database_url), Model.registry)
    selected = {s.get_final_froms()[0].name for s in migrations._selects.values()}
    assert selected == set(metadata.tables)


def test_table_locked_for_long(house: House) -> None:
    with house.engine.connect().execution_options(isolation_level="READ COMMITTED") as other:
        other.execute(text("LOCK TABLE faqs IN ACCESS EXCLUSIVE MODE"))
        house.finds({"health_check_migrations": "The database is too slow to answer"})
        other.rollback()
    house.recovers()


@pytest.fixture
def newer_release(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Add migrations that the database has not seen."""
    folder = tmp_path / "migrations"
    shutil.copytree(migrate.migrations_dir(), folder)
    [head] = migrate.heads()

    def add(name: str) -> None:
        (folder / "versions" / f"{name}.py").write_text(
            f"revision = {name!r}\ndown_revision = {head!r}\n"
            "def upgrade(): pass\ndef downgrade(): pass\n"
        )

    monkeypatch.setattr(migrate, "migrations_dir", lambda: folder)
    return add


def test_database_a_revision_behind(house: House, newer_release: Callable[[str], None]) -> None:
    [old] = migrate.heads()
    newer_release("0002_newer")
    web = house.serve(house.settings)
    house.finds(
        {
            "health_check_migrations": (
                f"The database is at migration {old}, this server needs 0002_newer"
            )
        },
        web,
    )
    migrate.upgrade(house.settings.database_url)
    try:
        house.finds({}, web)
        # The older release, still running.
        house.finds(
            {
                "health_check_migrations": (
                    f"The database is at migration 0002_newer, this server needs {old}"
                )
            }
        )
    finally:
        migrate.downgrade(house.settings.database_url, old)
    house.recovers()


def test_migrations_with_two_heads(house: House, newer_release: Callable[[str], None]) -> None:
    newer_release("0002_one")
    newer_release("0002_other")
    house.finds(
        {"health_check_migrations": "There are 2 newest migrations where there must be one"},
        house.serve(house.settings),
    )


def test_database_at_two_migrations(house: House) -> None:
    [head] = migrate.heads()
    house.sql("INSERT INTO alembic_version VALUES ('0000_branch')")
    try:
        house.finds(
            {
                "health_check_migrations": (
                    f"The database is at migration 0000_branch and {head}, this server needs {head}"
                )
            }
        )
    finally:
        house.sql("DELETE FROM alembic_version WHERE version_num = '0000_branch'")
    house.recovers()


def test_database_never_migrated(house: House) -> None:
    house.sql("ALTER TABLE alembic_version RENAME TO away")
    try:
        house.finds(
            {"health_check_migrations": "The database has no tables yet; run: openevent migrate"}
        )
    finally:
        house.sql("ALTER TABLE away RENAME TO alembic_version")
    house.recovers()


def test_redis_stopped(house: House) -> None:
    house.valkey.stop()
    try:
        house.finds(
            {
                "health_check_redis": "Error connecting to Redis",
                "health_check_workers": NO_REDIS,
            }
        )
    finally:
        house.valkey.start()
    house.recovers()


def test_redis_frozen(house: House) -> None:
    with frozen(house.valkey.pid):
        house.finds(
            {
                "health_check_redis": "Error connecting to Redis",
                "health_check_workers": NO_REDIS,
            }
        )
    house.recovers()


def test_redis_full(house: House) -> None:
    with redis_client(house.settings.redis_url) as client:
        client.config_set("maxmemory", 1)
        try:
            house.finds({"health_check_redis": "Redis takes no writes"})
        finally:
            client.config_set("maxmemory", 0)
    house.recovers()


def test_no_worker(house: House) -> None:
    with redis_client(house.settings.redis_url) as client:
        client.flushall()
    sentence = "No Dramatiq worker gives a sign of life; start one: openevent worker"
    house.finds({"health_check_workers": sentence})
    worker = subprocess.Popen(
        [sys.executable, "-m", "openevent", "worker"],
        env={**os.environ, **house.settings.to_environment()},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        until(lambda: not house.failures(), within_s=60)
    finally:
        os.killpg(worker.pid, signal.SIGKILL)
        worker.wait()
    with redis_client(house.settings.redis_url) as client:
        [sign] = client.keys("openevent:worker:*")
        assert 0 < client.ttl(sign) <= BELIEVED_S  # it is forgotten by itself
        client.expire(sign, 2)  # let us not wait for that
    house.finds({})
    until(house.failures, within_s=5)
    house.finds({"health_check_workers": sentence})


def test_outbox_row_that_waits_too_long(house: House) -> None:
    insert = (
        "INSERT INTO outbox (actor, event, args, created_at, failures)"
        " VALUES ('x', 'y', '{}', now() - make_interval(secs => :age_s), :failures)"
    )
    try:
        house.sql(insert, age_s=BACKLOG_S - 60, failures=0)
        house.sql(insert, age_s=BACKLOG_S * 2, failures=1)  # it waits for its next try
        house.finds({})
        house.sql(insert, age_s=BACKLOG_S + 60, failures=0)
        [(checker, sentence)] = house.failures().items()
        assert checker == "health_check_outbox"
        assert sentence.startswith("A committed change has waited 66")
        assert sentence.endswith(f"seconds for its background jobs, more than {BACKLOG_S}")
    finally:
        house.sql("DELETE FROM outbox")
    house.recovers()


def test_documentation_of_another_contract(house: House) -> None:
    built = house.settings.data_dir / "docs" / "contract.json"
    built.parent.mkdir()
    try:
        built.write_text(json.dumps({"hash": "of another"}))
        house.finds(
            {
                "health_check_contract": (
                    "The documentation is of another contract than this server's; "
                    "build it: openevent contract build"
                )
            }
        )
        built.write_text(json.dumps({"hash": contract_hash(assemble())}))
        answer = house.web.simulate_get("/health-check")
        assert answer.json["results"][-1]["output"] == "contract ok"
    finally:
        shutil.rmtree(built.parent)
    house.recovers()
