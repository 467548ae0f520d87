"""Writing a single row, the commonest write, without the machinery of a flush.

What is pending in a session is very often one new or one changed row of plain values. It
is written by a statement that is put together from parts kept for its class: the same
effect at a tenth of a flush, and what the row is like afterwards comes back with it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import ClauseElement, bindparam, inspect
from sqlalchemy.orm import Session

from openevent.db.base import Record
from openevent.db.compiled import DIALECT, sql_text
from openevent.db.engine import run_in

#: Parameters of a statement are named for their columns; the prefix keeps them apart from
#: those of what it returns.
_PREFIX = "new_"

Rows = list[tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Returning:
    """What to read of a written row: a list of SQL expressions, and their parameters."""

    sql: str
    parameters: Mapping[str, Any]


def write_pending(db: Session, row: Record, returning: Returning | None = None) -> Rows | None:
    """Write what is pending; return what was asked for of ``row``, or ``None``.

    ``None``: nothing was asked for, or more is pending than plain values of ``row``, so
    that it took a flush. Either way ``row`` is as after a flush: what the database works
    out is read from it when something asks.
    """
    new, dirty = db.new, db.dirty
    rows = None
    if len(new) + len(dirty) == 1 and not db.deleted:
        if row in new:
            rows = _insert(db, row, returning)
        elif row in dirty:
            rows = _update(db, row, returning)
    if rows is None:
        db.flush()
        return None
    return [found[1:] for found in rows] if returning is not None else None


def _insert(db: Session, row: Record, returning: Returning | None) -> Rows | None:
    statements, state = _statements(type(row)), inspect(row)
    given = state.dict
    if statements is None or not statements.others.isdisjoint(given) or not _are_plain(given):
        return None
    parameters = {}
    for name, column in statements.inserted.items():
        if (value := given.get(name)) is None:
            value = given[name] = column.default
        parameters[_PREFIX + name] = column.bound(value)
    rows = _run(db, statements.insert, parameters, returning)
    given["id"] = rows[0][0]
    db._register_persistent({state})  # what a flush does at its end
    db.expire(row, statements.filled)
    return rows


def _update(db: Session, row: Record, returning: Returning | None) -> Rows | None:
    statements, state = _statements(type(row)), inspect(row)
    given = state.dict
    changed = {name: given[name] for name in state.committed_state}
    if statements is None or not changed or not _are_plain(changed):
        return None
    columns = statements.columns
    if not changed.keys() <= columns.keys():
        return None
    parameters = {_PREFIX + name: columns[name].bound(value) for name, value in changed.items()}
    parameters |= {"row_id": row.id, "row_version": row.version}
    rows = _run(db, statements.update(changed), parameters, returning)
    if not rows:
        return None  # somebody else changed it meanwhile: the flush says so
    given["version"] += 1
    state._commit_all(given, db.identity_map)  # what a flush does at its end
    db.expire(row, statements.renewed.keys() - changed.keys())
    return rows


def _are_plain(values: Mapping[str, Any]) -> bool:
    return not any(isinstance(value, ClauseElement) for value in values.values())


def _run(db: Session, sql: str, parameters: dict[str, Any], returning: Returning | None) -> Rows:
    if returning is not None:
        sql = f"{sql}, {returning.sql}"
        parameters |= returning.parameters
    return run_in(db)(sql, parameters)


@dataclass(frozen=True, slots=True)
class _Column:
    """An attribute that is written: as SQL, and how its value becomes a parameter."""

    name: str
    sql: str
    default: Any
    process: Callable[[Any], Any] | None

    @property
    def assignment(self) -> str:
        """The assignment in an UPDATE."""
        return f"{self.name} = {self.sql}"

    def bound(self, value: Any) -> Any:
        """Return a value as the driver takes it."""
        return self.process(value) if self.process and value is not None else value


@dataclass(frozen=True, slots=True)
class _Statements:
    """The parts of the statements that write rows of one mapped class.

    Both statements return the row's id first; what else is asked for follows.
    """

    columns: Mapping[str, _Column]
    #: Those that an insert gives values to.
    inserted: Mapping[str, _Column]
    #: All other attributes: what the database fills in, and related objects.
    others: frozenset[str]
    insert: str
    #: Attributes that the database fills in when a row is new.
    filled: tuple[str, ...]
    #: With a place for the assignments.
    changing: str
    #: Attributes that the database works out at each change, with their assignments.
    renewed: dict[str, str]

    def update(self, names: Iterable[str]) -> str:
        """Return the statement that changes these attributes."""
        given = {name: self.columns[name].assignment for name in names}
        return self.changing.format(", ".join((self.renewed | given).values()))


@cache
def _statements(model: type[Record]) -> _Statements | None:
    """Return the statements of a class; none where Python code works out a value."""
    mapper = inspect(model)
    table: Any = mapper.local_table
    quote = DIALECT.identifier_preparer.quote
    columns, filled, renewed = {}, [], {}
    for attribute in mapper.column_attrs:
        name, column = attribute.key, table.c[attribute.columns[0].key]
        default = None
        if column.default is not None:
            if not column.default.is_scalar:
                return None
            default = column.default.arg
        elif column.server_default is not None and name != "id":
            filled.append(name)
        if column.onupdate is not None:
            if not column.onupdate.is_clause_element:
                return None
            renewed[name] = f"{quote(column.name)} = {sql_text(column.onupdate.arg)}"
        columns[name] = _Column(
            quote(column.name),
            sql_text(bindparam(f"{_PREFIX}{name}", type_=column.type)),
            default,
            column.type.dialect_impl(DIALECT).bind_processor(DIALECT),
        )
    inserted = {n: column for n, column in columns.items() if n != "id" and n not in filled}
    names = ", ".join(column.name for column in inserted.values())
    values = ", ".join(column.sql for column in inserted.values())
    # Made of declared names only.
    insert = f"INSERT INTO {table.name} ({names}) VALUES ({values})"  # noqa: S608
    changing = (
        f"UPDATE {table.name} SET {{}}, version = version + 1"  # noqa: S608
        f" WHERE {table.name}.id = %(row_id)s AND version = %(row_version)s"
    )
    returning = f" RETURNING {table.name}.id"
    return _Statements(
        columns,
        inserted,
        frozenset(mapper.attrs.keys()) - inserted.keys(),
        insert + returning,
        tuple(filled),
        changing + returning,
        renewed,
    )
