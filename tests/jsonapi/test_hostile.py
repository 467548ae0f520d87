"""Hostile input, generated and collected: never a 5xx, always a proper document.

Each generated request goes to any route with any method, as anybody. The number of
examples is fixed and so is their choice: a failure comes back on every run.
"""

from __future__ import annotations

import json
import string
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from falcon.inspect import inspect_routes
from falcon.testing import Result
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from openevent.app import WebApp
from openevent.areas.identity.world import PRINCIPALS
from openevent.jsonapi.endpoints import MEDIA_TYPE
from openevent.jsonapi.filters import ALIASES, OPERATORS
from openevent.jsonapi.query import STRAY_PARAMETERS
from openevent.jsonapi.schema import dasherize
from tests.areas.documents import filtered
from tests.conftest import Client
from tests.http.test_methods import METHODS
from tests.jsonapi.catalogue import IDS, LINKS, LISTINGS, REGISTRY, TYPES

JSON = "application/json"
PEOPLE = (None, *PRINCIPALS)
IDS_TRIED = (
    "1", "2", "3", "7", "a5b1c2d3", "c7d3e4f5", "0", "-1", "+1", "01", "1.0", "1e1", " 1", "1 ",
    "9" * 18, "9223372036854775807", "9223372036854775808", "9" * 30, "9" * 3000, "\x00", "1\x00",
    "\u0661", "\uff11", "\u00b2", "1_0", "0x1", "null", "None", "true", "nan", "..", ".", "%2e",
    "'", "1'--", '"', "1;select", "{id}", "{{", "%", "%%", "\\", "\n", "\r\nX: y", "\ud7ff",
    "\U0001f600", "\u202e", "a" * 64, "a" * 65, "upcoming", "relationships", "*",
)  # fmt: skip
NAMES = sorted(
    {
        *(dasherize(n) for r in TYPES for n in (*r.schema.attributes(), *r.schema.relationships())),
        *(n for r in TYPES for n in r.schema.attributes()),
        *("id", "version", "nothing", "__class__", "metadata", "event_id", "user-id", "", "-"),
    }
)
NASTY = (
    "\x00", "a\x00b", "\ud800", "\udfff!", "\ufffe", "\u202e", "%", "%%%", "_", "\\", "%\\", "'",
    '"', "'; DROP TABLE events; --", "{0}", "%s", "%(key)s", "${x}", "[", "]", "{", "}", ",", ",,",
    ".", "..", "a.b.c.d.e.f", "-", "--", "*", "null", "true", "NaN", "Infinity", "-0", "1e999",
    "2030-01-01", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2030-02-30T00:00:00Z",
    "2030-01-01T24:00:00Z", "10000-01-01T00:00:00Z", "2030-01-01T00:00:00+99:99", "x" * 3000,
    "9" * 400,
)  # fmt: skip

