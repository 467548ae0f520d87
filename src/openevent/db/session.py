"""The session of a unit of work: SQLAlchemy's, in whose transaction SQL text runs as well."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

import psycopg
from psycopg import Connection as PsycopgConnection
from psycopg.types.numeric import Int8Dumper
from sqlalchemy import Connection, Engine
from sqlalchemy.orm import Session
from sqlalchemy.pool import PoolProxiedConnection

from openevent.db.creating import Insertion, Judgement, Ledger, creation

#: Runs SQL text with parameters and returns all rows as tuples.
Run = Callable[[str, Mapping[str, Any]], list[tuple[Any, ...]]]

#: Most statements that the server keeps prepared for one connection.
STATEMENTS_PREPARED = 300


_IDLE = psycopg.pq.TransactionStatus.IDLE
_BEGUN = (psycopg.pq.TransactionStatus.INTRANS, psycopg.pq.TransactionStatus.INERROR)
_PARAMETER = re.compile(r"%\((\w+)\)s|%%")


@lru_cache(maxsize=4000)
def numbered(sql: str) -> tuple[bytes, tuple[str, ...]]:
    """Return a statement in PostgreSQL's own style (``$1``), and its parameters in order."""
    numbers: dict[str, int] = {}

    def dollar(match: re.Match[str]) -> str:
        if match[1] is None:
            return "%"
        return f"${numbers.setdefault(match[1], len(numbers) + 1)}"

    text = _PARAMETER.sub(dollar, sql)
    return text.encode(), tuple(numbers)


