"""What a query string asks for: include, fields, sort, filter and page, as one value.

Names arrive dasherised (``starts-at``); the underscored spelling that published clients
send in filters and sorts is understood too. Unknown names are refused with
``source.parameter`` (JSON:API 1.0 § Query Parameters).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from openevent.errors import BadRequest
from openevent.jsonapi.filters import Condition, parse_filters
from openevent.jsonapi.resource import Registry, ResourceType
from openevent.jsonapi.schema import ToOne, underscore

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
    """Return the query that decoded parameters describe; raise :class:`BadRequest`."""
    values: dict[str, Any] = {}
    fields: dict[str, frozenset[str]] = {}
    simple: dict[str, str] = {}
    for name, raw in params.items():
        value = ",".join(raw) if isinstance(raw, list) else raw
        if name == "include":
            values["include"] = _include(value, resource, registry)
        elif name == TRASHED_PARAMETER:
            values["trashed"] = value == "true"
        elif name in STRAY_PARAMETERS:
            continue
        elif (match := _FAMILY.fullmatch(name)) and match[1] == "fields":
            fields[match[2]] = _fields(name, match[2], value, registry)
        elif not is_list and (match or name in ("sort", "filter")):
            # A detail has nothing to page, sort or filter; clients that share one
            # builder of parameters send them all the same.
            continue
        elif name == "sort":
            values["sort"] = _sort(value, resource, registry)
        elif name == "filter":
            if isinstance(raw, list):
                raise BadRequest("Send one filter parameter.", parameter="filter")
            values["filters"] = parse_filters(raw, resource, registry)
        elif match and match[1] == "filter":
            simple[match[2]] = value
        elif match and match[2] == "size":
            size = _number(name, value)
            values["size"] = size or None
        elif match and match[2] == "number":
            values["number"] = max(_number(name, value), 1)
        else:
            raise BadRequest(f"There is no query parameter {name!r} here.", parameter=name)
    for name, value in simple.items():
        node = [{"name": name, "op": "eq", "val": value}]
        values["filters"] = values.get("filters", ()) + parse_filters(
            node, resource, registry, parameter=f"filter[{name}]"
        )
    if fields:
        values["fields"] = tuple(sorted(fields.items()))
    return Query(**values)


def _include(
    value: str, resource: ResourceType, registry: Registry
) -> tuple[tuple[str, ...], ...]:
    paths: dict[tuple[str, ...], None] = {}
    for text in filter(None, (part.strip() for part in value.split(","))):
        steps = tuple(underscore(step) for step in text.split("."))
        if len(steps) > MAX_INCLUDE_DEPTH:
            raise BadRequest(
                f"include reaches at most {MAX_INCLUDE_DEPTH} relationships deep.",
                parameter="include",
            )
        here = resource
        for depth, step in enumerate(steps, start=1):
            relationship = here.schema.relationships().get(step)
            if relationship is None or relationship.type_ not in registry:
                raise BadRequest(
                    f"{here.type_name} has no relationship {step.replace('_', '-')!r} to include.",
                    parameter="include",
                )
            here = registry[relationship.type_]
            paths[steps[:depth]] = None
    if len(paths) > MAX_INCLUDES:
        raise BadRequest(f"include names at most {MAX_INCLUDES} paths.", parameter="include")
    return tuple(paths)


def _fields(parameter: str, type_name: str, value: str, registry: Registry) -> frozenset[str]:
    if type_name not in registry:
        raise BadRequest(f"There is no resource type {type_name!r}.", parameter=parameter)
    schema = registry[type_name].schema
    known = schema.attributes().keys() | schema.relationships().keys() | {"id"}
    names = {underscore(name.strip()) for name in value.split(",") if name.strip()}
    if unknown := names - known:
        raise BadRequest(
            f"{type_name} has no field {sorted(unknown)[0].replace('_', '-')!r}.",
            parameter=parameter,
        )
    return frozenset(names)


def _sort(value: str, resource: ResourceType, registry: Registry) -> tuple[SortKey, ...]:
    keys = []
    for part in filter(None, (part.strip() for part in value.split(","))):
        descending = part.startswith("-")
        path = tuple(underscore(step) for step in part.removeprefix("-").split("."))
        here = resource
        for step in path[:-1]:
            relationship = here.schema.relationships().get(step)
            if not isinstance(relationship, ToOne) or relationship.type_ not in registry:
                raise _unsortable(here, step)
            here = registry[relationship.type_]
        field = here.schema.attributes().get(path[-1])
        if path[-1] != "id" and (field is None or field.load_only):
            raise _unsortable(here, path[-1])
        if len(path) > 2:
            raise BadRequest("sort reaches one relationship deep.", parameter="sort")
        keys.append(SortKey(path, descending))
    if len(keys) > MAX_SORT_KEYS:
        raise BadRequest(f"sort takes at most {MAX_SORT_KEYS} keys.", parameter="sort")
    return tuple(keys)


def _unsortable(resource: ResourceType, name: str) -> BadRequest:
    wire = name.replace("_", "-")
    return BadRequest(f"{resource.type_name} cannot be sorted by {wire!r}.", parameter="sort")


def _number(parameter: str, value: str) -> int:
    if not _NUMBER.fullmatch(value) or int(value) > MAX_PAGE_NUMBER:
        raise BadRequest(f"{parameter} must be a whole number.", parameter=parameter)
    return int(value)
