"""What a principal may not see cannot be found out either, by any parameter of any route.

A secret is guessed right and guessed wrong: whoever may not read it gets one and the same
answer. The area's own tests say who may see what; these say that nothing leaks.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from itertools import product
from typing import Any
from urllib.parse import quote

import pytest

from openevent.jsonapi.filters import OPERATORS
from openevent.jsonapi.resource import ResourceType
from tests.areas.documents import filtered, ids
from tests.conftest import Client
from tests.jsonapi.catalogue import IDS, LINKS, LISTINGS, REGISTRY, TYPES, private, resources

#: Strangers to event 1 and to the draft, one of them with a log-in and one with an event.
STRANGERS = (None, "registered", "other-owner")
#: What belongs to the draft event 3, and the mails that staff alone reads.
HIDDEN = {("event", "3"), ("faq", "7"), ("faq-type", "5"), ("event", "4"), ("faq", "6")}
BANK = "IBAN DE02 1203 0000 0000 2020 51"


def _reads(resource: ResourceType) -> Iterator[str]:
    for id_ in IDS[resource.type_name]:
        yield f"{resource.path}/{id_}"


def _all_reads() -> list[str]:
    paths = [path for path, _ in LISTINGS]
    for resource in TYPES:
        paths += _reads(resource)
    for link in LINKS:
        owner = link.owner.type_name
        hidden = (int(id_) for type_, id_ in HIDDEN if type_ == owner)
        for id_ in dict.fromkeys((*IDS[owner][:2], *hidden)):
            paths += [link.related(id_), link.linkage(id_)]
    return paths


def test_no_route_shows_strangers_a_draft_or_what_belongs_to_it(client: Client) -> None:
    answered: Counter[str | None] = Counter()
    for path, name in product(_all_reads(), STRANGERS):
        answer = client.get(path, as_=name)
        if answer.status_code == 200:
            answered[name] += 1
            shown = {(item["type"], item["id"]) for item in resources(answer.json)}
            assert not shown & HIDDEN, path
            assert "Summit of Next Year" not in answer.text
        else:
            assert answer.status_code in (401, 403, 404), path
    assert all(answered[name] > 50 for name in STRANGERS)


@pytest.mark.parametrize("name", STRANGERS[:2])
@pytest.mark.parametrize("resource", TYPES, ids=lambda r: r.type_name)
def test_includes_do_not_show_what_their_own_routes_hide(
    client: Client, resource: ResourceType, name: str | None
) -> None:
    links = [link for link in LINKS if link.owner is resource]
    deeper = [
        f"{link.wire}.{other.wire}"
        for link in links[:2]
        for other in LINKS
        if other.owner is link.target
    ][:3]
    include = ",".join([*deeper, *(link.wire for link in links)][:19])
    seen: set[str] = set()
    for path in _reads(resource):
        answer = client.get(f"{path}?include={include}", as_=name)
        if answer.status_code == 200:
            for item in answer.json.get("included", []):
                assert (item["type"], item["id"]) not in HIDDEN
                seen.add(item["links"]["self"])
    for path in seen:
        alone = client.get(path, as_=name)
        assert alone.status_code == 200, "included, so it has a page of its own"


@pytest.mark.parametrize("name", STRANGERS)
@pytest.mark.parametrize("path", ["/v1/events/1", "/v1/events/2", "/v1/users/3", "/v1/users/11"])
def test_private_attributes_are_nowhere_in_a_strangers_document(
    client: Client, path: str, name: str | None
) -> None:
    if (name, path) in (("other-owner", "/v1/events/2"), ("other-owner", "/v1/users/11")):
        return
    include = "include=owner,organizers" if "events" in path else "include=events,owner-events"
    answer = client.get(f"{path}?{include}", as_=name)
    assert answer.status_code == 200
    for item in resources(answer.json):
        own = name == "other-owner" and item["links"]["self"] in ("/v1/events/2", "/v1/users/11")
        if not own:
            hidden = private(REGISTRY[item["type"]])
            assert not hidden.keys() & item.get("attributes", {}).keys(), item["type"]
    assert BANK not in answer.text


def test_asking_for_a_private_attribute_by_name_does_not_bring_it(client: Client) -> None:
    for name in STRANGERS:
        answer = client.get("/v1/events/1?fields[event]=name,bank-details", as_=name)
        assert answer.json["data"]["attributes"] == {"name": "Open Tech Summit"}
        only = client.get("/v1/events/1?fields[event]=bank-details", as_=name)
        assert only.json["data"].get("attributes", {}) == {}
    team = client.get("/v1/events/1?fields[event]=bank-details", as_="coorganizer")
    assert team.json["data"]["attributes"] == {"bank-details": BANK}


def test_list_shows_private_attributes_row_by_row(client: Client) -> None:
    """One statement serves all of an audience: the principal's own rows must not open others."""
    rows = client.get("/v1/events?sort=id", as_="organizer").json["data"]
    assert [("bank-details" in row["attributes"]) for row in rows] == [True, False]
    rows = client.get("/v1/events?sort=id", as_="other-owner").json["data"]
    assert [("bank-details" in row["attributes"]) for row in rows] == [False, True]
    rows = client.get("/v1/events?sort=id", as_="registered").json["data"]
    assert [("bank-details" in row["attributes"]) for row in rows] == [False, False]


