"""Inclusion and sparse fieldsets (JSON:API 1.0 § Fetching Data)."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Engine, text

from openevent.jsonapi.query import MAX_INCLUDE_DEPTH, MAX_INCLUDES
from openevent.jsonapi.resource import ResourceType
from tests.areas.documents import included
from tests.conftest import Client
from tests.jsonapi.catalogue import IDS, LINKS, REGISTRY, TYPES, readable, resources

NESTED = (
    ("/v1/events/1", "faqs.faq-type,roles.user,roles.role,event-topic.event-sub-topics"),
    ("/v1/events", "event-type,event-topic,event-sub-topic,owner"),
    ("/v1/events/1/faqs", "event,faq-type,event.faq-types.faqs"),
    ("/v1/users/3", "events.owner,alternate-emails,owner-events.roles.role"),
    ("/v1/faq-types/1", "faqs,event.faqs"),
    ("/v1/faqs/1/event", "faqs,faqs.event"),
    ("/v1/event-topics/1", "events.event-topic,event-sub-topics.event-topic"),
)


def bad_parameter(answer: Any) -> str:
    """Return the parameter that a 400 names."""
    assert answer.status_code == 400
    error = answer.json["errors"][0]
    assert (error["status"], error["code"]) == ("400", "bad-request")
    return str(error["source"]["parameter"])


def assert_full_linkage(document: Any, include: str) -> None:
    """Each included resource is reached from the primary data, once (§ Compound Documents)."""
    everything = [(item["type"], item["id"]) for item in resources(document)]
    assert len(everything) == len(set(everything)), "a resource is there twice"
    by_key = {(item["type"], item["id"]): item for item in resources(document)}
    primary = document["data"] if isinstance(document["data"], list) else [document["data"]]
    reached: set[tuple[str, str]] = set()
    for path in include.split(","):
        here = [(item["type"], item["id"]) for item in primary]
        for step in path.split("."):
            found = []
            for key in here:
                data = by_key[key]["relationships"][step]["data"]
                found += data if isinstance(data, list) else [data] if data else []
            here = [(x["type"], x["id"]) for x in found if (x["type"], x["id"]) in by_key]
            reached.update(here)
    assert {key for key in by_key if key not in {(p["type"], p["id"]) for p in primary}} <= reached


@pytest.mark.parametrize("name", [None, "owner", "super-admin"])
@pytest.mark.parametrize(("path", "include"), NESTED)
def test_compound_document_is_fully_linked_without_duplicates(
    client: Client, path: str, include: str, name: str | None
) -> None:
    answer = client.get(f"{path}?include={include}", as_=name)
    assert answer.status_code == 200
    assert_full_linkage(answer.json, include)


def test_include_brings_the_steps_between(client: Client) -> None:
    types = {type_ for type_, _ in included(client.get("/v1/faqs/1?include=faq-type.faqs"))}
    assert types == {"faq-type", "faq"}


@pytest.mark.parametrize("resource", TYPES, ids=lambda r: r.type_name)
def test_nothing_is_included_unasked(client: Client, resource: ResourceType) -> None:
    path = f"{resource.path}/{IDS[resource.type_name][0]}"
    assert "included" not in client.get(path, as_="super-admin").json
    empty = client.get(f"{path}?include=", as_="super-admin").json
    assert empty.get("included", []) == []


def test_only_what_was_asked_for_is_included(client: Client) -> None:
    answer = client.get("/v1/events/1/faqs?include=faq-type")
    assert {type_ for type_, _ in included(answer)} == {"faq-type"}


@pytest.mark.parametrize("resource", TYPES, ids=lambda r: r.type_name)
def test_unknown_path_is_400(client: Client, resource: ResourceType) -> None:
    path = f"{resource.path}/{IDS[resource.type_name][0]}"
    links = [link.wire for link in LINKS if link.owner is resource]
    wrong = (
        ["nothing", ".", "type", "id", "relationships", "%00", f"{links[0]}.nothing"]
        if (links)
        else ["nothing"]
    )
    wrong += [attribute for attribute in readable(resource)[:1] if attribute != "type"]
    for include in wrong:
        answer = client.get(f"{path}?include={include}", as_="super-admin")
        assert bad_parameter(answer) == "include"


def test_depth_and_number_of_includes_are_limited(client: Client) -> None:
    deep = ".".join(["faqs", "event"] * MAX_INCLUDE_DEPTH)
    assert bad_parameter(client.get(f"/v1/events/1?include={deep}")) == "include"
    steps = [link.wire for link in LINKS if link.owner is REGISTRY["event"]]
    many = ",".join(f"faqs.event.{step}" for step in steps)
    wide = f"{many},{','.join(steps)}"
    assert len(wide.split(",")) > MAX_INCLUDES
    assert bad_parameter(client.get(f"/v1/events/1?include={wide}")) == "include"


def test_spaces_and_empty_names_in_lists_are_no_names(client: Client) -> None:
    plain = client.get("/v1/events/1?include=faqs,owner")
    spaced = client.get("/v1/events/1?include=%20faqs,,owner%20,")
    assert included(plain) == included(spaced)


@pytest.mark.parametrize("resource", TYPES, ids=lambda r: r.type_name)
def test_sparse_fieldset_has_its_fields_and_no_others(
    client: Client, resource: ResourceType
) -> None:
    path = f"{resource.path}/{IDS[resource.type_name][0]}"
    name = resource.type_name
    attributes = list(readable(resource))[-2:]
    relationships = [link.wire for link in LINKS if link.owner is resource][:1]
    asked = ",".join([*attributes, *relationships])
    item = client.get(f"{path}?fields[{name}]={asked}", as_="super-admin").json["data"]
    assert list(item.get("attributes", {})) == attributes
    assert list(item.get("relationships", {})) == relationships
    for fields in ("", "id"):
        item = client.get(f"{path}?fields[{name}]={fields}", as_="super-admin").json["data"]
        assert item.keys() == {"type", "id", "links"}


@pytest.mark.parametrize("resource", TYPES, ids=lambda r: r.type_name)
def test_unknown_field_and_type_are_400(client: Client, resource: ResourceType) -> None:
    path = f"{resource.path}/{IDS[resource.type_name][0]}"
    parameter = f"fields[{resource.type_name}]"
    hidden = {"version", "is-deleted", "modified-at"} - set(readable(resource))
    for field in ("nothing", *sorted(hidden), "id,nothing", "__class__", "links"):
        answer = client.get(f"{path}?{parameter}={field}", as_="super-admin")
        assert bad_parameter(answer) == parameter
    for type_ in ("nothing", "", "Event", "events"):
        answer = client.get(f"{path}?fields[{type_}]=name", as_="super-admin")
        assert bad_parameter(answer) == f"fields[{type_}]"


def test_dashes_are_part_of_names_in_fields(client: Client) -> None:
    one = client.get("/v1/events/1?fields[event]=starts-at").json["data"]
    assert list(one["attributes"]) == ["starts-at"]
    two = client.get("/v1/events/1?fields[event]=ends-at,starts-at").json["data"]
    assert list(two["attributes"]) == ["starts-at", "ends-at"]


def test_fieldset_applies_to_included_of_its_type_only(client: Client) -> None:
    path = "/v1/events/1/faqs?include=event,faq-type&fields[event]=id&fields[faq-type]=name"
    document = client.get(path).json
    by_type = {item["type"]: item for item in resources(document)}
    assert by_type["event"].keys() == {"type", "id", "links"}
    assert list(by_type["faq-type"]["attributes"]) == ["name"]
    assert "relationships" not in by_type["faq-type"]
    assert {"question", "answer"} <= by_type["faq"]["attributes"].keys()


def test_relationships_are_fields(client: Client) -> None:
    document = client.get("/v1/faqs/1?fields[faq]=event&include=event&fields[event]=name").json
    assert "attributes" not in document["data"]
    assert list(document["data"]["relationships"]) == ["event"]
    assert [item["attributes"] for item in document["included"]] == [{"name": "Open Tech Summit"}]


def test_write_is_answered_in_the_shape_that_was_asked_for(client: Client) -> None:
    body = {"data": {"type": "faq", "id": "1", "attributes": {"answer": "No."}}}
    path = "/v1/faqs/1?include=event&fields[event]=id&fields[faq]=answer,event"
    document = client.patch(path, body, as_="organizer").json
    assert document["data"]["attributes"] == {"answer": "No."}
    assert document["included"] == [{"type": "event", "id": "1", "links": {"self": "/v1/events/1"}}]


def test_write_that_asks_for_an_unknown_shape_writes_nothing(client: Client) -> None:
    body = {"data": {"type": "faq", "id": "1", "attributes": {"answer": "Changed."}}}
    answer = client.patch("/v1/faqs/1?include=nothing", body, as_="organizer")
    assert bad_parameter(answer) == "include"
    assert client.get("/v1/faqs/1").json["data"]["attributes"]["answer"] != "Changed."


def test_relationship_alone_does_not_bring_the_attribute_of_its_key(client: Client) -> None:
    answer = client.get("/v1/attendees/3?fields[attendee]=ticket", as_="organizer")
    assert "attributes" not in answer.json["data"]
    answer = client.get("/v1/attendees/3?fields[attendee]=ticket-id", as_="organizer")
    assert answer.json["data"]["attributes"] == {"ticket-id": 2}
    assert "relationships" not in answer.json["data"]


def test_included_resources_have_an_order_that_does_not_depend_on_where_rows_lie(
    client: Client, engine: Engine
) -> None:
    """Or a client that has the document gets it again for nothing."""
    path = "/v1/events/1/users-events-roles?include=user,role"
    before = client.get(path, as_="organizer")
    people = [one["id"] for one in before.json["included"] if one["type"] == "user"]
    assert people == sorted(people, key=int)
    with engine.begin() as connection:
        # PostgreSQL writes a new version of the row, at another place.
        connection.execute(text("UPDATE users SET first_name = first_name WHERE id = 3"))
    again = client.get(path, as_="organizer", headers={"If-None-Match": before.headers["ETag"]})
    assert again.status_code == 304
