"""The filter language: a JSON array of ``{name, op, val}`` with and/or/not, has/any.

Parsing checks every name, operator and value against the declared schema and yields
hashable conditions whose *shape* is independent of their values, so that a statement is
built once per shape. Nothing outside the table of operators below is ever looked up.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from marshmallow import ValidationError, fields
from sqlalchemy import ColumnElement, all_, any_

from openevent.errors import BadRequest
from openevent.jsonapi.resource import Registry, ResourceType
from openevent.jsonapi.schema import ToMany, ToOne, underscore

MAX_CONDITIONS = 50
MAX_DEPTH = 10
MAX_VALUES = 200
MAX_TEXT = 1000

_FORBIDDEN = re.compile("[\x00\ud800-\udfff]")
#: A pattern of LIKE must not end with an escape that escapes nothing.
_HALF_ESCAPE = re.compile(r"(?<!\\)(?:\\\\)*\\\Z")
_WHOLE = re.compile(r"-?[0-9]{1,20}", re.ASCII)
_WILDCARD = re.compile(r"([\\%_])")

Value = str | int | float | bool | datetime | tuple[Any, ...] | None


#: name of the operator -> (kind of its value, how it becomes SQL)
OPERATORS: dict[str, tuple[str, Callable[[ColumnElement[Any], Any], ColumnElement[bool]]]] = {
    "eq": ("one", lambda c, v: c == v),
    "ne": ("one", lambda c, v: c.is_distinct_from(v)),
    "lt": ("one", lambda c, v: c < v),
    "le": ("one", lambda c, v: c <= v),
    "gt": ("one", lambda c, v: c > v),
    "ge": ("one", lambda c, v: c >= v),
    "like": ("pattern", lambda c, v: c.like(v)),
    "notlike": ("pattern", lambda c, v: c.not_like(v)),
    "ilike": ("pattern", lambda c, v: c.ilike(v)),
    "notilike": ("pattern", lambda c, v: c.not_ilike(v)),
    "startswith": ("text", lambda c, v: c.startswith(v, autoescape=False)),
    "endswith": ("text", lambda c, v: c.endswith(v, autoescape=False)),
    "contains": ("text", lambda c, v: c.contains(v, autoescape=False)),
    "in": ("many", lambda c, v: c == any_(v)),
    "notin": ("many", lambda c, v: c != all_(v)),
    "between": ("pair", lambda c, v: c.between(*v)),
    "is": ("null", lambda c, v: c.is_(None)),
    "isnot": ("null", lambda c, v: c.is_not(None)),
}
#: Spellings of the predecessor's library that published clients send.
ALIASES = {"in_": "in", "notin_": "notin", "is_": "is", "eq_": "eq", "ge_": "ge", "le_": "le"}


@dataclass(frozen=True, slots=True)
class Condition:
    """One node of a filter.

    ``kind`` is ``and``, ``or``, ``not`` (with ``children``), ``related`` (``name`` is a
    relationship, one child), ``compare`` (``name`` against ``operator`` and ``value``)
    or ``columns`` (``name`` against the attribute ``value``). ``null`` tells an ``eq``
    or ``ne`` with null apart, since it is another statement.
    """

    kind: str
    name: str = ""
    operator: str = ""
    value: Value = None
    children: tuple[Condition, ...] = ()

    @property
    def shape(self) -> tuple[Any, ...]:
        """What the statement depends on: everything but the values."""
        fixed: Any = self.value if self.kind == "columns" else self.value is None
        return (self.kind, self.name, self.operator, fixed, tuple(c.shape for c in self.children))

    def values(self) -> Iterator[Value]:
        """Yield the values to bind, in the order in which the statement takes them."""
        if self.kind == "compare" and self.value is not None:
            if self.operator == "between":
                yield from self.value  # type: ignore[misc]  # a pair by construction
            else:
                yield list(self.value) if isinstance(self.value, tuple) else self.value  # type: ignore[misc]
        for child in self.children:
            yield from child.values()


class _Parser:
    def __init__(self, registry: Registry, parameter: str) -> None:
        self.registry, self.parameter, self.count = registry, parameter, 0

    def refuse(self, sentence: str) -> BadRequest:
        return BadRequest(sentence, parameter=self.parameter)

    def nodes(self, raw: Any, resource: ResourceType, depth: int) -> tuple[Condition, ...]:
        if not isinstance(raw, list):
            raise self.refuse("A filter is a JSON array of objects with name, op and val.")
        return tuple(self.node(item, resource, depth) for item in raw)

    def node(self, raw: Any, resource: ResourceType, depth: int) -> Condition:
        if depth > MAX_DEPTH:
            raise self.refuse(f"A filter nests at most {MAX_DEPTH} levels deep.")
        if not isinstance(raw, dict):
            raise self.refuse("Each filter is an object with name, op and val.")
        self.count += 1
        if self.count > MAX_CONDITIONS:
            raise self.refuse(f"A filter has at most {MAX_CONDITIONS} conditions.")
        for kind in ("and", "or"):
            if kind in raw and len(raw) == 1:
                return Condition(kind, children=self.nodes(raw[kind], resource, depth + 1))
        if "not" in raw and len(raw) == 1:
            return Condition("not", children=(self.node(raw["not"], resource, depth + 1),))
        return self.leaf(raw, resource, depth)

    def leaf(self, raw: dict[str, Any], resource: ResourceType, depth: int) -> Condition:
        if unknown := raw.keys() - {"name", "op", "val", "field"}:
            raise self.refuse(f"A filter has no member {sorted(unknown)[0]!r}.")
        name, operator = raw.get("name"), raw.get("op", "eq")
        if not isinstance(name, str) or not isinstance(operator, str):
            raise self.refuse("The name and op of a filter are strings.")
        name = underscore(name)
        if "__" in name:
            relationship, _, rest = name.partition("__")
            inner = {**raw, "name": rest}
            return self.related(relationship, resource, inner, depth)
        if operator in ("has", "any"):
            return self.related(name, resource, raw.get("val"), depth, operator)
        operator = ALIASES.get(operator, operator)
        if operator not in OPERATORS:
            raise self.refuse(f"There is no filter operator {operator!r}.")
        field = self.field(resource, name)
        if "field" in raw:
            return self.columns(raw, resource, name, operator)
        return Condition(
            "compare", name, operator, self.value(raw.get("val"), operator, field, name)
        )

    def columns(
        self, raw: dict[str, Any], resource: ResourceType, name: str, operator: str
    ) -> Condition:
        other = raw["field"]
        if "val" in raw or not isinstance(other, str) or OPERATORS[operator][0] != "one":
            raise self.refuse("A filter compares with val or with the name of a field, not both.")
        other = underscore(other)
        here, there = self.field(resource, name), self.field(resource, other)
        if type(here) is not type(there):
            raise self.refuse(f"{name!r} and {other!r} cannot be compared.")
        return Condition("columns", name, operator, other)

    def related(
        self,
        name: str,
        resource: ResourceType,
        inner: Any,
        depth: int,
        operator: str | None = None,
    ) -> Condition:
        relationship = resource.schema.relationships().get(name)
        if relationship is None or relationship.type_ not in self.registry:
            raise self.refuse(f"{resource.type_name} has no relationship {_wire(name)!r}.")
        wanted = ToMany if operator == "any" else ToOne
        if operator and not isinstance(relationship, wanted):
            right = "any" if isinstance(relationship, ToMany) else "has"
            raise self.refuse(f"{_wire(name)!r} is filtered with {right!r}.")
        target = self.registry[relationship.type_]
        return Condition("related", name, children=(self.node(inner, target, depth + 1),))

    def field(self, resource: ResourceType, name: str) -> fields.Field:
        if name == "id":
            return fields.Integer()
        field = resource.schema.attributes().get(name)
        if field is None and name.endswith("_id"):
            relationship = resource.schema.relationships().get(name.removesuffix("_id"))
            if isinstance(relationship, ToOne) and relationship.linked:
                return fields.Integer()
        if field is None or field.load_only or isinstance(field, fields.List | fields.Dict):
            raise self.refuse(
                f"{resource.type_name} has no attribute {_wire(name)!r} to filter by."
            )
        return field

    def value(self, raw: Any, operator: str, field: fields.Field, name: str) -> Value:
        kind = OPERATORS[operator][0]
        if kind == "null":
            if raw not in (None, ""):
                raise self.refuse(f"{operator!r} compares with null only.")
            return None
        if kind in ("many", "pair"):
            return self.several(raw, operator, field, name)
        if kind in ("pattern", "text"):
            return self.pattern(raw, operator, field)
        if raw is None:
            if operator not in ("eq", "ne"):
                raise self.refuse(f"{operator!r} does not compare with null.")
            return None
        value: Value = self.scalar(raw, field, name)
        return value

    def pattern(self, raw: Any, operator: str, field: fields.Field) -> str:
        """Return the pattern of a LIKE; only ``like`` and its kin know wildcards."""
        if not isinstance(raw, str) or not isinstance(field, fields.String):
            raise self.refuse(f"{operator!r} compares text with a string.")
        self.text(raw)
        if OPERATORS[operator][0] == "text":
            return _WILDCARD.sub(r"\\\1", raw)
        if _HALF_ESCAPE.search(raw):
            raise self.refuse("A pattern ends with a backslash that escapes nothing.")
        return raw

    def several(self, raw: Any, operator: str, field: fields.Field, name: str) -> Value:
        """Return the values of an operator that takes an array."""
        is_pair = OPERATORS[operator][0] == "pair"
        if not isinstance(raw, list) or (is_pair and len(raw) != 2):
            raise self.refuse(f"{operator!r} takes an array{' of two' * is_pair}.")
        if len(raw) > MAX_VALUES:
            raise self.refuse(f"{operator!r} takes at most {MAX_VALUES} values.")
        return tuple(self.scalar(item, field, name) for item in raw)

    def scalar(self, raw: Any, field: fields.Field, name: str) -> Any:
        """Return a value as the attribute's own type; a list or an object is never one."""
        if isinstance(raw, str):
            self.text(raw)
        if isinstance(raw, list | dict) or raw is None:
            raise self.refuse(f"{_wire(name)!r} compares with a single value.")
        if isinstance(field, fields.String):
            if isinstance(raw, bool | int | float):
                raw = str(raw)
            return raw
        if isinstance(field, fields.Integer) and isinstance(raw, str) and _WHOLE.fullmatch(raw):
            raw = int(raw)  # a body's whole number is one, a parameter's can only be text
        try:
            value = field.deserialize(raw)
        except ValidationError as ex:
            raise self.refuse(f"{_wire(name)!r} does not compare with {str(raw)[:100]!r}.") from ex
        if isinstance(value, float) and not math.isfinite(value):
            raise self.refuse(f"{_wire(name)!r} compares with finite numbers.")
        if isinstance(value, int) and not -(2**63) <= value < 2**63:
            raise self.refuse(f"{_wire(name)!r} compares with numbers of at most 64 bits.")
        return value

    def text(self, raw: str) -> str:
        if len(raw) > MAX_TEXT or _FORBIDDEN.search(raw):
            raise self.refuse(
                f"A filter's text has at most {MAX_TEXT} characters, neither NUL nor half of a "
                "surrogate pair."
            )
        return raw


def _wire(name: str) -> str:
    return name.replace("_", "-")


def parse_filters(
    raw: Any, resource: ResourceType, registry: Registry, *, parameter: str = "filter"
) -> tuple[Condition, ...]:
    """Return the conditions of a ``filter`` parameter: JSON text, or the array itself."""
    parser = _Parser(registry, parameter)
    if isinstance(raw, str):
        try:
            raw = json.loads(raw) if raw.strip() else []
        except (ValueError, RecursionError) as ex:
            raise parser.refuse("The filter is not a JSON array.") from ex
    try:
        return parser.nodes(raw, resource, 1)
    except RecursionError as ex:  # pragma: no cover - the depth limit comes first
        raise parser.refuse("The filter nests too deep.") from ex
