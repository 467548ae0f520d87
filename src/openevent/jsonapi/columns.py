"""From names on the wire to SQL: an attribute's column, a relationship's join, a filter's test."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, TypeVar

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    False_,
    True_,
    and_,
    bindparam,
    case,
    exists,
    false,
    inspect,
    not_,
    null,
    or_,
    select,
    true,
)
from sqlalchemy.orm import RelationshipDirection, RelationshipProperty, aliased
from sqlalchemy.sql.operators import eq

from openevent.db.base import Record
from openevent.errors import BadRequest
from openevent.jsonapi.filters import OPERATORS, Condition
from openevent.jsonapi.resource import Policy, Registry, ResourceType, Row
from openevent.work.principal import Who

_T = TypeVar("_T")


class TableRow:
    """A row of a table under a name of its own, its columns by attribute name.

    What ``aliased`` would give, at a fraction of the cost. What policies say of it is kept
    with it: they go by the audience alone, and statements use the same rows again.
    """

    __slots__ = ("_said", "table")

    def __init__(self, model: type[Record]) -> None:
        self.table = model.__table__.alias()
        self._said: dict[Any, Any] = {}

    def said(self, policy: Policy, ask: Callable[[Who, Row], _T], who: Who) -> _T:
        """Return what a policy's method says of this row, asked once for each audience."""
        key = (policy, ask.__name__, who.audience)
        if key not in self._said:
            self._said[key] = ask(who, self)
        return self._said[key]  # type: ignore[no-any-return]

    def __getattr__(self, name: str) -> ColumnElement[Any]:
        return self.table.c[name]


class Rows:
    """Hands out the rows that one statement is about, each once.

    Statements are built for every query shape that nobody has asked for before, and a name
    for each column of a table takes long to make: other statements use the same ones.
    """

    _made: ClassVar[dict[type[Record], list[TableRow]]] = defaultdict(list)

    def __init__(self) -> None:
        self._taken: Counter[type[Record]] = Counter()

    def take(self, resource: ResourceType) -> Row:
        """Return a row of a type that is no other in this statement."""
        model = resource.model
        number = self._taken[model]
        self._taken[model] += 1
        made = self._made[model]
        while len(made) <= number:
            made.append(TableRow(model))
        return made[number]

    def take_other(self, resource: ResourceType, name: str, target: ResourceType) -> Row:
        """Return a row of what ``resource`` is related to by ``name``."""
        prop = relation(resource, name)
        if foreign_key(prop) or reverse_key(prop):
            return self.take(target)
        return aliased(target.model)  # joined as the mapped relationship says


def column(resource: ResourceType, name: str, row: Row) -> ColumnElement[Any]:
    """Return the expression that an attribute, the id or a to-one key of ``row`` is read from."""
    if name in resource.computed:
        return resource.computed[name](row)
    field = resource.schema._declared_fields.get(name)
    return getattr(row, (field.attribute if field is not None else None) or name)  # type: ignore[no-any-return]


def _said(policy: Policy, ask: Callable[[Who, Row], _T], who: Who, row: Row) -> _T:
    return row.said(policy, ask, who) if isinstance(row, TableRow) else ask(who, row)


def live(resource: ResourceType, row: Row) -> ColumnElement[bool]:
    """Whether the row is not soft-deleted."""
    return row.deleted_at.is_(None) if hasattr(resource.model, "deleted_at") else true()


def visible(
    resource: ResourceType, who: Who, row: Row, *, trashed: bool = False
) -> ColumnElement[bool]:
    """Whether the row exists for this principal: the one expression every read shares."""
    shown = _said(resource.policy, resource.policy.visible, who, row)
    return shown if trashed and who.is_staff else and_(live(resource, row), shown)


class Readers:
    """Tells who may read which attribute; the policy is asked once for each row of a statement."""

    def __init__(self, who: Who) -> None:
        self.who = who
        self._asked: dict[int, tuple[Row, Mapping[str, ColumnElement[bool]]]] = {}

    def of(self, resource: ResourceType, name: str, row: Row) -> ColumnElement[bool]:
        """Return whether the principal may read the attribute ``name`` of ``row``."""
        field = resource.schema._declared_fields.get(name)
        wanted = field.metadata.get("read") if field is not None else None
        if wanted is None:
            return true()
        if id(row) not in self._asked:
            # The row is kept, so that its id stays its own.
            said = _said(resource.policy, resource.policy.audiences, self.who, row)
            self._asked[id(row)] = (row, said)
        return self._asked[id(row)][1].get(wanted, false())


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


def source_of(row: Row) -> Any:
    """Return what a row is selected from."""
    return row.table if isinstance(row, TableRow) else row


