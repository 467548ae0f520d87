"""Inserting a single new row, the commonest write, without the machinery of a flush."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import ClauseElement, bindparam, insert, inspect
from sqlalchemy.orm import Session, make_transient_to_detached

from openevent.db.base import Record
from openevent.db.compiled import DIALECT, sql_text
from openevent.db.engine import run_in


def insert_pending(db: Session, row: Record) -> None:
    """Write what is pending; ``row`` has its id afterwards.

    Where ``row`` alone is pending it is inserted by a statement that is kept for its
    class: the same row, at a tenth of a flush. Its defaults are read from the database
    when something asks for them, as after a flush.
    """
    if len(db.new) != 1 or row not in db.new or db.dirty or db.deleted:
        db.flush()
        return
    insertion, given = _insertion(type(row)), inspect(row).dict
    if insertion is None or not insertion.takes(given):
        db.flush()
        return
    ((id_,),) = run_in(db)(insertion.sql, insertion.parameters(given))
    db.expunge(row)
    row.id = id_
    make_transient_to_detached(row)
    db.add(row)


@dataclass(frozen=True, slots=True)
class _Insertion:
    """The statement of one mapped class, and how a row's values become its parameters."""

    sql: str
    #: Attribute, column, default, and what turns a value into what the driver sends.
    columns: list[tuple[str, str, Any, Callable[[Any], Any] | None]]
    #: Attributes that are in no parameter: what the database fills in, related objects.
    others: frozenset[str]

    def takes(self, given: dict[str, Any]) -> bool:
        """Whether these values are plain ones, and all of them go into the statement."""
        return self.others.isdisjoint(given) and not any(
            isinstance(value, ClauseElement) for value in given.values()
        )

    def parameters(self, given: dict[str, Any]) -> dict[str, Any]:
        """Return the statement's parameters."""
        found = {}
        for name, column, default, process in self.columns:
            value = given.get(name)
            if value is None:
                value = default
            found[column] = process(value) if process and value is not None else value
        return found


@cache
def _insertion(model: type[Record]) -> _Insertion | None:
    """Return the statement of a class; none where Python code works out a default."""
    mapper = inspect(model)
    table: Any = mapper.local_table
    columns, others = [], set(mapper.relationships.keys())
    for attribute in mapper.column_attrs:
        column = table.c[attribute.columns[0].key]
        if column.default is not None:
            if not column.default.is_scalar:
                return None
            default = column.default.arg
        elif column.server_default is not None or column.identity is not None:
            others.add(attribute.key)
            continue
        else:
            default = None
        process = column.type.dialect_impl(DIALECT).bind_processor(DIALECT)
        columns.append((attribute.key, column.key, default, process))
    values = {name: bindparam(name, type_=table.c[name].type) for _, name, _, _ in columns}
    sql = sql_text(insert(table).values(values).returning(table.c.id))
    return _Insertion(sql, columns, frozenset(others))
