"""Creating, changing and deleting (JSON:API 1.0 § Creating, Updating and Deleting)."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Engine

from openevent.jsonapi.endpoints import DELETED as DELETED_BODY
from openevent.jsonapi.resource import ResourceType
from openevent.jsonapi.schema import ToOne, dasherize
from tests.areas.documents import document, fault
from tests.conftest import Client
from tests.http.test_negotiation import rows_of
from tests.jsonapi.catalogue import REGISTRY, TO_ONE, Link, readable
from tests.jsonapi.samples import (
    CHANGED,
    CHANGES,
    CREATED,
    CREATIONS,
    DELETED,
    change,
    creation,
    path_of,
)

BY_TYPE: dict[str, Any] = {"ids": lambda r: r.type_name}
#: To-one relationships that a new resource names.
REFERENCES = tuple(
    link
    for link in TO_ONE
    if link.owner.create and isinstance(link.field, ToOne) and link.field.linked
    # What the server alone sets is not looked at in documents.
    if not link.field.dump_only
)


def _create(client: Client, resource: ResourceType, body: Any = None) -> Any:
    return client.post(
        resource.path, body or creation(resource), as_=CREATIONS[resource.type_name].who
    )


def test_every_type_has_a_sample() -> None:
    assert set(CREATIONS) == {r.type_name for r in REGISTRY if r.create}
    # The role of a person changes by relationship only; a service is accepted as it is;
    # of an account at Stripe, only what nobody reads changes.
    changed = {r.type_name for r in REGISTRY if r.update}
    assert changed - set(CHANGES) == {"users-events-roles", "service", "stripe-authorization"}


@pytest.mark.parametrize("resource", CREATED, **BY_TYPE)
def test_creation_is_201_with_the_resource_and_where_it_is(
    client: Client, resource: ResourceType
) -> None:
    answer = _create(client, resource)
    assert answer.status_code == 201, answer.text
    data = answer.json["data"]
    assert answer.headers["Location"] == data["links"]["self"] == f"{resource.path}/{data['id']}"
    who = CREATIONS[resource.type_name].who or "admin"
    read = client.get(answer.headers["Location"], as_=who)
    assert read.json["data"]["id"] == data["id"]
    if CREATIONS[resource.type_name].who is not None:
        assert read.json["data"] == data
        assert read.headers["ETag"] == answer.headers["ETag"]
    sample = CREATIONS[resource.type_name]
    for name, value in sample.attributes.items():
        if name.replace("-", "_") in readable(resource):
            assert data["attributes"][name] == value
    assert "password" not in answer.text or "password" in readable(resource)


@pytest.mark.parametrize("resource", CREATED, **BY_TYPE)
def test_id_of_the_clients_choice_is_403(
    client: Client, engine: Engine, resource: ResourceType
) -> None:
    before = rows_of(engine)
    for id_ in ("1", "777777", "6ba7b810-9dad-11d1-80b4-00c04fd430c8", 5, True):
        body = creation(resource)
        body["data"]["id"] = id_
        answer = _create(client, resource, body)
        assert fault(answer) == (403, "forbidden", "/data/id")
    assert rows_of(engine) == before


@pytest.mark.parametrize("resource", CREATED, **BY_TYPE)
def test_type_of_another_collection_is_409(
    client: Client, engine: Engine, resource: ResourceType
) -> None:
    before = rows_of(engine)
    for type_ in ("nothing", "mail", f"{resource.type_name}s", ""):
        body = creation(resource)
        body["data"]["type"] = type_
        assert fault(_create(client, resource, body)) == (409, "conflict", "/data/type")
    for type_ in (None, 1, ["faq"], {"faq": 1}):
        body = creation(resource)
        body["data"]["type"] = type_
        assert fault(_create(client, resource, body)) == (422, "invalid", "/data/type")
    assert rows_of(engine) == before


@pytest.mark.parametrize("link", REFERENCES, ids=str)
def test_reference_to_what_is_not_there_is_404(client: Client, engine: Engine, link: Link) -> None:
    before = rows_of(engine)
    type_ = link.target.type_name
    for id_ in ("999999", "0", "x", "9" * 30, "-1", "٣"):
        body = creation(link.owner)
        relationships = body["data"].setdefault("relationships", {})
        relationships[link.wire] = {"data": {"type": type_, "id": id_}}
        answer = _create(client, link.owner, body)
        assert fault(answer) == (404, "not-found", f"/data/relationships/{link.wire}")
    assert rows_of(engine) == before


@pytest.mark.parametrize("link", REFERENCES, ids=str)
def test_malformed_linkage_is_refused_with_its_place(
    client: Client, engine: Engine, link: Link
) -> None:
    before = rows_of(engine)
    here, type_ = f"/data/relationships/{link.wire}", link.target.type_name
    refused: tuple[tuple[Any, int, str], ...] = (
        ({}, 422, ""),
        ({"data": []}, 422, "/data"),
        ({"data": "1"}, 422, "/data"),
        ({"data": 1}, 422, "/data"),
        ({"data": False}, 422, "/data"),
        ({"data": {"type": type_}}, 422, "/data"),
        ({"data": {"id": "1"}}, 422, "/data"),
        ({"data": {"type": type_, "id": 1}}, 422, "/data"),
        ({"data": {"type": type_, "id": {"$gt": 0}}}, 422, "/data"),
        ({"data": {"type": "nothing", "id": "1"}}, 409, "/data/type"),
        ([], 422, ""),
        (None, 422, ""),
        ("1", 422, ""),
    )
    for member, status, pointer in refused:
        if member == {} and not link.field.required:
            continue  # Links sent back set nothing.
        body = creation(link.owner)
        body["data"].setdefault("relationships", {})[link.wire] = member
        answer = _create(client, link.owner, body)
        assert answer.status_code == status, (member, answer.text)
        assert answer.json["errors"][0]["source"]["pointer"].startswith(here + pointer)
    assert rows_of(engine) == before


@pytest.mark.parametrize("resource", CREATED, **BY_TYPE)
def test_what_is_required_is_named_when_it_is_missing(
    client: Client, engine: Engine, resource: ResourceType
) -> None:
    before = rows_of(engine)
    for name, field in resource.schema.attributes().items():
        if field.required:
            body = creation(resource)
            del body["data"]["attributes"][dasherize(name)]
            pointer = f"/data/attributes/{dasherize(name)}"
            assert fault(_create(client, resource, body)) == (422, "invalid", pointer)
            body["data"]["attributes"][dasherize(name)] = None
            assert fault(_create(client, resource, body)) == (422, "invalid", pointer)
    for name, relationship in resource.schema.relationships().items():
        if relationship.required:
            body = creation(resource)
            del body["data"]["relationships"][dasherize(name)]
            answer = _create(client, resource, body)
            assert answer.status_code == 422
            pointer = answer.json["errors"][0]["source"]["pointer"]
            assert pointer.startswith(f"/data/relationships/{dasherize(name)}")
    assert rows_of(engine) == before


def test_every_fault_of_a_document_is_named(client: Client) -> None:
    body = document("event", None, {"name": " ", "state": "x", "logo-url": "y"})
    answer = client.post("/v1/events", body, as_="organizer")
    assert answer.status_code == 422
    pointers = {error["source"]["pointer"] for error in answer.json["errors"]}
    names = ("name", "state", "logo-url", "starts-at", "ends-at", "timezone")
    assert pointers == {f"/data/attributes/{name}" for name in names}


@pytest.mark.parametrize("resource", CREATED, **BY_TYPE)
def test_unknown_members_are_ignored(client: Client, resource: ResourceType) -> None:
    body = creation(resource)
    body["data"]["attributes"] |= {
        "nothing": 1, "layout-res": {"a": []}, "id": "9", "links": {}, "created-at": "x",
        "version": 99, "deleted-at": "2020-01-01T00:00:00Z", "is-super-admin": True,
        "token-generation": 7, "__class__": "x", "metadata": 1,
    }  # fmt: skip
    # A relationship's name among the attributes is no relationship.
    for name in resource.schema.relationships():
        body["data"]["attributes"][dasherize(name)] = {"data": [{"type": "user", "id": "1"}]}
    body["data"]["meta"], body["data"]["links"], body["meta"] = {"a": 1}, {"self": "x"}, {"b": 2}
    answer = _create(client, resource, body)
    assert answer.status_code == 201, answer.text
    attributes = answer.json["data"].get("attributes", {})
    assert attributes.get("deleted-at") is None
    assert attributes.get("is-super-admin") in (None, False)
    assert answer.json["data"]["id"] != "9"


@pytest.mark.parametrize("resource", CHANGED, **BY_TYPE)
def test_change_is_of_what_was_sent_and_nothing_else(
    client: Client, resource: ResourceType
) -> None:
    sample, path = CHANGES[resource.type_name], path_of(resource)
    before = _but_for_the_time(client.get(path, as_=sample.who))
    answer = client.patch(path, change(resource), as_=sample.who)
    assert answer.status_code == 200
    before["attributes"][sample.attribute] = sample.value
    assert _but_for_the_time(answer) == before
    assert _but_for_the_time(client.get(path, as_=sample.who)) == before


def _but_for_the_time(answer: Any) -> Any:
    """Return the resource without what each change changes."""
    data = answer.json["data"]
    for name in ("last-modified-at", "modified-at"):
        data["attributes"].pop(name, None)
    return data


@pytest.mark.parametrize("resource", CHANGED, **BY_TYPE)
def test_whole_resource_sent_back_changes_nothing(client: Client, resource: ResourceType) -> None:
    sample, path = CHANGES[resource.type_name], path_of(resource)
    read = client.get(path, as_=sample.who)
    answer = client.patch(path, {"data": read.json["data"]}, as_=sample.who)
    assert answer.status_code == 200, answer.text
    assert answer.json["data"] == read.json["data"]
    assert answer.headers["ETag"] == read.headers["ETag"], "not even the version"


@pytest.mark.parametrize("resource", CHANGED, **BY_TYPE)
def test_document_for_another_resource_is_409(client: Client, resource: ResourceType) -> None:
    sample, path = CHANGES[resource.type_name], path_of(resource)
    before = client.get(path, as_=sample.who).json
    for member, value, expected in (
        ("id", "999", (409, "conflict", "/data/id")),
        ("id", f"0{sample.id}", (409, "conflict", "/data/id")),
        ("id", sample.id, (409, "conflict", "/data/id")),
        ("id", None, (422, "invalid", "/data/id")),
        ("type", "nothing", (409, "conflict", "/data/type")),
        ("type", None, (422, "invalid", "/data/type")),
    ):
        body = change(resource)
        body["data"][member] = value
        assert fault(client.patch(path, body, as_=sample.who)) == expected
        if value is None:
            del body["data"][member]
            assert fault(client.patch(path, body, as_=sample.who)) == expected
    assert client.get(path, as_=sample.who).json == before


@pytest.mark.parametrize("resource", CHANGED, **BY_TYPE)
def test_document_succeeds_or_fails_as_a_whole(client: Client, resource: ResourceType) -> None:
    sample, path = CHANGES[resource.type_name], path_of(resource)
    before = client.get(path, as_=sample.who).json
    fields = resource.schema.attributes().items()
    others = [
        dasherize(n) for n, f in reversed(fields)
        if not f.dump_only and not f.load_only and dasherize(n) != sample.attribute
    ]  # fmt: skip
    wrong = others[0] if others else "event"
    attributes = {sample.attribute: sample.value, wrong: {"not": ["this"]}}
    answer = client.patch(path, change(resource, **attributes), as_=sample.who)
    if wrong == "event":
        return
    assert answer.status_code == 422
    assert answer.json["errors"][0]["source"]["pointer"] == f"/data/attributes/{wrong}"
    assert client.get(path, as_=sample.who).json == before


@pytest.mark.parametrize(
    "body",
    [{}, [], {"data": []}, {"data": None}, {"data": "x"}, {"data": [{"type": "faq", "id": "1"}]},
     {"errors": []}, {"meta": {}}, 1, True, {"data": {"type": "faq", "attributes": []}},
     {"data": {"type": "faq", "attributes": "x"}}, {"data": {"type": "faq", "relationships": []}},
     {"data": {"type": "faq", "attributes": None}}],
)  # fmt: skip
def test_what_is_no_document_is_422_with_a_pointer(client: Client, body: Any) -> None:
    answer = client.post("/v1/faqs", body, as_="organizer")
    assert answer.status_code == 422
    assert answer.json["errors"][0]["source"]["pointer"].startswith("/data")


@pytest.mark.parametrize("resource", DELETED, **BY_TYPE)
def test_deletion_is_200_with_a_message_and_404_ever_after(
    client: Client, resource: ResourceType
) -> None:
    path = _create(client, resource).headers["Location"] if resource.create else path_of(resource)
    answer = client.delete(path, as_="super-admin")
    assert answer.status_code == 200, answer.text
    assert answer.content == DELETED_BODY
    assert answer.json == {
        "meta": {"message": "Object successfully deleted"},
        "jsonapi": {"version": "1.0"},
    }
    for method in ("GET", "PATCH", "DELETE"):
        body = document(resource.type_name, path.rpartition("/")[2]) if method == "PATCH" else None
        if method == "PATCH" and not resource.update:
            continue
        assert client.request(method, path, body, as_="super-admin").status_code == 404


@pytest.mark.parametrize("resource", DELETED, **BY_TYPE)
def test_change_and_deletion_of_what_is_missing_are_404(
    client: Client, resource: ResourceType
) -> None:
    for id_ in ("999999", "x", "0", "9" * 30):
        path = f"{resource.path}/{id_}"
        assert client.delete(path, as_="super-admin").status_code == 404
        if resource.update:
            body = document(resource.type_name, id_)
            assert client.patch(path, body, as_="super-admin").status_code == 404


@pytest.mark.parametrize("resource", CREATED, **BY_TYPE)
def test_nobody_writes_without_logging_in(
    client: Client, engine: Engine, resource: ResourceType
) -> None:
    before = rows_of(engine)
    if not resource.anonymous_create:
        assert client.post(resource.path, creation(resource)).status_code == 401
    for id_ in ("1", "999999"):
        path = f"{resource.path}/{id_}"
        if resource.update:
            body = document(resource.type_name, id_)
            assert client.patch(path, body).status_code == 401
        assert client.delete(path).status_code == (401 if resource.delete else 405)
    assert rows_of(engine) == before


@pytest.mark.parametrize("resource", CHANGED, **BY_TYPE)
def test_those_who_may_not_are_refused_and_change_nothing(
    client: Client, resource: ResourceType
) -> None:
    path = path_of(resource)
    before = client.get(path, as_="super-admin").json
    for who in {"other-owner", "unverified"} - {CHANGES[resource.type_name].who}:
        expected = client.get(path, as_=who).status_code
        refused = 403 if expected == 200 else 404
        assert client.patch(path, change(resource), as_=who).status_code == refused
        without = refused if resource.delete else 405
        assert client.delete(path, as_=who).status_code == without
    assert client.get(path, as_="super-admin").json == before
