"""Strategies of hostile input: near enough to what is right to get past the first check."""

from __future__ import annotations

import json
import string
from typing import Any
from urllib.parse import urlencode

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from openevent.jsonapi.filters import ALIASES, OPERATORS
from openevent.jsonapi.query import STRAY_PARAMETERS
from openevent.jsonapi.resource import ResourceType
from openevent.jsonapi.schema import dasherize
from tests.jsonapi.catalogue import IDS, LINKS, REGISTRY, TYPES, Link, readable
from tests.jsonapi.samples import creation

ODD_IDS = (
    "0", "-1", "+1", "01", "1.0", "1e1", " 1", "1 ", "9" * 18, "9223372036854775807", "9" * 30,
    "9223372036854775808", "9" * 3000, "\x00", "1\x00", "\u0661", "\uff11", "\u00b2", "1_0", "0x1",
    "null", "None", "true", "nan", "..", ".", "%2e", "'", "1'--", '"', "1;select", "{id}", "{{",
    "%", "%%", "\\", "\n", "\r\nX: y", "\ud7ff", "\U0001f600", "\u202e", "a" * 64, "a" * 65,
    "relationships", "*",
)  # fmt: skip
NASTY = (
    "\x00", "a\x00b", "\ud800", "\udfff!", "\ufffe", "\u202e", "%", "%%%", "_", "\\", "%\\", "'",
    '"', "'; DROP TABLE events; --", "{0}", "%s", "%(key)s", "${x}", "[", "]", "{", "}", ",", ",,",
    ".", "..", "a.b.c.d.e.f", "-", "--", "*", "null", "true", "NaN", "Infinity", "-0", "1e999",
    "2030-01-01", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2030-02-30T00:00:00Z",
    "2030-01-01T24:00:00Z", "10000-01-01T00:00:00Z", "2030-01-01T00:00:00+99:99", "x" * 3000,
    "9" * 400,
)  # fmt: skip
GOOD = (
    "1", "a", "published", "Europe/Berlin", "2030-01-01T00:00:00Z", "2031-12-31T23:59:59.999+05:30",
    "https://example.org/", "x@example.org", "EUR", "#abc", "true", "<p>Text</p>",
)  # fmt: skip
NAMES = sorted(
    {
        *(dasherize(n) for r in TYPES for n in (*r.schema.attributes(), *r.schema.relationships())),
        *("id", "version", "nothing", "__class__", "metadata", "event_id", "user-id", "", "-"),
    }
)

odd_texts = st.one_of(st.sampled_from(NASTY), st.text(max_size=12), st.text(string.digits))
good_texts = st.sampled_from(GOOD) | st.text(st.characters(codec="utf-8"), max_size=8)
texts = good_texts | odd_texts | st.sampled_from(NAMES)
numbers = st.one_of(
    st.integers(),
    st.sampled_from([0, 1, 2**31, 2**63 - 1, 2**63, -(2**63), 10**30]),
    st.floats(allow_nan=False),
)
scalars = st.one_of(texts, texts, numbers, st.booleans(), st.none())
values = st.one_of(
    scalars,
    scalars,
    st.recursive(
        scalars,
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
        max_leaves=6,
    ),
)


def links_of(resource: ResourceType) -> list[Link]:
    """Return the relationships of a type."""
    return [link for link in LINKS if link.owner is resource]


@st.composite
def conditions(draw: st.DrawFn, type_name: str, depth: int = 2) -> Any:
    """Draw a filter of a type: right names mostly, any operator, values of any kind."""
    resource = REGISTRY[type_name]
    kinds = ["fits", "fits", "any", "field", "and", "or", "not", "related", "related"]
    kind = draw(st.sampled_from(kinds if depth else kinds[:4]))
    if kind in ("and", "or"):
        return {kind: draw(st.lists(conditions(type_name, depth - 1), max_size=3))}
    if kind == "not":
        return {kind: draw(conditions(type_name, depth - 1))}
    links = links_of(resource)
    if kind == "related" and links:
        link = draw(st.sampled_from(links))
        right = "any" if link.field.many else "has"
        operator = draw(st.sampled_from([right, right, right, "has", "any"]))
        inner = draw(conditions(link.target.type_name, depth - 1))
        return {"name": link.wire, "op": operator, "val": inner}
    names = st.sampled_from(["id", *readable(resource)])
    name = draw(st.one_of(names, names, names, st.sampled_from(NAMES)))
    if kind == "field":
        operator = draw(st.sampled_from(["eq", "ne", "lt", "ge", "like", "is"]))
        return {"name": name, "op": operator, "field": draw(names)}
    if kind == "any":
        operator = draw(st.sampled_from([*OPERATORS, *ALIASES, "has", "any", "desc"]))
        return {"name": name, "op": operator, "val": draw(values)}
    operator = draw(st.sampled_from(sorted(OPERATORS)))
    return {"name": name, "op": operator, "val": draw(_fitting(operator))}