def _is_plain(prop: RelationshipProperty[Any]) -> bool:
    join = prop.primaryjoin
    pairs = prop.local_remote_pairs or []
    return prop.secondary is None and len(pairs) == 1 and getattr(join, "operator", None) is eq


def is_true(expression: ColumnElement[bool]) -> bool:
    """Whether an expression is the constant true, known while the statement is built."""
    return isinstance(expression, True_)


def is_false(expression: ColumnElement[bool]) -> bool:
    """Whether an expression is the constant false, known while the statement is built."""
    return isinstance(expression, False_)


@dataclass(slots=True)
class Binder:
    """Hands out bind parameters in the order of :meth:`Condition.values`."""

    count: int = 0

    def next(self, type_: Any) -> ColumnElement[Any]:
        name = f"filter_{self.count}"
        self.count += 1
        return bindparam(name, type_=type_)

    @staticmethod
    def parameters(values: Iterator[Any]) -> dict[str, Any]:
        """Return the values under the names that :meth:`next` gave out."""
        return {f"filter_{position}": value for position, value in enumerate(values)}


class FilterBuilder:
    """Turns conditions into SQL over one row, never past what the principal may read."""

    def __init__(self, registry: Registry, who: Who, binder: Binder) -> None:
        self.registry, self.who, self.binder = registry, who, binder
        self.readers = Readers(who)
        self.rows = Rows()
        self.builders: dict[str, Callable[..., ColumnElement[bool]]] = {
            "and": lambda c, r, row: and_(true(), *(self.build(x, r, row) for x in c.children)),
            "or": lambda c, r, row: or_(false(), *(self.build(x, r, row) for x in c.children)),
            "not": lambda c, r, row: not_(self.build(c.children[0], r, row)),
            "related": self.related,
            "compare": self.compare,
            "columns": self.columns,
        }

    def build(self, condition: Condition, resource: ResourceType, row: Row) -> ColumnElement[bool]:
        """Return one condition as SQL."""
        return self.builders[condition.kind](condition, resource, row)

    def guarded(
        self, test: ColumnElement[bool], resource: ResourceType, names: tuple[str, ...], row: Row
    ) -> ColumnElement[bool]:
        """Return ``test``, which only holds for rows whose attribute the principal may read."""
        for name in names:
            allowed = self.readers.of(resource, name, row)
            if is_false(allowed):
                wire = name.replace("_", "-")
                raise BadRequest(
                    f"You may not read {wire!r} of {resource.type_name}, so not filter by it.",
                    parameter="filter",
                )
            if not is_true(allowed):
                # Unreadable is unknown, not false: a NOT around it must not reveal it either.
                test = case((allowed, test), else_=null())
        return test

    def compare(
        self, condition: Condition, resource: ResourceType, row: Row
    ) -> ColumnElement[bool]:
        name, operator = condition.name, condition.operator
        expression = column(resource, name, row)
        kind, build = OPERATORS[operator]
        test: ColumnElement[bool]
        if kind == "null" or condition.value is None:
            test = expression.is_(None) if operator in ("eq", "is") else expression.is_not(None)
        elif kind == "many":
            test = build(expression, self.binder.next(ARRAY(expression.type)))
        elif kind == "pair":
            pair = (self.binder.next(expression.type), self.binder.next(expression.type))
            test = build(expression, pair)
        else:
            test = build(expression, self.binder.next(expression.type))
        return self.guarded(test, resource, (name,), row)

    def columns(
        self, condition: Condition, resource: ResourceType, row: Row
    ) -> ColumnElement[bool]:
        here = column(resource, condition.name, row)
        there = column(resource, str(condition.value), row)
        test = OPERATORS[condition.operator][1](here, there)
        return self.guarded(test, resource, (condition.name, str(condition.value)), row)

    def related(
        self, condition: Condition, resource: ResourceType, row: Row
    ) -> ColumnElement[bool]:
        target = self.registry[resource.schema.relationships()[condition.name].type_]
        other = self.rows.take_other(resource, condition.name, target)
        inner = self.build(condition.children[0], target, other)
        return exists(
            joined_to(resource, condition.name, row, other).where(
                visible(target, self.who, other), inner
            )
        )


def joined_to(resource: ResourceType, name: str, row: Row, other: Row) -> Any:
    """Return ``select(other)`` of the rows that ``row`` is related to, correlated to it."""
    prop = relation(resource, name)
    if key := foreign_key(prop):
        return select(other.id).where(other.id == getattr(row, key))
    if key := reverse_key(prop):
        return select(other.id).where(getattr(other, key) == row.id)
    again = aliased(resource.model)
    return (
        select(other.id)
        .select_from(again)
        .join(getattr(again, name).of_type(other))
        .where(again.id == row.id)
    )
