"""Entity tags: If-None-Match on reads, If-Match on writes (RFC 9110 § 13)."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, select

from openevent.areas.faq.models import Faq
from openevent.jsonapi.resource import ResourceType
from tests.areas.documents import document, linkage
from tests.conftest import Client
from tests.jsonapi.catalogue import IDS, READS, REGISTRY
from tests.jsonapi.samples import CHANGED, CHANGES, DELETED, change, path_of


def version_of(engine: Engine, resource: ResourceType, id_: int) -> int | None:
    """Return the version of a row as the database has it; ``None`` when it is gone."""
    with engine.connect() as connection:
        return connection.scalar(select(resource.model.version).where(resource.model.id == id_))


@pytest.mark.parametrize("path", READS)
def test_known_representation_is_304(client: Client, path: str) -> None:
    first = client.get(path, as_="admin")
    tag = first.headers["ETag"]
    for header in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        again = client.get(path, as_="admin", headers={"If-None-Match": header})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["ETag"] == tag
        assert again.headers["Vary"] == first.headers["Vary"]
    other = client.get(path, as_="admin", headers={"If-None-Match": '"1-0"'})
    assert other.status_code == 200


def test_tag_is_of_the_representation(client: Client) -> None:
    paths = (
        "/v1/events/1",
        "/v1/events/1?fields[event]=name",
        "/v1/events/1?include=faqs",
        "/v1/events/2",
        "/v1/events",
    )
    tags = {client.get(path).headers["ETag"] for path in paths}
    tags.add(client.get("/v1/events/1", as_="organizer").headers["ETag"])
    assert len(tags) == len(paths) + 1


def test_tag_changes_with_what_is_included(client: Client) -> None:
    path = "/v1/events/1?include=faqs"
    tag = client.get(path).headers["ETag"]
    answer = client.patch("/v1/faqs/1", document("faq", 1, {"answer": "Never."}), as_="organizer")
    assert answer.status_code == 200
    assert client.get(path, headers={"If-None-Match": tag}).status_code == 200


@pytest.mark.parametrize("resource", CHANGED, ids=lambda r: r.type_name)
def test_stale_change_is_412_before_anything_is_written(
    client: Client, engine: Engine, resource: ResourceType
) -> None:
    sample, path = CHANGES[resource.type_name], path_of(resource)
    before, version = client.get(path, as_=sample.who).json, version_of(engine, resource, sample.id)
    for header in ('"0-x"', '"999-abc"', "nonsense", ""):
        answer = client.patch(path, change(resource), as_=sample.who, headers={"If-Match": header})
        assert answer.status_code == 412
        assert answer.json["errors"][0]["code"] == "precondition-failed"
    assert version_of(engine, resource, sample.id) == version
    assert client.get(path, as_=sample.who).json == before


@pytest.mark.parametrize("resource", CHANGED, ids=lambda r: r.type_name)
def test_change_with_the_tag_of_what_was_read_is_applied_once(
    client: Client, resource: ResourceType
) -> None:
    sample, path = CHANGES[resource.type_name], path_of(resource)
    tag = client.get(path, as_=sample.who).headers["ETag"]
    sent = {"If-Match": tag}
    first = client.patch(path, change(resource), as_=sample.who, headers=sent)
    assert first.status_code == 200
    assert first.json["data"]["attributes"][sample.attribute] == sample.value
    assert first.headers["ETag"] == client.get(path, as_=sample.who).headers["ETag"] != tag
    assert client.patch(path, change(resource), as_=sample.who, headers=sent).status_code == 412


@pytest.mark.parametrize("resource", DELETED, ids=lambda r: r.type_name)
def test_stale_deletion_is_412_and_the_resource_stays(
    client: Client, engine: Engine, resource: ResourceType
) -> None:
    id_ = IDS[resource.type_name][1]
    version = version_of(engine, resource, id_)
    answer = client.delete(
        f"{resource.path}/{id_}", as_="super-admin", headers={"If-Match": '"0-x"'}
    )
    assert answer.status_code == 412
    assert version_of(engine, resource, id_) == version
    assert client.get(f"{resource.path}/{id_}", as_="super-admin").status_code == 200


@pytest.mark.parametrize(
    ("method", "path", "data"),
    [
        ("PATCH", "/v1/faqs/1/relationships/faq-type", None),
        ("POST", "/v1/faq-types/1/relationships/faqs", [linkage("faq", 4)]),
        ("PATCH", "/v1/faq-types/1/relationships/faqs", []),
        ("DELETE", "/v1/faq-types/1/relationships/faqs", [linkage("faq", 1)]),
    ],
)
def test_stale_change_of_a_relationship_is_412(
    client: Client, engine: Engine, method: str, path: str, data: object
) -> None:
    before = client.get(path).json
    versions = [version_of(engine, REGISTRY["faq"], id_) for id_ in IDS["faq"]]
    answer = client.request(
        method, path, {"data": data}, as_="organizer", headers={"If-Match": '"0-x"'}
    )
    assert answer.status_code == 412
    assert client.get(path).json == before
    assert [version_of(engine, REGISTRY["faq"], id_) for id_ in IDS["faq"]] == versions


def test_precondition_tells_nothing_to_those_who_may_not_change(client: Client) -> None:
    sent = {"If-Match": '"0-x"'}
    body = document("faq", 1, {"answer": "x"})
    assert client.patch("/v1/faqs/1", body, headers=sent).status_code == 401
    assert client.patch("/v1/faqs/1", body, as_="registered", headers=sent).status_code == 403
    assert client.patch("/v1/faqs/7", body, as_="registered", headers=sent).status_code == 404


def test_version_grows_with_each_change_and_not_without(client: Client, engine: Engine) -> None:
    faq = REGISTRY["faq"]
    assert version_of(engine, faq, 1) == 1
    for answer in ("One.", "Two.", "Two."):
        body = document("faq", 1, {"answer": answer})
        assert client.patch("/v1/faqs/1", body, as_="organizer").status_code == 200
    assert version_of(engine, faq, 1) == 3
    assert Faq.__mapper__.version_id_col is Faq.__table__.c.version
