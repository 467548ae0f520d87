"""Statements on an autocommitting connection, by the shortest way that the driver has.

A cursor of psycopg sends, waits and receives in Python, so that it can be interrupted and
shared. A connection that one thread uses at a time, under a statement timeout, needs none of
that: libpq's ``PQexecPrepared`` does all three outside of Python, at half the CPU.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from typing import Any

import psycopg
from psycopg import capabilities
from psycopg.adapt import PyFormat, Transformer
from psycopg.errors import error_from_result
from psycopg.pq import ConnStatus, ExecStatus, Format
from psycopg.types.numeric import Int8Dumper

from openevent.db.session import STATEMENTS_PREPARED, numbered

_FINE = (ExecStatus.TUPLES_OK, ExecStatus.COMMAND_OK)


class PreparedStatements:
    """The statements of one connection: prepared when they are first run, results in binary.

    Statements have parameters by name (``%(name)s``). Every number is sent as one type, or a
    statement would be prepared for each size.
    """

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self.connection = connection
        self._libpq = connection.pgconn
        context = psycopg.Cursor(connection)
        context.adapters.register_dumper(int, Int8Dumper)
        self._adapt: Any = Transformer(context)
        self._names: OrderedDict[Any, bytes] = OrderedDict()
        self._count = 0

    def rows(self, sql: str, params: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """Run a statement and return all its rows."""
        text, names = numbered(sql)
        adapt = self._adapt
        values = adapt.dump_sequence([params[name] for name in names], [PyFormat.AUTO] * len(names))
        name = self._names.get((text, adapt.types)) or self._prepare(text, adapt.types)
        result = self._libpq.exec_prepared(name, values, adapt.formats, Format.BINARY)
        self._check(result)
        adapt.set_pgresult(result)
        rows: list[tuple[Any, ...]] = adapt.load_rows(0, result.ntuples, tuple)
        adapt.set_pgresult(None)
        return rows

    def _prepare(self, text: bytes, types: Any) -> bytes:
        if len(self._names) >= STATEMENTS_PREPARED:
            self._forget(self._names.popitem(last=False)[1])
        self._count += 1
        name = b"oe_%d" % self._count
        self._check(self._libpq.prepare(name, text, types))
        self._names[text, types] = name
        return name

    def _forget(self, name: bytes) -> None:
        if capabilities.has_send_close_prepared():  # from libpq 17 on; PgBouncer knows only this
            self._check(self._libpq.close_prepared(name))
        else:
            self._check(self._libpq.exec_(b"DEALLOCATE " + name))

    def _check(self, result: Any) -> None:
        if result.status in _FINE:
            return
        if self._libpq.status == ConnStatus.BAD:
            raise psycopg.OperationalError(result.get_error_message())
        raise error_from_result(result)
