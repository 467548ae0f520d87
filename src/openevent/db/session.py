"""The session of a unit of work: SQLAlchemy's, in whose transaction SQL text runs as well."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import psycopg
from psycopg import Connection as PsycopgConnection
from psycopg.types.numeric import Int8Dumper
from sqlalchemy import Connection, Engine
from sqlalchemy.orm import Session
from sqlalchemy.pool import PoolProxiedConnection

#: Runs SQL text with parameters and returns all rows as tuples.
Run = Callable[[str, Mapping[str, Any]], list[tuple[Any, ...]]]

#: Most statements that the server keeps prepared for one connection.
STATEMENTS_PREPARED = 300


class BinaryCursor(psycopg.Cursor[Any]):
    """A cursor to keep: binary results, and statements that are prepared once.

    Every number is sent as one type, or a statement would be prepared for each size.
    """

    def __init__(self, connection: PsycopgConnection[Any]) -> None:
        super().__init__(connection)
        connection.prepared_max = STATEMENTS_PREPARED
        self.format = psycopg.pq.Format.BINARY
        self.adapters.register_dumper(int, Int8Dumper)


class WorkSession(Session):
    """A session whose transaction is the driver's own, shared by text and by the ORM.

    Text runs on the pooled connection itself. SQLAlchemy's transaction, which costs more
    than a small statement, begins only when the ORM asks the database for something.
    """

    _pooled: PoolProxiedConnection | None = None
    _joined: Connection | None = None

    def get_bind(self, *_: Any, **__: Any) -> Connection:
        """Return the ORM's connection: the one that text runs on (SQLAlchemy's own hook)."""
        if self._joined is None:
            assert isinstance(self.bind, Engine)  # noqa: S101  # of session_factory
            self._joined = Connection(self.bind, self._pooled)
            self._pooled = self._joined.connection
        return self._joined

    def run(self, sql: str, params: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """Run a statement in this session's transaction and return its rows."""
        return self._cursor().execute(sql, params).fetchall()

    def run_and_commit(self, sql: str, params: Sequence[Any]) -> list[tuple[Any, ...]]:
        """Flush, run a statement of the driver's own style, commit, and return its rows.

        Statement and COMMIT go out together (psycopg's pipeline mode): each further round
        trip of a write costs both sides about as much CPU as a small insert. Nothing is
        committed when there is an error.
        """
        if self._has_pending():
            self.flush()  # everything else before the commit
        cursor = self._cursor()
        with cursor.connection.pipeline():
            cursor.execute(sql, params)
            # Not the driver's commit(), which waits for an answer; the pipeline's end does too.
            cursor.connection.execute("COMMIT", prepare=False)
        rows = cursor.fetchall()
        self.commit()  # asks nothing of the server: the transaction is over
        return rows

    def commit(self) -> None:
        """Flush what is pending and commit, also what only text has done."""
        if self._joined is not None or self._has_pending():
            super().commit()
        if self._pooled is not None:
            self._driver().commit()

    def rollback(self) -> None:
        """Undo everything since the last commit."""
        super().rollback()
        if self._pooled is not None and not self._is_given_up():
            self._driver().rollback()

    def close(self) -> None:
        """Give the connection back; whatever was not committed is rolled back."""
        if self._pooled is not None and not self._is_given_up() and self._driver().closed:
            self._give_up()
        super().close()
        pooled, self._pooled = self._pooled, None
        joined, self._joined = self._joined, None
        if joined is not None:
            joined.close()
        elif pooled is not None:
            pooled.close()

    def _give_up(self) -> None:
        """Have the pool replace a connection that broke; what broke it broke the others."""
        if self._joined is not None:
            self._joined.invalidate()
        elif self._pooled is not None:
            self._pooled.invalidate()
        self.bind.dispose()  # type: ignore[union-attr]  # an engine, of session_factory

    def _is_given_up(self) -> bool:
        """Whether SQLAlchemy has seen the connection break, and dropped it."""
        return self._pooled is not None and self._pooled.driver_connection is None

    def _has_pending(self) -> bool:
        return bool(self.new or self.dirty or self.deleted)

    def _driver(self) -> PsycopgConnection[Any]:
        return self._pooled.driver_connection  # type: ignore[union-attr, return-value]

    def _cursor(self) -> BinaryCursor:
        if self._pooled is None:
            self._pooled = self.bind.raw_connection()  # type: ignore[union-attr]
        cursor: BinaryCursor | None = self._pooled.info.get(BinaryCursor)
        if cursor is None:
            cursor = self._pooled.info[BinaryCursor] = BinaryCursor(self._driver())
        return cursor
