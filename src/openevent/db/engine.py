"""Engines: one for writing in transactions, one tuned for reading."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import psycopg
from psycopg import Connection as PsycopgConnection
from sqlalchemy import Engine, create_engine
from sqlalchemy.orm import Session, sessionmaker

from openevent.settings import Settings


def psycopg_url(url: str) -> str:
    """Return a PostgreSQL URL spelled so that SQLAlchemy uses psycopg 3."""
    for prefix in ("postgresql+psycopg://", "postgresql://", "postgres://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url.removeprefix(prefix)
    return url


def _options(settings: Settings) -> str:
    return f"-c timezone=UTC -c statement_timeout={settings.statement_timeout_ms}"


def make_engine(settings: Settings) -> Engine:
    """Return the engine of units of work: pooled, one transaction per checkout."""
    return create_engine(
        psycopg_url(settings.database_url),
        pool_size=settings.web_threads,
        max_overflow=4,
        pool_timeout=5,
        pool_recycle=1800,
        connect_args={
            "options": _options(settings),
            "prepare_threshold": 0,
            "connect_timeout": 5,
            "application_name": "openevent",
        },
    )


def session_factory(engine: Engine) -> sessionmaker[Session]:
    """Return the maker of SQLAlchemy sessions; nothing expires or flushes by itself."""
    return sessionmaker(engine, expire_on_commit=False, autoflush=False)


class ReadPool:
    """Autocommitting connections that run SQL text: the reader's half of the database.

    Statements are prepared on first use and planned once (generic plans), results come
    in the binary format, and a connection goes back without a round trip. A connection
    that broke while idle is replaced and the statement run once more, which is safe
    because nothing here writes.
    """

    def __init__(self, settings: Settings) -> None:
        url = settings.read_database_url or settings.database_url
        self._engine = create_engine(
            psycopg_url(url),
            isolation_level="AUTOCOMMIT",
            pool_size=settings.web_threads,
            max_overflow=4,
            pool_timeout=5,
            pool_reset_on_return=None,
            pool_use_lifo=True,
            connect_args={
                "options": _options(settings) + " -c plan_cache_mode=force_generic_plan",
                "prepare_threshold": 0,
                "connect_timeout": 5,
                "application_name": "openevent-read",
                "cursor_factory": BinaryCursor,
            },
        )

    def run(self, sql: str, params: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """Return all rows of a statement."""
        try:
            return self._run(sql, params)
        except psycopg.OperationalError as ex:
            if isinstance(ex, psycopg.errors.QueryCanceled):
                raise
            self._engine.dispose()
            return self._run(sql, params)

    def _run(self, sql: str, params: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        connection = self._engine.raw_connection()
        try:
            return run_on(connection.driver_connection)(sql, params)  # type: ignore[arg-type]
        except psycopg.Error:
            if connection.driver_connection is None or connection.driver_connection.broken:
                connection.invalidate()
            raise
        finally:
            connection.close()

    def dispose(self) -> None:
        """Close every idle connection."""
        self._engine.dispose()


class BinaryCursor(psycopg.Cursor[Any]):
    """A cursor whose results arrive in PostgreSQL's binary format."""

    def __init__(self, connection: PsycopgConnection[Any], **options: Any) -> None:
        super().__init__(connection, **options)
        self.format = psycopg.pq.Format.BINARY


def run_on(
    connection: PsycopgConnection[Any],
) -> Callable[[str, Mapping[str, Any]], list[tuple[Any, ...]]]:
    """Return a function that runs SQL text on one connection, inside its transaction."""

    def run(sql: str, params: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        with BinaryCursor(connection) as cursor:
            return cursor.execute(sql, params).fetchall()

    return run


def run_in(session: Session) -> Callable[[str, Mapping[str, Any]], list[tuple[Any, ...]]]:
    """Return a function that runs SQL text inside a session's transaction."""
    return run_on(session.connection().connection.driver_connection)  # type: ignore[arg-type]