def _fitting(operator: str) -> SearchStrategy[Any]:
    return {
        "many": st.lists(scalars, max_size=3),
        "pair": st.lists(scalars, min_size=2, max_size=2),
        "null": st.none(),
        "pattern": texts,
        "text": texts,
    }.get(OPERATORS[operator][0], scalars)


def filters(resource: ResourceType) -> SearchStrategy[str]:
    """Return the text of filter parameters of a type's lists."""
    return st.lists(conditions(resource.type_name), min_size=1, max_size=2).map(json.dumps)


def queries(resource: ResourceType) -> SearchStrategy[str]:
    """Return query strings of one of a type's routes."""
    attributes = st.sampled_from([*readable(resource), "id"])
    relationships = [link.wire for link in links_of(resource)]
    steps = st.sampled_from([*relationships, *relationships, *NAMES])
    included = st.lists(st.lists(steps, min_size=1, max_size=2).map(".".join), max_size=3)
    signs = st.sampled_from(["", "-"])
    keys = st.tuples(signs, attributes | st.sampled_from(NAMES)).map("".join)
    types = st.sampled_from([resource.type_name, *REGISTRY.by_name, "nothing"])
    parameters = st.one_of(
        st.tuples(st.just("include"), included.map(",".join) | odd_texts),
        st.tuples(st.just("sort"), st.lists(keys, max_size=4).map(",".join) | odd_texts),
        st.tuples(st.just("filter"), filters(resource) | odd_texts),
        st.tuples(attributes.map("filter[{}]".format), texts),
        st.tuples(
            types.map("fields[{}]".format), st.lists(attributes, max_size=4).map(",".join) | texts
        ),
        st.tuples(st.sampled_from(["page[size]", "page[number]"]), st.integers(0, 10**11).map(str)),
        st.tuples(st.sampled_from([*STRAY_PARAMETERS, "get_trashed"]), texts),
        st.tuples(texts, texts),
    )
    return st.lists(parameters, max_size=3, unique_by=lambda pair: pair[0]).map(
        lambda pairs: urlencode(pairs, errors="surrogatepass")
    )


def identifiers(type_name: str) -> SearchStrategy[Any]:
    """Return resource identifiers of a type: real ones mostly."""
    ids = st.sampled_from([str(id_) for id_ in IDS[type_name]])
    real = st.fixed_dictionaries({"type": st.just(type_name), "id": ids})
    odd = st.fixed_dictionaries({"type": st.just(type_name), "id": st.sampled_from(ODD_IDS)})
    return st.one_of(real, real, odd, st.fixed_dictionaries({"type": texts, "id": values}), values)


def linkages(type_name: str, name: str) -> SearchStrategy[Any]:
    """Return documents for one relationship, of one member and of many."""
    one = identifiers(REGISTRY[type_name].schema.relationships()[name].type_)
    return st.fixed_dictionaries({"data": st.one_of(one, st.none(), st.lists(one, max_size=3))})


@st.composite
def documents(draw: st.DrawFn, type_name: str, id_: str | None) -> Any:
    """Draw a document of a type: a right one with a member or two that may be wrong."""
    resource = REGISTRY[type_name]
    if draw(st.integers(0, 7)) == 5:
        return draw(values | st.fixed_dictionaries({"data": values}))
    data = creation(resource)["data"] if id_ is None else {"type": type_name, "id": id_}
    fields = resource.schema.attributes()
    writable = [dasherize(name) for name, field in fields.items() if not field.dump_only]
    names = st.sampled_from([*writable, *writable, *writable, *NAMES])
    attributes = draw(st.dictionaries(names, values, max_size=2))
    data["attributes"] = {**data.get("attributes", {}), **attributes}
    links = links_of(resource)
    if links and draw(st.integers(0, 3)) == 2:
        link = draw(st.sampled_from(links))
        related = draw(linkages(link.owner.type_name, link.name) | values)
        data["relationships"] = {**data.get("relationships", {}), link.wire: related}
    if draw(st.integers(0, 15)) == 11:
        data[draw(st.sampled_from(["type", "id", "attributes", "relationships"]))] = draw(values)
    return {"data": data}