texts = st.one_of(
    st.sampled_from(NASTY), st.sampled_from(NAMES), st.text(max_size=12), st.text(string.digits)
)
scalars = st.one_of(
    st.none(), st.booleans(), st.integers(), st.sampled_from([2**31, 2**63 - 1, -(2**63), 10**30]),
    st.floats(allow_nan=False), texts,
)  # fmt: skip
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=6,
)
operators = st.sampled_from([*OPERATORS, *ALIASES, "has", "any", "desc", "op", ""])
conditions = st.recursive(
    st.one_of(
        st.fixed_dictionaries({"name": st.sampled_from(NAMES), "op": operators, "val": values}),
        st.fixed_dictionaries(
            {"name": st.sampled_from(NAMES), "op": operators, "field": st.sampled_from(NAMES)}
        ),
        values,
    ),
    lambda inner: st.one_of(
        st.fixed_dictionaries({"and": st.lists(inner, max_size=3)}),
        st.fixed_dictionaries({"or": st.lists(inner, max_size=3)}),
        st.fixed_dictionaries({"not": inner}),
        st.fixed_dictionaries(
            {"name": st.sampled_from(NAMES), "op": st.sampled_from(["has", "any"]), "val": inner}
        ),
    ),
    max_leaves=6,
)
filters = st.lists(conditions, max_size=3).map(json.dumps)
paths_of_names = st.lists(st.sampled_from(NAMES), max_size=3).map(".".join)
name_lists = st.lists(paths_of_names | texts, max_size=4).map(",".join)
types = st.sampled_from([*REGISTRY.by_name, "nothing", ""])
parameters = st.one_of(
    st.tuples(st.just("include"), name_lists),
    st.tuples(st.just("sort"), st.lists(st.sampled_from(["", "-"]), max_size=3).flatmap(
        lambda signs: st.tuples(*(paths_of_names.map(sign.__add__) for sign in signs)).map(",".join)
    )),
    st.tuples(st.just("filter"), filters | texts),
    st.tuples(st.sampled_from(NAMES).map("filter[{}]".format), texts),
    st.tuples(types.map("fields[{}]".format), name_lists),
    st.tuples(st.sampled_from(["page[size]", "page[number]"]), st.integers().map(str) | texts),
    st.tuples(st.sampled_from([*STRAY_PARAMETERS, "get_trashed"]), texts),
    st.tuples(texts, texts),
)  # fmt: skip
queries = st.lists(parameters, max_size=4).map(
    lambda pairs: urlencode([(k, v) for k, v in pairs], errors="surrogatepass")
)
identifiers = (
    st.fixed_dictionaries({"type": types, "id": st.sampled_from(IDS_TRIED) | scalars}) | values
)
relationship_names = st.sampled_from(sorted({link.wire for link in LINKS}))
documents = st.fixed_dictionaries(
    {
        "data": st.fixed_dictionaries(
            {"type": types},
            optional={
                "id": st.sampled_from(IDS_TRIED) | scalars,
                "attributes": st.dictionaries(st.sampled_from(NAMES), values, max_size=6) | values,
                "relationships": st.dictionaries(
                    relationship_names,
                    st.fixed_dictionaries({"data": identifiers | st.lists(identifiers, max_size=3)})
                    | values,
                    max_size=4,
                )
                | values,
            },
        )
        | st.lists(identifiers, max_size=3)
        | identifiers
    }
)
bodies = st.one_of(documents, documents, values).map(json.dumps) | st.binary(max_size=20)
content_types = st.sampled_from([MEDIA_TYPE] * 6 + [JSON, "", "text/plain", f"{MEDIA_TYPE}; a=b"])

FIXED = {
    "derandomize": True,
    "deadline": None,
    "database": None,
    "suppress_health_check": list(HealthCheck),
}


def check(answer: Result) -> None:
    """Assert that an answer is a document of its route, and no accident."""
    assert answer.status_code < 500, answer.text
    if answer.status_code < 400 or not answer.content:
        return
    media_type = answer.headers["Content-Type"]
    assert media_type in (MEDIA_TYPE, JSON)
    document = answer.json
    assert document["errors"], "at least one error object"
    for error in document["errors"]:
        assert error["status"] == str(answer.status_code)
        assert error["code"]
        assert error["title"]
        assert error["detail"]
        assert isinstance(error["source"], dict)
        assert "Traceback" not in error["detail"]
        assert "psycopg" not in error["detail"]
    if media_type == JSON:
        assert document["error"] == document["errors"][0]["detail"]
    else:
        assert document["jsonapi"] == {"version": "1.0"}


def routes(app: WebApp) -> list[str]:
    """Return the paths of all routes of JSON:API and RPC; health tells of dependencies."""
    found = [route.path for route in inspect_routes(app)]
    return [path for path in found if path.startswith(("/v1", "/auth"))]


@pytest.fixture
def still_answers(client: Client) -> Any:
    """Asserts afterwards that the server is as it was."""
    yield
    answer = client.get("/v1/events/2?include=faqs")
    assert answer.status_code == 200
    assert answer.json["data"]["id"] == "2"


@pytest.mark.usefixtures("still_answers")
def test_generated_queries_are_answered_or_refused(client: Client, app: WebApp) -> None:
    paths = [path for path in routes(app) if not path.startswith(("/auth", "/v1/auth"))]

    @settings(max_examples=350, **FIXED)
    @given(st.sampled_from(paths), st.sampled_from(IDS_TRIED[:8]), queries, st.sampled_from(PEOPLE))
    def run(path: str, id_: str, query: str, who: str | None) -> None:
        check(client.get(f"{path.replace('{id}', id_)}?{query}", as_=who))

    run()


