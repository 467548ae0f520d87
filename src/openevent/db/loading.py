"""Loading a single row that is to change, without the machinery of a query."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from psycopg.postgres import types
from sqlalchemy import Column, Float, inspect
from sqlalchemy.orm import Session, make_transient_to_detached

from openevent.db.base import Record
from openevent.db.compiled import DIALECT


def loaded_columns(model: type[Record]) -> list[Column[Any]]:
    """Return the columns that :func:`load` takes the values of, in order."""
    table: Any = inspect(model).local_table
    return [table.c[a.columns[0].key] for a in inspect(model).column_attrs]


def load(db: Session, model: type[Record], values: Sequence[Any]) -> Record:
    """Return the row with these values, as a query of the session would: one object a row."""
    names, processes = _loading(model)
    given = dict(zip(names, values, strict=True))
    for name, process in processes:
        given[name] = process(given[name])
    mapper = inspect(model)
    present: Record | None
    present = db.identity_map.get(mapper.identity_key_from_primary_key((given["id"],)))
    if present is not None:
        return present
    row: Record = mapper.class_manager.new_instance()
    inspect(row).dict.update(given)
    make_transient_to_detached(row)
    db.add(row)
    return row


@cache
def _loading(
    model: type[Record],
) -> tuple[list[str], list[tuple[str, Callable[[Any], Any]]]]:
    """Return a class's attributes, and what turns values of the driver into theirs."""
    mapper = inspect(model)
    names = [attribute.key for attribute in mapper.column_attrs]
    processes: list[tuple[str, Callable[[Any], Any]]] = []
    for name, column in zip(names, loaded_columns(model), strict=True):
        # Which numbers they are is all that a type asks about the column it comes from.
        number = types["float8" if isinstance(column.type, Float) else "numeric"].oid
        process = column.type.dialect_impl(DIALECT).result_processor(DIALECT, number)
        if process is not None:
            processes.append((name, process))
    return names, processes
