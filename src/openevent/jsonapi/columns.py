"""From names on the wire to SQL: an attribute's column, what a policy says, a filter's test."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    False_,
    Integer,
    True_,
    and_,
    bindparam,
    case,
    exists,
    false,
    not_,
    null,
    or_,
    true,
)
from sqlalchemy.types import TypeEngine

from openevent.errors import BadRequest
from openevent.jsonapi.filters import OPERATORS, Condition
from openevent.jsonapi.resource import Policy, Registry, ResourceType, Row
from openevent.jsonapi.rows import Rows, TableRow, related
from openevent.work.principal import Who

_T = TypeVar("_T")


def column(resource: ResourceType, name: str, row: Row) -> ColumnElement[Any]:
    """Return the expression that an attribute, the id or a to-one key of ``row`` is read from."""
    if make := resource.computed.get(name):
        return row.computed(make) if isinstance(row, TableRow) else make(row)
    field = resource.schema._declared_fields.get(name)
    return getattr(row, (field.attribute if field is not None else None) or name)  # type: ignore[no-any-return]


def _type_of(expression: ColumnElement[Any]) -> TypeEngine[Any]:
    """Return the type of what an expression is compared with.

    Whole numbers of a filter have up to 64 bits, whatever the column holds.
    """
    return BigInteger() if isinstance(expression.type, Integer) else expression.type


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
            test = build(expression, self.binder.next(ARRAY(_type_of(expression))))
        elif kind == "pair":
            type_ = _type_of(expression)
            test = build(expression, (self.binder.next(type_), self.binder.next(type_)))
        else:
            test = build(expression, self.binder.next(_type_of(expression)))
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
        other = self.rows.take(target)
        inner = self.build(condition.children[0], target, other)
        return exists(
            related(resource, condition.name, row, other).where(
                visible(target, self.who, other), inner
            )
        )