@pytest.mark.usefixtures("still_answers")
def test_generated_filters_and_orders_of_lists_are_answered_or_refused(client: Client) -> None:
    lists = [path for path, _ in LISTINGS] + [link.related(1) for link in LINKS if link.field.many]

    @settings(max_examples=350, **FIXED)
    @given(st.sampled_from(lists), filters, st.sampled_from([None, "organizer", "super-admin"]))
    def run(path: str, text: str, who: str | None) -> None:
        check(client.get(f"{path}?page[size]=1&filter={quote(text)}", as_=who))

    run()


@pytest.mark.usefixtures("still_answers")
def test_generated_documents_are_taken_or_refused(client: Client, app: WebApp) -> None:
    @settings(max_examples=450, **FIXED)
    @given(
        st.sampled_from([path for path in routes(app) if "/auth" not in path]),
        st.sampled_from(["1", "2", "3", "x"]),
        st.sampled_from(["POST", "PATCH", "DELETE"]),
        bodies,
        content_types,
        st.sampled_from(["organizer", "admin", "super-admin", "registered", None]),
    )
    def run(path: str, id_: str, method: str, body: Any, type_: str, who: str | None) -> None:
        sent = {"Content-Type": type_}
        check(client.request(method, path.replace("{id}", id_), body, as_=who, headers=sent))

    run()


@pytest.mark.usefixtures("still_answers")
def test_generated_attributes_of_real_resources_are_taken_or_refused(client: Client) -> None:
    changed = [resource for resource in TYPES if resource.update]

    @settings(max_examples=350, **FIXED)
    @given(st.data(), st.sampled_from(changed), st.sampled_from(["organizer", "super-admin"]))
    def run(data: st.DataObject, resource: Any, who: str) -> None:
        names = [dasherize(n) for n, f in resource.schema.attributes().items() if not f.dump_only]
        attributes = data.draw(
            st.dictionaries(st.sampled_from(names or ["nothing"]), values, min_size=1, max_size=3)
        )
        id_ = str(IDS[resource.type_name][0])
        body = {"data": {"type": resource.type_name, "id": id_, "attributes": attributes}}
        check(client.patch(f"{resource.path}/{id_}", body, as_=who))

    run()


@pytest.mark.usefixtures("still_answers")
def test_generated_calls_of_rpc_routes_are_answered_or_refused(client: Client, app: WebApp) -> None:
    members = ("email", "username", "password", "token", "data", "remember-me", "old-password")

    @settings(max_examples=150, **FIXED)
    @given(
        st.sampled_from([p for p in routes(app) if "/auth" in p or "email" in p.lower()]),
        st.sampled_from(["POST", "PATCH", "GET"]),
        st.dictionaries(st.sampled_from(members), values, max_size=4).map(json.dumps)
        | values.map(json.dumps)
        | st.binary(max_size=12),
        st.sampled_from([None, "registered"]),
    )
    def run(path: str, method: str, body: Any, who: str | None) -> None:
        check(client.rpc(path, body, method=method, as_=who))

    run()


@pytest.mark.usefixtures("still_answers")
@pytest.mark.parametrize("method", METHODS)
def test_odd_ids_are_404_wherever_an_id_stands(client: Client, app: WebApp, method: str) -> None:
    paths = [path for path in routes(app) if "{id}" in path]
    for position, path in enumerate(paths):
        for id_ in IDS_TRIED[6 + position % 3 :: 3]:
            where = path.replace("{id}", quote(id_, safe=""))
            answer = client.request(
                method, where, as_="super-admin", headers={"Content-Type": MEDIA_TYPE}
            )
            check(answer)
            assert answer.status_code >= 400, (method, where)


