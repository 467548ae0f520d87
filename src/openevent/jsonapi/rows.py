"""Rows of tables under names of their own, and how the rows of two types are related."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from typing import Any, ClassVar, TypeVar

from sqlalchemy import ColumnElement, FromClause, Select, inspect, select
from sqlalchemy import column as named
from sqlalchemy.orm import RelationshipDirection, RelationshipProperty
from sqlalchemy.sql import visitors
from sqlalchemy.sql.operators import eq

from openevent.db.base import Model, Record
from openevent.db.compiled import spelled
from openevent.jsonapi.resource import Policy, ResourceType, Row
from openevent.work.principal import Who

_T = TypeVar("_T")


class TableRow:
    """A row of a table under a name of its own, its columns by attribute name.

    What ``aliased`` would give, at a fraction of the cost: only the columns that are asked
    for are made. What policies say of it is kept with it, spelled out: they go by the
    audience alone, and statements use the same rows again.
    """

    __slots__ = ("_columns", "_model", "_said", "table")

    def __init__(self, model: type[Model], name: str | None = None) -> None:
        self.table: FromClause = model.__table__.alias(name)
        self._model = model
        self._columns: dict[str, ColumnElement[Any]] = {}
        self._said: dict[Any, Any] = {}

    def __getattr__(self, name: str) -> ColumnElement[Any]:
        if name not in self._columns:
            self._columns[name] = self._column(name)
        return self._columns[name]

    def _column(self, name: str) -> ColumnElement[Any]:
        try:
            original = self._model.__table__.c[name]
        except KeyError:
            raise AttributeError(f"{self._model.__name__} has no column {name!r}") from None
        found = named(original.name, original.type)
        found.table = self.table
        return found

    def said(self, policy: Policy, ask: Callable[[Who, Row], _T], who: Who) -> _T:
        """Return what a policy's method says of this row, asked once for each audience."""
        key = (policy, ask.__name__, who.audience)
        if key not in self._said:
            self._said[key] = _spelled_out(ask(who, self))
        return self._said[key]  # type: ignore[no-any-return]

    def computed(self, make: Callable[[Row], ColumnElement[Any]]) -> ColumnElement[Any]:
        """Return what an attribute is computed from, for this row."""
        if make not in self._said:
            self._said[make] = spelled(make(self))
        return self._said[make]  # type: ignore[no-any-return]


def _spelled_out(said: Any) -> Any:
    if isinstance(said, Mapping):
        return {audience: spelled(expression) for audience, expression in said.items()}
    return spelled(said)


class Rows:
    """Hands out the rows that one statement is about, each once.

    Statements are built for every query shape that nobody has asked for before, and what is
    said of a row takes long to build: other statements use the same ones.
    """

    _made: ClassVar[dict[type[Record], list[TableRow]]] = defaultdict(list)

    def __init__(self) -> None:
        self._taken: Counter[type[Record]] = Counter()

    def take(self, resource: ResourceType) -> TableRow:
        """Return a row of a type that is no other in this statement."""
        model = resource.model
        number = self._taken[model]
        self._taken[model] += 1
        made = self._made[model]
        while len(made) <= number:
            # No name that SQLAlchemy would make: what is said of it names others inside.
            made.append(TableRow(model, f"{model.__name__.lower()}_row_{len(made)}"))
        return made[number]


def relation(resource: ResourceType, name: str) -> RelationshipProperty[Any]:
    """Return the mapped relationship that a schema's relationship is read through."""
    return inspect(resource.model).relationships[name]


def foreign_key(prop: RelationshipProperty[Any]) -> str | None:
    """Return the parent's column name of a plain many-to-one, else ``None``."""
    if prop.direction is RelationshipDirection.MANYTOONE and _is_plain(prop):
        return prop.local_remote_pairs[0][0].key
    return None


def reverse_key(prop: RelationshipProperty[Any]) -> str | None:
    """Return the child's column name of a plain one-to-many, else ``None``."""
    if prop.direction is RelationshipDirection.ONETOMANY and _is_plain(prop):
        return prop.local_remote_pairs[0][1].key
    return None


def _is_plain(prop: RelationshipProperty[Any]) -> bool:
    join = prop.primaryjoin
    pairs = prop.local_remote_pairs or []
    return prop.secondary is None and len(pairs) == 1 and getattr(join, "operator", None) is eq


def related(resource: ResourceType, name: str, row: TableRow, other: TableRow) -> Select[Any]:
    """Return ``select(other.id)`` of the rows that ``row`` is related to by ``name``.

    ``row`` is the enclosing statement's, or is selected from here where there is none.
    """
    prop = relation(resource, name)
    statement = select(other.id)
    if key := foreign_key(prop):
        return statement.where(other.id == getattr(row, key))
    if key := reverse_key(prop):
        return statement.where(getattr(other, key) == row.id)
    here: dict[FromClause, FromClause] = {
        resource.model.__table__: row.table,
        prop.mapper.local_table: other.table,
    }
    if prop.secondary is not None:
        here[prop.secondary] = prop.secondary.alias()

    def ours(element: Any, **_: Any) -> Any:
        table = getattr(element, "table", None)
        return here[table].c[element.key] if table in here else None

    joins = [join for join in (prop.primaryjoin, prop.secondaryjoin) if join is not None]
    return statement.where(*(visitors.replacement_traverse(join, {}, ours) for join in joins))


def source_of(row: Row) -> Any:
    """Return what a row is selected from."""
    return row.table if isinstance(row, TableRow) else row