class BinaryCursor(psycopg.RawCursor[Any]):
    """A cursor to keep: binary results, and statements that are prepared once.

    Statements have parameters by name (``%(name)s``), which are looked for in each text
    once. Every number is sent as one type, or a statement would be prepared for each size.
    """

    def __init__(self, connection: PsycopgConnection[Any]) -> None:
        super().__init__(connection)
        connection.prepared_max = STATEMENTS_PREPARED
        self.format = psycopg.pq.Format.BINARY
        self.adapters.register_dumper(int, Int8Dumper)

    def rows(self, sql: str, params: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """Run a statement and return all its rows."""
        return self.start(sql, params).fetchall()

    def start(self, sql: str, params: Mapping[str, Any]) -> BinaryCursor:
        """Run a statement."""
        text, names = numbered(sql)
        return self.execute(text, [params[name] for name in names])


class WorkSession(Session):
    """A session whose transaction is the driver's own, shared by text and by the ORM.

    Text runs on the pooled connection itself. SQLAlchemy's transaction, which costs more
    than a small statement, begins only when the ORM asks the database for something.
    """

    _pooled: PoolProxiedConnection | None = None
    _joined: Connection | None = None
    _judgement: Judgement | None = None
    _insertion: Insertion | None = None

    def __init__(self, *args: Any, run_once: Run | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        self._run_once = run_once or self._run_by_itself

    def get_bind(self, *_: Any, **__: Any) -> Connection:
        """Return the ORM's connection: the one that text runs on (SQLAlchemy's own hook)."""
        self.settle()
        if self._joined is None:
            assert isinstance(self.bind, Engine)  # noqa: S101  # of session_factory
            self._joined = Connection(self.bind, self._pooled)
            self._pooled = self._joined.connection
        return self._joined

    def run(self, sql: str, params: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """Run a statement in this session's transaction and return its rows."""
        self.settle()
        return self._cursor().rows(sql, params)

    def judge(self, judgement: Judgement) -> None:
        """Have something judged before anything else is asked or written."""
        self.settle()
        self._judgement = judgement

    def insert(self, insertion: Insertion) -> None:
        """Have a row inserted before anything else is asked, or with the commit."""
        if self._insertion is not None:
            self.settle()
        self._insertion = insertion

    def settle(self) -> None:
        """Ask and write now what waits for the commit (see ``db/creating.py``)."""
        judgement, self._judgement = self._judgement, None
        insertion, self._insertion = self._insertion, None
        if judgement is not None:
            judgement.conclude(self.run(f"SELECT {judgement.sql}", judgement.parameters)[0])
        if insertion is not None:
            sql = creation("", (), (), insertion.into, insertion.returning, None, 0)
            parameters = {**insertion.values(()), **insertion.parameters}
            insertion.then(self.run(sql, parameters)[0])

    def forget(self) -> None:
        """Give up what waits, because what it is about is given up."""
        self._judgement = self._insertion = None

    def commit_with(self, ledger: Ledger, entries: Sequence[Mapping[str, Any]]) -> list[int]:
        """Flush, store entries of a ledger, commit, and return the entries' ids.

        As few round trips as can be, since each costs both sides about as much CPU as a
        small insert. Nothing is committed when there is an error.
        """
        if self._has_pending():
            self.flush()  # everything else before the commit
        if self._insertion is not None and not self._is_begun():
            return self._create(ledger, entries)
        self.settle()
        if not entries:
            self.commit()
            return []
        cursor = self._cursor()
        with cursor.connection.pipeline():
            cursor.start(ledger.sql(len(entries)), ledger.parameters(entries))
            # Not the driver's commit(), which waits for an answer; the pipeline's end does too.
            cursor.connection.execute("COMMIT", prepare=False)
        rows = cursor.fetchall()
        self.commit()  # asks nothing of the server: the transaction is over
        return sorted(id_ for (id_,) in rows)

    def _create(self, ledger: Ledger, entries: Sequence[Mapping[str, Any]]) -> list[int]:
        """Judge, insert, store entries and commit by one statement, a transaction of its own."""
        judgement, self._judgement = self._judgement, None
        insertion, self._insertion = self._insertion, None
        assert insertion is not None  # noqa: S101  # as the caller has seen
        judged: tuple[Any, ...] = ("", (), ())
        if judgement is not None:
            judged = judgement.sql, judgement.conditions, judgement.defaults
        parameters = {
            **(judgement.parameters if judgement is not None else {}),
            **insertion.values(judged[-1]),
            **insertion.parameters,
            **ledger.parameters(entries),
        }
        sql = creation(*judged, insertion.into, insertion.returning, ledger, len(entries))
        (found,) = self._run_once(sql, parameters)
        if judgement is not None:
            judgement.check(found)
            found = found[judgement.width :]
        insertion.then(found)
        return list(found[-1]) if entries else []

    def _run_by_itself(self, sql: str, params: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        cursor = self._cursor()
        cursor.connection.autocommit = True
        try:
            return cursor.rows(sql, params)
        finally:
            if not cursor.connection.closed:
                cursor.connection.autocommit = False

    def commit(self) -> None:
        """Flush what is pending and commit, also what only text has done."""
        self.settle()
        if self._joined is not None or self._has_pending():
            super().commit()
        if self._pooled is not None:
            self._driver().commit()

    def rollback(self) -> None:
        """Undo everything since the last commit."""
        self._judgement = self._insertion = None
        self._undo()
        super().rollback()
        if self._pooled is not None and not self._is_given_up():
            self._driver().rollback()

    def close(self) -> None:
        """Give the connection back; whatever was not committed is rolled back."""
        if self._pooled is not None and not self._is_given_up() and self._driver().closed:
            self._give_up()
        self._judgement = self._insertion = None
        self._undo()
        super().close()
        pooled, self._pooled = self._pooled, None
        joined, self._joined = self._joined, None
        if joined is not None:
            joined.close()
        elif pooled is not None:
            pooled.close()

    def _undo(self) -> None:
        """End the transaction on the server, so that the driver finds nothing to roll back.

        With its own rollback the server forgets every statement prepared for the connection.
        Those are of tables that stay: a refused request would have them all planned again.
        """
        if self._pooled is not None and not self._is_given_up():
            server = self._driver().pgconn
            if server.transaction_status in _BEGUN:
                server.exec_(b"ROLLBACK")

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

    def _is_begun(self) -> bool:
        """Whether the server has a transaction under way for this session."""
        return self._pooled is not None and self._driver().pgconn.transaction_status != _IDLE

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
