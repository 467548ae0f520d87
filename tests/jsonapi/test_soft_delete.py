"""What was deleted is invisible everywhere, keeps its row, and staff brings it back."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Engine, select

from openevent.jsonapi.resource import ResourceType
from tests.areas.documents import document, filtered, ids
from tests.conftest import Client
from tests.jsonapi.catalogue import IDS, LINKS, LISTINGS, REGISTRY, TYPES, resources
from tests.jsonapi.samples import CREATIONS, creation, path_of

SOFT = tuple(r for r in TYPES if hasattr(r.model, "deleted_at") and r.delete)
BY_TYPE: dict[str, Any] = {"ids": lambda r: r.type_name}
#: Nobody sees more.
SEES_ALL = "super-admin"


@pytest.fixture(params=SOFT, **BY_TYPE)
def deleted(client: Client, request: pytest.FixtureRequest) -> tuple[ResourceType, str]:
    """A type with the id of a resource of it that was made and deleted."""
    resource = request.param
    if resource.create:
        who = CREATIONS[resource.type_name].who
        path = client.post(resource.path, creation(resource), as_=who).headers["Location"]
    else:
        path = path_of(resource)
    assert client.delete(path, as_="super-admin").status_code == 200
    return resource, path.rpartition("/")[2]


def test_row_stays_and_says_since_when(
    client: Client, engine: Engine, deleted: tuple[ResourceType, str]
) -> None:
    resource, id_ = deleted
    model: Any = resource.model
    with engine.connect() as connection:
        row = connection.execute(
            select(model.deleted_at, model.version).where(model.id == int(id_))
        ).one()
    assert row.deleted_at is not None
    assert row.version == 2


def test_no_route_shows_what_was_deleted(client: Client, deleted: tuple[ResourceType, str]) -> None:
    resource, id_ = deleted
    gone = (resource.type_name, id_)
    links = [link for link in LINKS if link.owner is resource]
    assert client.get(f"{resource.path}/{id_}").status_code in (401, 404)
    for path in (
        f"{resource.path}/{id_}",
        *(link.related(id_) for link in links),
        *(link.linkage(id_) for link in links),
    ):
        assert client.get(path, as_=SEES_ALL).status_code in (401, 404)
    for path, type_ in LISTINGS:
        if type_ is resource:
            answer = client.get(f"{path}?page[size]=0", as_=SEES_ALL)
            assert answer.status_code in (401, 403) or id_ not in ids(answer)
            answer = client.get(filtered(path, {"name": "id", "val": int(id_)}), as_=SEES_ALL)
            assert answer.status_code in (401, 403) or answer.json["meta"]["count"] == 0
    for link in LINKS:
        if link.target is resource:
            for owner_id in IDS[link.owner.type_name][:1]:
                include = f"{link.owner.path}/{owner_id}?include={link.wire}"
                for path in (link.related(owner_id), link.linkage(owner_id), include):
                    answer = client.get(path, as_=SEES_ALL)
                    if answer.status_code == 200:
                        shown = resources(answer.json)
                        assert gone not in {(x["type"], x["id"]) for x in shown}, path


def test_what_was_deleted_is_no_target_of_references(
    client: Client, deleted: tuple[ResourceType, str]
) -> None:
    resource, id_ = deleted
    for link in LINKS:
        if link.target is resource and not link.field.many and link.owner.create:
            body = creation(link.owner)
            reference = {"data": {"type": resource.type_name, "id": id_}}
            body["data"].setdefault("relationships", {})[link.wire] = reference
            answer = client.post(link.owner.path, body, as_="super-admin")
            if link.field.writable or link.field.required:
                assert answer.status_code == 404, str(link)


def test_nobody_but_staff_restores(client: Client, deleted: tuple[ResourceType, str]) -> None:
    resource, id_ = deleted
    path = f"{resource.path}/{id_}"
    body = document(resource.type_name, id_, {"deleted-at": None})
    for who in ("organizer", "owner", "registered"):
        assert client.patch(path, body, as_=who).status_code == (404 if resource.update else 405)
        assert client.get(path, as_="admin").status_code == 404
    if not (resource.update and resource.is_restorable):
        return  # What cannot be changed is not restored; another one can be made.
    answer = client.patch(path, body, as_="super-admin")
    assert answer.status_code == 200, answer.text
    assert answer.json["data"]["attributes"].get("deleted-at") is None
    assert client.get(path, as_="super-admin").status_code == 200


def test_other_changes_do_not_reach_what_was_deleted(
    client: Client, deleted: tuple[ResourceType, str]
) -> None:
    resource, id_ = deleted
    for value in ("2020-01-01T00:00:00Z", "", False):
        body = document(resource.type_name, id_, {"deleted-at": value})
        answer = client.patch(f"{resource.path}/{id_}", body, as_="super-admin")
        assert answer.status_code == (404 if resource.update else 405)


def test_get_trashed_shows_staff_and_changes_nothing_for_others(
    client: Client, deleted: tuple[ResourceType, str]
) -> None:
    resource, id_ = deleted
    path = f"{resource.path}/{id_}?get_trashed=true"
    assert client.get(path, as_="super-admin").json["data"]["id"] == id_
    assert client.get(f"{path}x", as_="super-admin").status_code == 404
    for who in (None, "owner", "organizer", "registered"):
        assert client.get(path, as_=who).status_code in (401, 404)
    for listing, type_ in LISTINGS:
        if type_ is resource and "upcoming" not in listing:
            query = "get_trashed=true&page[size]=0"
            assert id_ in ids(client.get(f"{listing}?{query}", as_="super-admin"))
            answer = client.get(f"{listing}?{query}", as_="registered")
            assert answer.status_code == 403 or id_ not in ids(answer)


def test_deleted_row_does_not_take_its_name_with_it(client: Client) -> None:
    """Uniqueness holds among live rows."""
    body = document("faq-type", None, {"name": "Tickets"}, event=("event", 1))
    assert client.post("/v1/faq-types", body, as_="organizer").status_code == 409
    assert client.delete("/v1/faq-types/1", as_="organizer").status_code == 200
    assert client.post("/v1/faq-types", body, as_="organizer").status_code == 201
    restored = document("faq-type", 1, {"deleted-at": None})
    assert client.patch("/v1/faq-types/1", restored, as_="admin").status_code == 409
    assert client.get("/v1/faq-types/1").status_code == 404


def test_count_is_of_what_is_shown(client: Client) -> None:
    before = client.get("/v1/events/1/faqs").json["meta"]["count"]
    client.delete("/v1/faqs/1", as_="organizer")
    answer = client.get("/v1/events/1/faqs").json
    assert answer["meta"]["count"] == len(answer["data"]) == before - 1
    trashed = client.get("/v1/events/1/faqs?get_trashed=true", as_="admin").json
    assert trashed["meta"]["count"] == len(trashed["data"]) == before + 1
    assert REGISTRY["faq"].delete is not None
