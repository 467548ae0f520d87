"""Inserting rows of several tables at once, by one statement whatever their number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import orjson
from sqlalchemy import inspect
from sqlalchemy.orm import Session

from openevent.db.base import Record
from openevent.db.compiled import DIALECT
from openevent.db.engine import run_in

#: A class, and of each new row of it the values of the same attributes.
Group = tuple[type[Record], Sequence[Mapping[str, Any]]]


def insert_rows(db: Session, *groups: Group) -> None:
    """Insert rows that nobody needs as objects; their ids rise in the order given.

    What a row does not give is left to the database. The rows travel as JSON, one
    parameter a class, so that the statement is the same for few and for many.
    """
    filled = [(model, rows) for model, rows in groups if rows]
    sql = _statement(tuple((model, tuple(rows[0])) for model, rows in filled))
    run_in(db)(sql, {f"rows_{n}": _encode(rows) for n, (_, rows) in enumerate(filled)})


def _encode(rows: Sequence[Mapping[str, Any]]) -> str:
    return orjson.dumps(rows, default=str).decode()  # a Decimal is its digits


@lru_cache(maxsize=100)
def _statement(groups: tuple[tuple[type[Record], tuple[str, ...]], ...]) -> str:
    inserts = [_insert(n, model, names) for n, (model, names) in enumerate(groups)]
    parts = ", ".join(f"part_{n} AS ({insert})" for n, insert in enumerate(inserts))
    return f"WITH {parts} SELECT"


def _insert(number: int, model: type[Record], names: Sequence[str]) -> str:
    table: Any = inspect(model).local_table
    quote = DIALECT.identifier_preparer.quote
    columns = [inspect(model).column_attrs[name].columns[0] for name in names]
    given = ", ".join(quote(column.name) for column in columns)
    typed = ", ".join(f"{quote(c.name)} {c.type.compile(DIALECT)}" for c in columns)
    # Made of declared names only.
    return (
        f"INSERT INTO {table.name} ({given}) SELECT {given}"  # noqa: S608
        f" FROM ROWS FROM (jsonb_to_recordset(%(rows_{number})s::jsonb) AS ({typed}))"
        f" WITH ORDINALITY AS new ({given}, number) ORDER BY number"
    )
