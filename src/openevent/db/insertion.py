"""Inserting a single new row, the commonest write, without the machinery of a flush."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import ClauseElement, Executable, insert, inspect
from sqlalchemy.orm import Session, make_transient_to_detached

from openevent.db.base import Record


def insert_pending(db: Session, row: Record) -> None:
    """Write what is pending; ``row`` has its id afterwards.

    Where ``row`` alone is pending it is inserted by a statement that is kept for its
    class: the same row, at a fifth of a flush. Its defaults are read from the database
    when something asks for them, as after a flush.
    """
    if len(db.new) != 1 or row not in db.new or db.dirty or db.deleted:
        db.flush()
        return
    kind = _kind(type(row))
    given = inspect(row).dict
    values = {column: given[name] for name, column in kind.columns if given.get(name) is not None}
    if not kind.related.isdisjoint(given) or any(
        isinstance(value, ClauseElement) for value in values.values()
    ):
        db.flush()
        return
    id_ = db.connection().execute(kind.statement, values).scalar_one()
    db.expunge(row)
    row.id = id_
    make_transient_to_detached(row)
    db.add(row)


@dataclass(frozen=True, slots=True)
class _Kind:
    """A mapped class: its statement, its attributes with their columns, its relationships."""

    statement: Executable
    columns: tuple[tuple[str, str], ...]
    related: frozenset[str]


@cache
def _kind(model: type[Record]) -> _Kind:
    mapper = inspect(model)
    table: Any = mapper.local_table
    return _Kind(
        insert(table).returning(table.c.id),
        tuple((attribute.key, attribute.columns[0].key) for attribute in mapper.column_attrs),
        frozenset(mapper.relationships.keys()),
    )