TRAPS = (
    f"page[number]={10**9}&page[size]=0",
    f"page[number]={2**63}",
    f"page[number]={10**40}",
    f"page[size]={10**40}",
    "page[size]=%D9%A1",
    "filter=" + quote("[" * 20_000),
    "filter=" + quote('[{"not":' * 3000 + "1"),
    "filter=" + quote(json.dumps([{"name": "name", "op": "in", "val": ["x"] * 5000}])),
    "filter=" + quote(json.dumps([{"name": "name", "op": "like", "val": "%a" * 480 + "%"}])),
    "filter=" + quote(json.dumps([{"name": "description", "op": "ilike", "val": "%_" * 490}])),
    "filter=" + quote(json.dumps([{"or": [{"name": "id", "val": n} for n in range(49)]}])),
    "filter=" + quote('[{"name":"name","op":"eq","val":"\\ud800"}]'),
    "filter=" + quote('[{"name":"latitude","op":"eq","val":' + "9" * 5000 + "}]"),
    "filter=%FF%FE",
    "filter[name]=%C3%28",
    "filter[name]=%00",
    "sort=%00",
    "sort=" + ",".join(["name"] * 2000),
    "include=" + ",".join(["faqs"] * 2000),
    "include=" + ".".join(["faqs", "event"] * 1000),
    "fields[event]=" + ",".join(["name"] * 2000),
    "&" * 5000,
    "=" * 5000,
    "a=1&" * 2000,
    "%" * 1000,
    "x" * 8192,
)


@pytest.mark.usefixtures("still_answers")
@pytest.mark.parametrize("query", TRAPS, ids=lambda q: q[:30])
def test_known_traps_in_queries_are_refused_or_harmless(client: Client, query: str) -> None:
    for path in ("/v1/events", "/v1/users/3/events"):
        check(client.get(f"{path}?{query}", as_="admin"))


def test_wide_patterns_and_conditions_stay_cheap(client: Client) -> None:
    """Fifty conditions on related resources, ten levels deep, are no bomb."""
    node: dict[str, Any] = {"name": "name", "op": "ilike", "val": "%a%b%c%d%e%"}
    for _ in range(4):
        node = {"name": "event", "op": "has", "val": node}
        node = {"name": "faqs", "op": "any", "val": node}
    answer = client.get(filtered("/v1/events", node, node, node))
    check(answer)
    assert answer.status_code == 200


@pytest.mark.parametrize(
    "attributes",
    [
        {"starts-at": "0001-01-01T00:00:00+14:00"},
        {"ends-at": "9999-12-31T23:59:59-14:00"},
        {"starts-at": "0001-01-01T00:00:00Z", "ends-at": "0001-01-02T00:00:00Z"},
        {"starts-at": "9999-12-30T00:00:00Z", "ends-at": "9999-12-31T23:59:59Z"},
        {"latitude": 1e308},
        {"latitude": "1e400"},
        {"latitude": 10**18},
        {"name": "x" * 900_000},
        {"description": "<a>" * 200_000},
        {"description": "<" * 900_000},
        {"description": "&" * 60_000},
        {"logo-url": "http://" + "a." * 1000 + "b"},
        {"logo-url": "http://" + "a" * 60_000},
        {"paypal-email": "a@" + "b." * 30_000 + "c"},
        {"document-links": [{"name": "x", "link": "http://x.y"}] * 60},
        {"document-links": [[[[]]]]},
        {"payment-currency": "EUR\n"},
        {"timezone": "../../etc/passwd"},
        {"timezone": {"a": 1}},
        {"state": ["published"]},
        {"online": 2},
        {"online": "perhaps"},
    ],
    ids=lambda a: str(a)[:40],
)
def test_values_out_of_range_are_refused_or_kept_whole(
    client: Client, attributes: dict[str, Any]
) -> None:
    body = {"data": {"type": "event", "id": "1", "attributes": attributes}}
    answer = client.patch("/v1/events/1", body, as_="organizer")
    check(answer)
    assert answer.status_code in (200, 422)
    again = client.get("/v1/events/1", as_="organizer")
    assert again.status_code == 200, "what was stored can be read"


def test_currency_ends_where_it_ends(client: Client) -> None:
    body = {"data": {"type": "event", "id": "1", "attributes": {"payment-currency": "EUR\n"}}}
    assert client.patch("/v1/events/1", body, as_="organizer").status_code == 422
