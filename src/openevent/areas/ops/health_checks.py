"""What ``/health-check`` looks at. Each check has connections of its own, never a pool's.

A pool may be exhausted by the very trouble that is to be found. Sentences are read by
strangers: they say what is wrong, never where, under which name or in whose words.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, cached_property, partial
from pathlib import Path
from typing import Any

import psycopg
import redis
from psycopg import errors
from sqlalchemy import Connection, Engine, Executable, Select, create_engine, event, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import registry
from sqlalchemy.pool import NullPool

import openevent.db.registry  # noqa: F401 - now every model is mapped
from openevent.areas.ops.health_board import Check, Unhealthy
from openevent.db.base import Model
from openevent.db.engine import psycopg_url
from openevent.db.migrate import heads
from openevent.settings import Settings
from openevent.work.broker import redis_client
from openevent.work.heartbeat import alive

#: Committed changes wait for their consequences no longer than this while workers keep up.
BACKLOG_S = 600
#: A server that answers at all answers these small questions sooner. All are below the
#: board's ``ANSWER_S``, so that the check itself still says what it waited for.
_STATEMENT_MS = 800
_PATIENCE_S = 1.0
_REDIS_S = 0.7

_NO_DATABASE = "Error connecting to database"
_NO_REDIS = "Error connecting to Redis"
_UNKNOWN = "Cannot be checked: {}"
_LATE = _UNKNOWN.format("no answer in time")

_READ_ONLY = text("SELECT current_setting('transaction_read_only')::bool")
_REVISIONS = text("SELECT version_num FROM alembic_version ORDER BY version_num")
# A job that failed waits for its next try and not for a worker, so it does not count.
_OLDEST = text("SELECT extract(epoch FROM now() - min(created_at)) FROM outbox WHERE failures = 0")


def checks(settings: Settings, contract_hash: Callable[[], str]) -> tuple[Check, ...]:
    """Return everything that must be in order before this server is given requests.

    ``contract_hash`` tells which contract the server was released with; it is asked once.
    """
    database = Database(settings.database_url)
    replica = Database(settings.read_database_url) if settings.read_database_url else None
    migrations = Migrations(database, Model.registry)
    return (
        Check(
            name="health_check_db",
            examine=partial(check_database, database, replica),
            overdue=_NO_DATABASE,
        ),
        Check(
            name="health_check_migrations",
            examine=migrations.check,
            overdue=_LATE,
        ),
        Check(
            name="health_check_workers",
            examine=partial(check_workers, settings.redis_url),
            overdue=_LATE,
        ),
        Check(
            name="health_check_redis",
            examine=partial(check_redis, settings.redis_url),
            overdue=_NO_REDIS,
        ),
        Check(
            name="health_check_outbox",
            examine=partial(check_outbox, database),
            overdue=_LATE,
        ),
        Check(
            name="health_check_contract",
            examine=partial(
                check_contract, settings.data_dir / "docs" / "contract.json", cache(contract_hash)
            ),
            overdue=_LATE,
        ),
    )


def check_database(database: Database, replica: Database | None) -> str:
    """See that the database takes writes, and that its read replica, if any, answers."""
    with database.connected(_NO_DATABASE) as connection:
        if connection.scalar(_READ_ONLY):
            raise Unhealthy("The database takes no writes")
    if replica is not None:
        with replica.connected("Error connecting to the read replica") as connection:
            connection.scalar(_READ_ONLY)
    return "database ok"


@dataclass(frozen=True)
class Migrations:
    """Compares the database with this process's migrations, and with its models.

    The first comparison misses a model that was changed without a migration, the second
    a migration that changed something else.
    """

    database: Database
    models: registry

    def check(self) -> str:
        """See that the database is at the newest revision and has what the models map."""
        with self.database.connected(_UNKNOWN.format(_NO_DATABASE)) as connection:
            self._check_revision(connection)
            if not _fits(connection, self._select_all):
                outdated = [
                    name for name, one in self._selects.items() if not _fits(connection, one)
                ]
                models = "model" if len(outdated) == 1 else "models"
                raise Unhealthy(f"{_listed(outdated)} {models} out of date with migrations")
        return "database up to date with migrations"

    def _check_revision(self, connection: Connection) -> None:
        try:
            present = connection.scalars(_REVISIONS).all()
        except DBAPIError as ex:
            if not isinstance(ex.orig, errors.UndefinedTable):
                raise
            present = ()
        if len(self._revisions) != 1:
            raise Unhealthy(
                f"There are {len(self._revisions)} newest migrations where there must be one"
            )
        if not present:
            raise Unhealthy("The database has no tables yet; run: openevent migrate")
        if list(present) != list(self._revisions):
            raise Unhealthy(
                f"The database is at migration {_listed(present)}, "
                f"this server needs {self._revisions[0]}"
            )

    @cached_property
    def _revisions(self) -> Sequence[str]:
        """The newest migrations when this was first asked: those the process was made for."""
        return heads()

    @cached_property
    def _selects(self) -> dict[str, Select[Any]]:
        """Model -> a statement that names all its columns and fetches nothing."""
        return {
            mapper.class_.__name__: select(*mapper.columns).limit(0)
            for mapper in sorted(self.models.mappers, key=lambda mapper: mapper.class_.__name__)
        }

    @cached_property
    def _select_all(self) -> Executable:
        """All of them in one statement, which is as good as long as nothing is wrong."""
        return select(*(one.exists() for one in self._selects.values()))


def _fits(connection: Connection, statement: Executable) -> bool:
    try:
        connection.execute(statement)
    except DBAPIError as ex:
        if isinstance(ex.orig, errors.UndefinedColumn | errors.UndefinedTable):
            return False
        raise
    return True


def check_workers(redis_url: str) -> str:
    """See that a Dramatiq worker has shown itself lately."""
    with _redis(redis_url, _UNKNOWN.format(_NO_REDIS)) as client:
        workers = len(alive(client))
    if not workers:
        raise Unhealthy("No Dramatiq worker gives a sign of life; start one: openevent worker")
    return f"{workers} Dramatiq worker{'s' if workers > 1 else ''} alive"


def check_redis(redis_url: str) -> str:
    """See that Redis answers and takes writes."""
    with _redis(redis_url, _NO_REDIS) as client:
        try:
            client.set("openevent:health", "written", ex=60)
        except redis.ResponseError as ex:
            raise Unhealthy("Redis takes no writes") from ex
    return "redis ok"


def check_outbox(database: Database) -> str:
    """See that no committed change waits too long for its consequences."""
    with database.connected(_UNKNOWN.format(_NO_DATABASE)) as connection:
        oldest_s = int(connection.scalar(_OLDEST) or 0)
    if oldest_s > BACKLOG_S:
        raise Unhealthy(
            f"A committed change has waited {oldest_s} seconds for its background jobs, "
            f"more than {BACKLOG_S}"
        )
    return f"outbox ok, the oldest entry is {oldest_s} seconds old" if oldest_s else "outbox ok"


def check_contract(built: Path, contract_hash: Callable[[], str]) -> str:
    """See that the documentation that is served is that of this server.

    A server without documentation is well: it says nothing wrong about itself.
    """
    try:
        found = json.loads(built.read_bytes())["hash"]
    except FileNotFoundError:
        return "contract ok, its documentation was not built on this machine"
    if found != contract_hash():
        raise Unhealthy(
            "The documentation is of another contract than this server's; "
            "build it: openevent contract build"
        )
    return "contract ok"


@contextmanager
def _redis(url: str, sentence: str) -> Iterator[redis.Redis]:
    try:
        with redis_client(url, timeout_s=_REDIS_S) as client:
            yield client
    except redis.RedisError as ex:
        raise Unhealthy(sentence) from ex


class Database:
    """A database that is connected to for one check at a time, in bounded time."""

    def __init__(self, url: str) -> None:
        self._engine: Engine = create_engine(
            psycopg_url(url),
            poolclass=NullPool,
            isolation_level="AUTOCOMMIT",
            connect_args={
                "options": f"-c timezone=UTC -c statement_timeout={_STATEMENT_MS}",
                "prepare_threshold": None,
                "connect_timeout": 2,  # the least that PostgreSQL's client takes
                "application_name": "openevent-health",
            },
        )
        event.listen(self._engine, "do_connect", _connect)

    @contextmanager
    def connected(self, sentence: str) -> Iterator[Connection]:
        """Connect; whatever the database refuses or leaves unanswered becomes a finding."""
        try:
            with self._engine.connect() as connection:
                yield connection
        except DBAPIError as ex:
            if isinstance(ex.orig, errors.QueryCanceled):
                sentence = "The database is too slow to answer"
            elif isinstance(ex.orig, errors.InsufficientPrivilege):
                sentence = "The database user lacks a permission"
            raise Unhealthy(sentence) from ex


def _connect(dialect: Any, record: Any, words: Any, options: Any) -> _PatientConnection:  # noqa: ARG001
    return _PatientConnection.connect(*words, **options)


class _PatientConnection(psycopg.Connection[Any]):
    """A connection that gives up when an answer stays out, as a frozen server's does.

    ``statement_timeout`` is the server's own and takes a server that runs.
    """

    def wait(self, gen: Generator[Any, Any, Any], *args: Any, **options: Any) -> Any:
        return super().wait(self._until(time.monotonic() + _PATIENCE_S, gen), *args, **options)

    def _until(self, give_up_at: float, gen: Generator[Any, Any, Any]) -> Generator[Any, Any, Any]:
        try:
            wanted = next(gen)
            while True:
                ready = yield wanted
                if time.monotonic() > give_up_at:
                    self.pgconn.finish()
                    raise errors.ConnectionTimeout("the server does not answer")
                wanted = gen.send(ready)
        except StopIteration as end:
            return end.value


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names[:-1]) + " and " + names[-1] if len(names) > 1 else names[0]
