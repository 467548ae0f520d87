"""What a query string asks for: include, fields, sort, filter and page, as one value.

Names arrive dasherised (``starts-at``); the underscored spelling that published clients
send in filters and sorts is understood too, and in sorts that of their tables (``tagId``).
Unknown names are refused with ``source.parameter`` (JSON:API 1.0 § Query Parameters).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from marshmallow import fields

from openevent.errors import BadRequest
from openevent.jsonapi.filters import Condition, parse_filters
from openevent.jsonapi.resource import Registry, ResourceType
from openevent.jsonapi.schema import ToOne, dasherize, underscore

#: Parameters that published clients send and that change nothing (design: one list, one place).
STRAY_PARAMETERS = frozenset({"cache", "nocache", "public", "upcoming", "per_page", "onsite"})
#: Shows soft-deleted rows, to staff only; from anybody else it changes nothing.
TRASHED_PARAMETER = "get_trashed"

DEFAULT_PAGE_SIZE = 20
MAX_INCLUDE_DEPTH = 4
MAX_INCLUDES = 20
MAX_SORT_KEYS = 5
MAX_PAGE_NUMBER = 10**9

_FAMILY = re.compile(r"(fields|page|filter)\[([^\[\]]*)\]", re.ASCII)
_NUMBER = re.compile(r"0|[1-9][0-9]{0,9}", re.ASCII)


@dataclass(frozen=True, slots=True)
class SortKey:
    """One key of an order: an attribute, or ``relationship`` and its attribute."""

    path: tuple[str, ...]
    descending: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """A parsed query string. Two equal queries ask for the same document.

    ``include`` holds every path with all its prefixes, in order; ``fields`` maps types
    to the names asked for; ``size`` is ``None`` for everything up to the cap.
    """

    include: tuple[tuple[str, ...], ...] = ()
    fields: tuple[tuple[str, frozenset[str]], ...] = ()
    sort: tuple[SortKey, ...] = ()
    filters: tuple[Condition, ...] = ()
    size: int | None = DEFAULT_PAGE_SIZE
    number: int = 1
    trashed: bool = False

    def fields_of(self, type_name: str) -> frozenset[str] | None:
        """Return the names asked for of one type, or ``None`` when all are wanted."""
        return dict(self.fields).get(type_name)


def parse_query(
    params: dict[str, Any], resource: ResourceType, registry: Registry, *, is_list: bool
) -> Query:
    """Return the query that decoded parameters describe; raise :class:`BadRequest`.

    What is no list can be paged, which changes nothing (clients ask so for to-one
    related resources), but neither sorted nor filtered.
    """
    parser = _Parser(resource, registry, is_list=is_list)
    for name, value in params.items():
        parser.take(name, value)
    return parser.query()


class _Parser:
    """Takes one parameter after the other; each family has a method."""

    def __init__(self, resource: ResourceType, registry: Registry, *, is_list: bool) -> None:
        self.resource, self.registry, self.is_list = resource, registry, is_list
        self.values: dict[str, Any] = {}
        self.fields: dict[str, frozenset[str]] = {}
        self.filters: tuple[Condition, ...] = ()

    def query(self) -> Query:
        return Query(**self.values, fields=tuple(sorted(self.fields.items())), filters=self.filters)

    def take(self, name: str, raw: str | list[str]) -> None:
        if name in STRAY_PARAMETERS:
            return
        family = match[1] if (match := _FAMILY.fullmatch(name)) else name
        method = getattr(self, f"take_{family}", None) if family in _FAMILIES else None
        if method is None or (family in ("sort", "filter") and not self.is_list):
            raise BadRequest(f"There is no query parameter {name!r} here.", parameter=name)
        if isinstance(raw, list):
            if family == "filter":
                raise BadRequest("Send one filter parameter.", parameter=name)
            raw = ",".join(raw)
        method(name, match[2] if match else "", raw)

    def take_get_trashed(self, _name: str, _member: str, value: str) -> None:
        self.values["trashed"] = value == "true"

    def take_page(self, name: str, member: str, value: str) -> None:
        if member not in ("size", "number"):
            raise BadRequest(f"There is no query parameter {name!r} here.", parameter=name)
        if not _NUMBER.fullmatch(value) or int(value) > MAX_PAGE_NUMBER:
            raise BadRequest(f"{name} must be a whole number.", parameter=name)
        number = int(value)
        self.values[member] = (number or None) if member == "size" else max(number, 1)

    def take_filter(self, name: str, member: str, value: str) -> None:
        raw: Any = [{"name": member, "op": "eq", "val": value}] if member else value
        self.filters += parse_filters(raw, self.resource, self.registry, parameter=name)

    def take_fields(self, name: str, member: str, value: str) -> None:
        if member not in self.registry:
            raise BadRequest(f"There is no resource type {member!r}.", parameter=name)
        schema = self.registry[member].schema
        readable = {name for name, field in schema.attributes().items() if not field.load_only}
        known = readable | schema.relationships().keys() | {"id"}
        names = {underscore(part.strip()) for part in value.split(",") if part.strip()}
        if unknown := names - known:
            wire = dasherize(sorted(unknown)[0])
            raise BadRequest(f"{member} has no field {wire!r}.", parameter=name)
        self.fields[member] = frozenset(names)

    def take_include(self, name: str, _member: str, value: str) -> None:
        paths: dict[tuple[str, ...], None] = {}
        for text in filter(None, (part.strip() for part in value.split(","))):
            steps = tuple(underscore(step) for step in text.split("."))
            if len(steps) > MAX_INCLUDE_DEPTH:
                raise BadRequest(
                    f"include reaches at most {MAX_INCLUDE_DEPTH} relationships deep.",
                    parameter=name,
                )
            here = self.resource
            for depth, step in enumerate(steps, start=1):
                relationship = here.schema.relationships().get(step)
                if relationship is None or relationship.type_ not in self.registry:
                    raise BadRequest(
                        f"{here.type_name} has no relationship {dasherize(step)!r} to include.",
                        parameter=name,
                    )
                here = self.registry[relationship.type_]
                paths[steps[:depth]] = None
        if len(paths) > MAX_INCLUDES:
            raise BadRequest(f"include names at most {MAX_INCLUDES} paths.", parameter=name)
        self.values["include"] = tuple(paths)

    def take_sort(self, name: str, _member: str, value: str) -> None:
        keys = []
        for part in filter(None, (part.strip() for part in value.split(","))):
            path = tuple(_attribute(step) for step in part.removeprefix("-").split("."))
            if len(path) > 2:
                raise BadRequest("sort reaches one relationship deep.", parameter=name)
            here = self.resource
            for step in path[:-1]:
                relationship = here.schema.relationships().get(step)
                if not isinstance(relationship, ToOne) or relationship.type_ not in self.registry:
                    raise _unsortable(here, step)
                here = self.registry[relationship.type_]
            if not _is_sortable(here, path[-1]):
                raise _unsortable(here, path[-1])
            keys.append(SortKey(path, part.startswith("-")))
        if len(keys) > MAX_SORT_KEYS:
            raise BadRequest(f"sort takes at most {MAX_SORT_KEYS} keys.", parameter=name)
        self.values["sort"] = tuple(keys)


#: Where a word begins in the middle of a name.
_HUMP = re.compile(r"(?<=[a-z0-9])[A-Z]")
_FAMILIES = frozenset({"include", "fields", "sort", "filter", "page", TRASHED_PARAMETER})


def _attribute(name: str) -> str:
    """Return the Python spelling of a name; published tables sort by theirs, ``tagId``, too."""
    return underscore(_HUMP.sub(lambda hump: f"_{hump[0].lower()}", name))


def _is_sortable(resource: ResourceType, name: str) -> bool:
    field = resource.schema.attributes().get(name)
    structured = isinstance(field, fields.List | fields.Dict | fields.Nested)
    return name == "id" or (field is not None and not field.load_only and not structured)


def _unsortable(resource: ResourceType, name: str) -> BadRequest:
    wire = dasherize(name)
    return BadRequest(f"{resource.type_name} cannot be sorted by {wire!r}.", parameter="sort")
