"""Engines: one for writing in transactions, one tuned for reading."""

from __future__ import annotations

import contextlib
from collections import deque
from collections.abc import Mapping
from typing import Any

import psycopg
from sqlalchemy import Engine, create_engine, make_url
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.orm import Session, sessionmaker

from openevent.db.prepared import PreparedStatements
from openevent.db.session import Run, WorkSession
from openevent.settings import Settings

#: The setting of a connection that says how clients reach this server.
PUBLIC_URL = "openevent.public_url"
#: Connections for writing that a process may have beside one for each of its threads.
CONNECTIONS_BESIDE = 4


def psycopg_url(url: str) -> str:
    """Return a PostgreSQL URL spelled so that SQLAlchemy uses psycopg 3."""
    for prefix in ("postgresql+psycopg://", "postgresql://", "postgres://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url.removeprefix(prefix)
    return url


def _options(settings: Settings) -> str:
    # Statements are prepared, and almost all of them go by keys: planned once, not each time,
    # and never compiled: that takes longer than to run them.
    # Attributes that are addresses of this server are made in SQL, where they are filtered by.
    public_url = settings.base_url.replace("\\", "\\\\").replace(" ", "\\ ")
    return (
        f"-c timezone=UTC -c statement_timeout={settings.statement_timeout_ms}"
        f" -c plan_cache_mode=force_generic_plan -c jit=off -c {PUBLIC_URL}={public_url}"
    )


def make_engine(settings: Settings) -> Engine:
    """Return the engine of units of work: pooled, one transaction per checkout."""
    return create_engine(
        psycopg_url(settings.database_url),
        pool_size=settings.web_threads,
        max_overflow=CONNECTIONS_BESIDE,
        pool_timeout=5,
        pool_recycle=1800,
        connect_args={
            "options": _options(settings),
            "prepare_threshold": 0,
            "connect_timeout": 5,
            "application_name": "openevent",
            "cursor_factory": _SessionCursor,
        },
    )


def session_factory(engine: Engine, run_once: Run | None = None) -> sessionmaker[Session]:
    """Return the maker of sessions; nothing in them expires or flushes by itself.

    ``run_once`` runs statements that are transactions of their own, on the same database.
    """
    made: sessionmaker[Any] = sessionmaker(
        engine, class_=WorkSession, expire_on_commit=False, autoflush=False, run_once=run_once
    )
    return made


def of_work(session: Session) -> WorkSession:
    """Return a unit of work's session as what it is."""
    assert isinstance(session, WorkSession)  # noqa: S101  # session_factory makes no other
    return session


def run_in(session: Session) -> Run:
    """Return the function that runs SQL text inside a unit of work's transaction."""
    return of_work(session).run


class ReadPool:
    """Autocommitting connections that run SQL text: the reader's half of the database.

    Statements are prepared on first use and planned once (generic plans), results come
    in the binary format, and a connection is taken and given back without a lock or a
    round trip. There is one for each thread that uses it at the same time, at most.
    """

    def __init__(self, settings: Settings) -> None:
        url = make_url(psycopg_url(settings.read_database_url or settings.database_url))
        _, self._arguments = PGDialect_psycopg().create_connect_args(url)  # type: ignore[no-untyped-call]
        self._options = _options(settings)
        # What was used last is used next, so that a quiet server needs few of them.
        self._idle: deque[PreparedStatements] = deque()

    def run(self, sql: str, params: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """Return all rows of a statement that writes nothing.

        On a connection that turns out to be broken it is run once more, on another.
        """
        kept = self._take()
        try:
            return self._run(kept or self._open(), sql, params)
        except psycopg.OperationalError:
            if kept is None or not kept.connection.closed:
                raise
            return self._run(self._open(), sql, params)

    def run_once(self, sql: str, params: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """Run a statement that is a transaction of its own, and return its rows."""
        return self._run(self._take() or self._open(), sql, params)

    def _take(self) -> PreparedStatements | None:
        try:
            return self._idle.pop()
        except IndexError:
            return None

    def _run(
        self, statements: PreparedStatements, sql: str, params: Mapping[str, Any]
    ) -> list[tuple[Any, ...]]:
        try:
            return statements.rows(sql, params)
        finally:
            if statements.connection.closed:
                self.dispose()  # what broke this one broke the others
            else:
                self._idle.append(statements)

    def _open(self) -> PreparedStatements:
        connection = psycopg.connect(
            **self._arguments,
            autocommit=True,
            options=self._options,
            connect_timeout=5,
            application_name="openevent-read",
        )
        return PreparedStatements(connection)

    def dispose(self) -> None:
        """Close every idle connection."""
        while self._idle:
            with contextlib.suppress(IndexError):
                self._idle.pop().connection.close()


class _SessionCursor(psycopg.Cursor[Any]):
    """The cursor of SQLAlchemy's sessions, which ask each result for its columns.

    They read names and types only; psycopg would make an object of every column.
    """

    @property
    def description(self) -> Any:
        result = self.pgresult
        if result is None or not result.nfields:
            return None
        return [
            ((result.fname(n) or b"").decode(), result.ftype(n), None, None, None, None, None)
            for n in range(result.nfields)
        ]