def _guesses(attribute: str, secret: Any) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Yield conditions that guess a secret right and wrong, alike in shape."""
    text = str(secret)
    for operator, right, wrong in (
        ("eq", secret, "wrong"),
        ("ne", secret, "wrong"),
        ("lt", text + "z", "!"),
        ("ge", text, text + "z"),
        ("like", f"{text[:3]}%", "wrong%"),
        ("ilike", f"%{text[-3:]}", "%wrong"),
        ("notlike", f"{text[:3]}%", "wrong%"),
        ("startswith", text[:2], "wrong"),
        ("in", [text], ["wrong"]),
        ("notin", [text], ["wrong"]),
        ("between", ["", text], ["", "!"]),
    ):
        assert operator in OPERATORS
        yield (
            {"name": attribute, "op": operator, "val": right},
            {"name": attribute, "op": operator, "val": wrong},
        )


def _wrapped(condition: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield condition
    yield {"not": condition}
    yield {"not": {"not": condition}}
    yield {"or": [condition, {"name": "id", "op": "eq", "val": 0}]}
    yield {"and": [{"not": {"or": [condition]}}]}
    yield {"or": [{"not": condition}, condition]}


def _told(client: Client, path: str, name: str | None) -> tuple[int, Any]:
    answer = client.get(path, as_=name)
    if answer.status_code != 200:
        return answer.status_code, answer.json["errors"][0]["source"]
    return 200, (ids(answer), answer.json["meta"])


@pytest.mark.parametrize("name", STRANGERS[:2])
def test_filters_tell_nothing_about_private_attributes(client: Client, name: str | None) -> None:
    for right, wrong in _guesses("bank-details", BANK):
        for good, bad in zip(_wrapped(right), _wrapped(wrong), strict=True):
            paths = (f"{filtered('/v1/events', x)}&fields[event]=" for x in (good, bad))
            told = [_told(client, path, name) for path in paths]
            assert told[0] == told[1], good
            assert name is not None or told[0][0] == 400


@pytest.mark.parametrize("name", STRANGERS[:2])
def test_filters_tell_nothing_about_private_attributes_of_related_resources(
    client: Client, name: str | None
) -> None:
    """The owner's profile is public, the address is not; the draft's question is hidden."""
    for relationship, operator, right, wrong in (
        ("owner", "has", ("email", "owner@example.org"), ("email", "x@example.org")),
        ("owner", "has", ("email", "owner%"), ("email", "x%")),
        ("roles", "any", ("user-id", 3), ("user-id", 99)),
        ("organizers", "any", ("id", 4), ("id", 99)),
        ("changes", "any", ("id", 1), ("id", 99)),
    ):  # fmt: skip
        op = "like" if isinstance(right[1], str) and "%" in right[1] else "eq"
        inner = [{"name": key, "op": op, "val": value} for key, value in (right, wrong)]
        nodes = [{"name": relationship, "op": operator, "val": node} for node in inner]
        for good, bad in zip(_wrapped(nodes[0]), _wrapped(nodes[1]), strict=True):
            paths = (f"{filtered('/v1/events', x)}&fields[event]=" for x in (good, bad))
            told = [_told(client, path, name) for path in paths]
            assert told[0] == told[1], good


@pytest.mark.parametrize("name", STRANGERS)
def test_filters_tell_nothing_about_what_belongs_to_a_draft(
    client: Client, name: str | None
) -> None:
    """Event types are public and so is the owner: their events and FAQs may be drafts."""
    for path, chain in (
        ("/v1/event-types", ("events",)),
        ("/v1/event-types", ("events", "faqs")),
        ("/v1/event-topics", ("events",)),
        ("/v1/event-topics", ("events", "faq-types")),
    ):
        leaf_of = {"events": 3, "faqs": 7, "faq-types": 5}[chain[-1]]
        nodes = []
        for id_ in (leaf_of, 999):
            node: dict[str, Any] = {"name": "id", "op": "eq", "val": id_}
            for relationship in reversed(chain):
                node = {"name": relationship, "op": "any", "val": node}
            nodes.append(node)
        for good, bad in zip(_wrapped(nodes[0]), _wrapped(nodes[1]), strict=True):
            told = [_told(client, filtered(path, x), name) for x in (good, bad)]
            assert told[0] == told[1], good


@pytest.mark.parametrize("attribute", sorted(private(REGISTRY["event"])))
def test_comparison_with_a_private_column_tells_nothing(client: Client, attribute: str) -> None:
    for here, there in (("name", attribute), (attribute, "name")):
        condition = {"name": here, "op": "ne", "field": there}
        for node in _wrapped(condition):
            told = _told(client, filtered("/v1/events", node), None)
            assert told == (400, {"parameter": "filter"})
    condition = {"name": attribute, "op": "eq", "field": attribute}
    status, found = _told(client, filtered("/v1/events", {"not": condition}), "registered")
    assert status in (200, 400)
    assert status == 400 or found == ([], {"count": 0})


@pytest.mark.parametrize("attribute", ["email", "contact", "is-admin", "billing-city"])
def test_order_by_a_private_attribute_is_no_order(client: Client, attribute: str) -> None:
    """Strangers cannot sort by it; who logs in finds the rows of others unsorted."""
    for sign in ("", "-"):
        answer = client.get(f"/v1/events?sort={sign}owner.{attribute}")
        assert (answer.status_code, answer.json["errors"][0]["source"]) == (
            400,
            {"parameter": "sort"},
        )
        answer = client.get(f"/v1/events?sort={sign}owner.{attribute}", as_="registered")
        assert ids(answer) == ["1", "2"], "as if all were equal"


def test_order_by_the_private_attribute_of_events_is_no_order_for_others(client: Client) -> None:
    for sign in ("", "-"):
        assert client.get(f"/v1/events?sort={sign}bank-details").status_code == 400
        answer = client.get(f"/v1/events?sort={sign}bank-details", as_="registered")
        assert ids(answer) == ["1", "2"]
    own_last = client.get("/v1/events?sort=bank-details", as_="organizer")
    own_first = client.get("/v1/events?sort=bank-details&page[size]=1", as_="organizer")
    assert (ids(own_last), ids(own_first)) == (["1", "2"], ["1"])


@pytest.mark.parametrize(
    "name", ["password", "password-hash", "token-generation", "refresh-hash", "version", "name-key"]
)
def test_columns_that_are_no_attributes_do_not_exist(client: Client, name: str) -> None:
    condition = quote(json.dumps([{"name": name, "op": "like", "val": "%"}]))
    for path, type_ in (
        ("/v1/users", "user"),
        ("/v1/events", "event"),
        ("/v1/events/1/faq-types", "faq-type"),
    ):
        for query in (f"filter={condition}", f"filter[{name}]=x", f"sort={name}"):
            answer = client.get(f"{path}?{query}", as_="super-admin")
            assert answer.status_code == 400, (path, query)
        answer = client.get(f"{path}?fields[{type_}]={name}", as_="super-admin")
        assert answer.status_code == 400


def test_secrets_are_in_no_document(client: Client) -> None:
    for path in _all_reads():
        answer = client.get(path, as_="super-admin")
        for secret in ("argon2", "password-hash", "password_hash", "demo-verify-email-token"):
            assert secret not in answer.text, path


def test_hidden_and_missing_are_told_alike(client: Client) -> None:
    for resource, hidden in (("faqs", 7), ("faq-types", 5), ("faqs", 6), ("mails", 1)):
        for method, body in (("GET", None), ("DELETE", None), ("PATCH", {"data": {}})):
            if resource == "mails" and method != "GET":
                continue
            answers = [
                client.request(method, f"/v1/{resource}/{id_}", body, as_="registered")
                for id_ in (hidden, 999999)
            ]
            assert answers[0].status_code == answers[1].status_code == 404
            assert answers[0].json == answers[1].json
    events = [client.get(f"/v1/events/{key}") for key in ("c7d3e4f5", "ffffffff")]
    assert events[0].json == events[1].json
