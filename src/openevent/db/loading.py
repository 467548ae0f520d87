"""Loading a single row, without the machinery of a query."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, TypeVar, cast

from psycopg.postgres import types
from sqlalchemy import BigInteger, Column, Float, bindparam, inspect, select
from sqlalchemy.orm import Session, make_transient_to_detached

from openevent.db.base import Record
from openevent.db.compiled import DIALECT, sql_text
from openevent.db.engine import run_in

R = TypeVar("R", bound=Record)


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


def get_row(db: Session, model: type[R], id_: int) -> R:
    """Return the row with this id, which is there: ``get_one`` by a statement that is kept."""
    present = db.identity_map.get(inspect(model).identity_key_from_primary_key((id_,)))
    if present is not None:
        return cast(R, present)
    (values,) = run_in(db)(_by_id(model), {"id": id_})
    return cast(R, load(db, model, values))


@cache
def _by_id(model: type[Record]) -> str:
    id_ = bindparam("id", type_=BigInteger())
    return sql_text(select(*loaded_columns(model)).where(model.id == id_))


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
