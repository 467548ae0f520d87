"""Writing a single row, the commonest write, without the machinery of a flush.

What is pending in a session is very often one new or one changed row of plain values. It
is written by a statement that is put together from parts kept for its class: the same
effect at a tenth of a flush, and what the row is like afterwards comes back with it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import ClauseElement, bindparam, inspect
from sqlalchemy.orm import Session

from openevent.db.base import Record
from openevent.db.compiled import DIALECT, sql_text
from openevent.db.creating import PREFIX, Insertion, Into
from openevent.db.engine import of_work, run_in

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
    of_work(db).settle()
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


def write_at_commit(
    db: Session, row: Record, returning: Returning, then: Callable[[tuple[Any, ...]], None]
) -> bool:
    """Have a new row written by the statement that commits; false: it cannot wait.

    It can when it is all that is pending and has plain values. It is no part of the session
    any more, and has its id when ``then`` is given what was asked for of it.
    """
    if len(db.new) != 1 or row not in db.new or db.dirty or db.deleted:
        return False
    statements, given = _statements(type(row)), inspect(row).dict
    if statements is None or not statements.can_insert(given):
        return False

    def written(found: Sequence[Any]) -> None:
        given["id"] = found[0]
        then(tuple(found[1:]))

    db.expunge(row)
    of_work(db).insert(
        Insertion(
            statements.into,
            lambda left: statements.parameters(given, left),
            returning.sql,
            returning.parameters,
            written,
        )
    )
    return True


def _insert(db: Session, row: Record, returning: Returning | None) -> Rows | None:
    statements, state = _statements(type(row)), inspect(row)
    given = state.dict
    if statements is None or not statements.can_insert(given):
        return None
    parameters = statements.parameters(given)
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
    parameters = {PREFIX + name: columns[name].bound(value) for name, value in changed.items()}
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
    into: Into
    #: Attributes that the database fills in when a row is new.
    filled: tuple[str, ...]
    #: With a place for the assignments.
    changing: str
    #: Attributes that the database works out at each change, with their assignments.
    renewed: dict[str, str]

    def can_insert(self, given: Mapping[str, Any]) -> bool:
        """Whether a new row has plain values and nothing else."""
        return self.others.isdisjoint(given) and _are_plain(given)

    def parameters(self, given: dict[str, Any], left: Sequence[str] = ()) -> dict[str, Any]:
        """Return the parameters of a new row, which takes the defaults of its class.

        ``left`` are attributes that have others.
        """
        found = {}
        for name, column in self.inserted.items():
            if (value := given.get(name)) is None and name not in left:
                value = given[name] = column.default
            found[PREFIX + name] = column.bound(value)
        return found

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
            sql_text(bindparam(f"{PREFIX}{name}", type_=column.type)),
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
        Into(table.name, {n: (column.name, column.sql) for n, column in inserted.items()}),
        tuple(filled),
        changing + returning,
        renewed,
    )
