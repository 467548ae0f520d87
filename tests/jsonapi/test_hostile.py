"""Hostile input, generated and collected: never a 5xx, always a proper document.

Each generated request goes to any route with any method, as anybody. The number of
examples is fixed, and so is their choice but for `--hypothesis-profile=explore`.
"""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

import pytest
from falcon.testing import Result
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from marshmallow.fields import Integer

from openevent.app import WebApp
from openevent.areas.identity.world import PRINCIPALS
from openevent.http.routes import operations_of
from openevent.jsonapi.endpoints import MEDIA_TYPE
from openevent.jsonapi.schema import underscore
from tests.areas.documents import filtered
from tests.conftest import Client
from tests.jsonapi.catalogue import IDS, LINKS, LISTINGS, TYPES, Link, comparable
from tests.jsonapi.hostile import ODD_IDS, documents, filters, linkages, queries, values

JSON = "application/json"
PEOPLE = st.sampled_from([None, *PRINCIPALS])
WRITERS = st.sampled_from(["super-admin", "super-admin", "organizer", "registered"])
CONTENT_TYPES = st.integers(0, 19).map(lambda n: {17: JSON, 18: ""}.get(n, MEDIA_TYPE))
#: Every list that can be read, with the type of what it lists.
LISTS = (
    *LISTINGS,
    *(
        (link.related(IDS[link.owner.type_name][0]), link.target)
        for link in LINKS
        if link.field.many
    ),
)

FIXED = {
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
    return [path for path in operations_of(app) if path.startswith(("/v1", "/auth"))]


@pytest.fixture
def still_answers(client: Client) -> Any:
    """Asserts afterwards that the server is as it was."""
    yield
    answer = client.get("/v1/events/2?include=faqs")
    assert answer.status_code == 200
    assert answer.json["data"]["id"] == "2"


@pytest.mark.usefixtures("still_answers")
def test_generated_queries_are_answered_or_refused(client: Client) -> None:
    @settings(max_examples=200, **FIXED)
    @given(st.data(), PEOPLE)
    def run(data: st.DataObject, who: str | None) -> None:
        resource = data.draw(st.sampled_from(TYPES))
        paths = [path for path, type_ in LISTS if type_ is resource]
        paths += [f"{resource.path}/{id_}" for id_ in IDS[resource.type_name][:2]]
        path, query = data.draw(st.sampled_from(paths)), data.draw(queries(resource))
        check(client.get(f"{path}?{query}", as_=who))

    run()


@pytest.mark.usefixtures("still_answers")
def test_generated_filters_of_lists_are_answered_or_refused(client: Client) -> None:
    @settings(max_examples=250, **FIXED)
    @given(st.data(), st.sampled_from(LISTS))
    def run(data: st.DataObject, listing: Any) -> None:
        path, resource = listing
        text = data.draw(filters(resource))
        sparse = f"page[size]=1&fields[{resource.type_name}]="
        answer = client.get(f"{path}?{sparse}&filter={quote(text)}", as_="super-admin")
        check(answer)
        assert answer.status_code in (200, 400), "known to be wrong before the database is asked"

    run()


@pytest.mark.usefixtures("still_answers")
def test_generated_documents_are_taken_or_refused(client: Client) -> None:
    created = [resource for resource in TYPES if resource.create]
    changed = [resource for resource in TYPES if resource.update]

    @settings(max_examples=350, **FIXED)
    @given(st.data(), st.booleans(), CONTENT_TYPES, WRITERS)
    def run(data: st.DataObject, is_new: bool, content_type: str, who: str) -> None:
        resource = data.draw(st.sampled_from(created if is_new else changed))
        id_ = None if is_new else str(data.draw(st.sampled_from(IDS[resource.type_name])))
        path = resource.path if id_ is None else f"{resource.path}/{id_}"
        body = json.dumps(data.draw(documents(resource.type_name, id_)))
        sent = {"Content-Type": content_type}
        check(client.request("POST" if is_new else "PATCH", path, body, as_=who, headers=sent))

    run()


@pytest.mark.usefixtures("still_answers")
def test_generated_linkage_is_taken_or_refused(client: Client) -> None:
    writable = [link for link in LINKS if link.field.writable]

    @settings(max_examples=200, **FIXED)
    @given(st.data(), st.sampled_from(writable), st.sampled_from(["POST", "PATCH", "DELETE"]))
    def run(data: st.DataObject, link: Link, method: str) -> None:
        id_ = data.draw(st.sampled_from(IDS[link.owner.type_name]))
        body = json.dumps(data.draw(linkages(link.owner.type_name, link.name)))
        check(client.request(method, link.linkage(id_), body, as_="super-admin"))

    run()


@pytest.mark.usefixtures("still_answers")
def test_generated_bytes_are_refused(client: Client) -> None:
    @settings(max_examples=60, **FIXED)
    @given(st.binary(max_size=30) | values.map(json.dumps))
    def run(body: Any) -> None:
        answer = client.post("/v1/faqs", body, as_="organizer")
        check(answer)
        assert answer.status_code in (400, 422)

    run()


@pytest.mark.usefixtures("still_answers")
def test_generated_calls_of_rpc_routes_are_answered_or_refused(client: Client, app: WebApp) -> None:
    people = st.sampled_from([None, "registered"])
    members = ("email", "username", "password", "token", "data", "remember-me", "old-password")

    @settings(max_examples=150, **FIXED)
    @given(
        st.sampled_from([p for p in routes(app) if "/auth" in p or "email" in p.lower()]),
        st.sampled_from(["POST", "PATCH", "GET"]),
        st.dictionaries(st.sampled_from(members), values, max_size=4).map(json.dumps)
        | values.map(json.dumps)
        | st.binary(max_size=12),
        people,
    )
    def run(path: str, method: str, body: Any, who: str | None) -> None:
        check(client.rpc(path, body, method=method, as_=who))

    run()


@pytest.mark.usefixtures("still_answers")
@pytest.mark.parametrize("method", ["GET", "PATCH", "DELETE"])
def test_odd_ids_are_404_wherever_an_id_stands(client: Client, app: WebApp, method: str) -> None:
    paths = [path for path in routes(app) if "{id}" in path]
    for position, path in enumerate(paths):
        for id_ in ODD_IDS[position % 12 :: 12]:
            where = path.replace("{id}", quote(id_, safe=""))
            answer = client.request(
                method, where, as_="super-admin", headers={"Content-Type": MEDIA_TYPE}
            )
            check(answer)
            assert answer.status_code >= 400, (method, where)


def test_whole_numbers_are_compared_with_larger_ones_than_their_column_holds(
    client: Client,
) -> None:
    asked: set[str] = set()
    for path, resource in {type_.type_name: (path, type_) for path, type_ in LISTS}.values():
        declared = resource.schema.attributes()
        large = [
            {"name": name, "op": operator, "val": value}
            for name in comparable(resource)
            if isinstance(field := declared[underscore(name)], Integer) and not field.validators
            for operator, value in (("ge", 2**62), ("in", [2**40]))
        ]
        for start in range(0, len(large), 10):
            condition = {"or": large[start : start + 10]}
            answer = client.get(filtered(path, condition), as_="super-admin")
            assert answer.status_code == 200, (path, condition, answer.text)
            asked.add(resource.type_name)
    assert asked >= {"event", "schedule-version"}


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
