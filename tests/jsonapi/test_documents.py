"""Documents as JSON:API 1.0 wants them, for every type, route and relationship."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from openevent.jsonapi.resource import ResourceType
from tests.conftest import Client
from tests.jsonapi.catalogue import (
    IDS,
    LINKS,
    LISTINGS,
    REGISTRY,
    TO_MANY,
    TO_ONE,
    TYPES,
    Link,
    resources,
    told,
)

NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
TOP = {"data", "included", "links", "meta", "jsonapi"}
DETAILS = tuple(f"{r.path}/{IDS[r.type_name][0]}" for r in TYPES)
LISTS = tuple(path for path, _ in LISTINGS)


#: Types with an attribute of this name.
HAVE_A_TYPE = {
    *("user-email", "custom-form", "sponsor", "ticket", "discount-code"),
    *("event-image-size", "speaker-image-size"),
    "notification-setting",
}


def _check_top(document: dict[str, Any]) -> None:
    assert document.keys() <= TOP
    assert "data" in document
    assert document["jsonapi"] == {"version": "1.0"}
    assert all(v is None or isinstance(v, str) for v in document["links"].values())


def _check_resource(item: dict[str, Any]) -> None:
    assert item.keys() <= {"type", "id", "attributes", "relationships", "links"}
    assert isinstance(item["type"], str)
    assert re.fullmatch(r"[1-9][0-9]*", item["id"])
    attributes, relationships = item.get("attributes", {}), item.get("relationships", {})
    assert not attributes.keys() & relationships.keys()
    # ``type`` of some is part of the contract that published clients know.
    assert not (attributes.keys() | relationships.keys()) & (
        {"id"} if item["type"] in HAVE_A_TYPE else {"id", "type"}
    )
    for name in (*attributes, *relationships):
        assert NAME.fullmatch(name), name
    assert item["links"] == {"self": f"{REGISTRY[item['type']].path}/{item['id']}"}
    for name, relationship in relationships.items():
        assert relationship["links"].keys() == {"self", "related"}, name
        for identifier in _identifiers(relationship):
            assert identifier.keys() == {"type", "id"}
            assert isinstance(identifier["id"], str)


def _identifiers(relationship: dict[str, Any]) -> list[dict[str, str]]:
    data = relationship.get("data")
    return data if isinstance(data, list) else [data] if data else []


@pytest.mark.parametrize("path", [*DETAILS, *LISTS])
def test_document_has_the_members_of_the_specification_and_no_others(
    client: Client, path: str
) -> None:
    document = client.get(path, as_="super-admin").json
    _check_top(document)
    assert resources(document), "the world holds something of every type"
    for item in resources(document):
        _check_resource(item)


@pytest.mark.parametrize("path", LISTS)
def test_list_is_an_array_with_count_and_links(client: Client, path: str) -> None:
    document = client.get(path, as_="super-admin").json
    assert isinstance(document["data"], list)
    count = document["meta"]["count"]
    assert len(document["data"]) == min(count, 20)
    if count <= 20:
        assert document["links"] == {
            "self": path,
            "first": path,
            "last": path,
            "prev": None,
            "next": None,
        }
    nothing = client.get(f"{path}?filter[id]=999999", as_="super-admin").json
    assert (nothing["data"], nothing["meta"]) == ([], {"count": 0})


@pytest.mark.parametrize("path", DETAILS)
def test_self_link_of_a_document_is_where_it_was_read(client: Client, path: str) -> None:
    assert client.get(path, as_="super-admin").json["links"] == {"self": path}
    sparse = f"{path}?fields[event]=name"
    assert client.get(sparse, as_="super-admin").json["links"] == {"self": sparse}


def _handed_out(document: dict[str, Any]) -> Iterator[str]:
    yield from (link for link in document["links"].values() if link)
    for item in resources(document):
        yield item["links"]["self"]
        for relationship in item.get("relationships", {}).values():
            yield from relationship["links"].values()


def _statement(url: str) -> str:
    """Return what tells which statement a URL takes, so that each is planned once."""
    return re.sub(r"/\d+", "/", url)


@pytest.mark.parametrize("name", [None, "super-admin"])
def test_every_url_that_is_handed_out_answers(client: Client, name: str | None) -> None:
    urls: set[str] = set()
    for path in (*DETAILS, *LISTS):
        answer = client.get(path, as_=name)
        if answer.status_code == 200:
            urls.update(_handed_out(answer.json))
    assert len(urls) > 50
    for url in sorted(urls, key=_statement):
        answer = client.get(url, as_=name)
        assert answer.status_code == 200, url
        _check_top(answer.json)


@pytest.mark.parametrize("link", TO_ONE, ids=str)
def test_empty_to_one_is_null_at_both_urls(client: Client, link: Link) -> None:
    found = 0
    for id_ in IDS[link.owner.type_name]:
        if client.get(f"{link.owner.path}/{id_}", as_="super-admin").status_code != 200:
            continue
        related = client.get(link.related(id_), as_="super-admin")
        linkage = client.get(link.linkage(id_), as_="super-admin")
        assert related.status_code == linkage.status_code == 200
        assert (related.json["data"] is None) == (linkage.json["data"] is None)
        found += related.json["data"] is None
        if related.json["data"] is not None:
            identifier = {k: related.json["data"][k] for k in ("type", "id")}
            assert linkage.json["data"] == identifier
    if str(link) in ("faq.faq-type", "event.event-sub-topic"):
        assert found, "the world has one that is empty"


@pytest.mark.parametrize("link", TO_MANY, ids=str)
def test_to_many_linkage_names_what_the_related_url_shows(client: Client, link: Link) -> None:
    for id_ in IDS[link.owner.type_name]:
        related = client.get(link.related(id_), as_="super-admin")
        if related.status_code == 404:
            continue
        linkage = client.get(link.linkage(id_), as_="super-admin")
        assert isinstance(linkage.json["data"], list)
        assert linkage.json["data"] == [
            {"type": item["type"], "id": item["id"]} for item in related.json["data"]
        ]
        assert linkage.json["meta"] == related.json["meta"]


@pytest.mark.parametrize("resource", TYPES, ids=lambda r: r.type_name)
def test_linkage_of_the_resource_is_linkage_of_its_urls(
    client: Client, resource: ResourceType
) -> None:
    links = [link for link in LINKS if link.owner is resource]
    id_ = IDS[resource.type_name][0]
    for link in links:
        path = f"{resource.path}/{id_}?include={link.wire}"
        item = client.get(path, as_="super-admin").json["data"]
        linkage = client.get(link.linkage(id_), as_="super-admin").json
        assert item["relationships"][link.wire]["data"] == linkage["data"]


@pytest.mark.parametrize("resource", TYPES, ids=lambda r: r.type_name)
def test_missing_resource_is_404_at_every_url_below_it(
    client: Client, resource: ResourceType
) -> None:
    links = [link for link in LINKS if link.owner is resource]
    for id_ in ("999999", "0", "01", "x", "9" * 30):
        for path in (
            f"{resource.path}/{id_}",
            *(link.related(id_) for link in links),
            *(link.linkage(id_) for link in links),
        ):
            answer = client.get(path, as_="super-admin")
            assert answer.status_code == 404, path
            assert answer.json["errors"][0]["code"] == "not-found"


@pytest.mark.parametrize("resource", TYPES, ids=lambda r: r.type_name)
def test_unknown_relationship_is_404(client: Client, resource: ResourceType) -> None:
    path = f"{resource.path}/{IDS[resource.type_name][0]}"
    for segment in ("nothing", "relationships/nothing", "relationships"):
        assert client.get(f"{path}/{segment}", as_="super-admin").status_code == 404


@pytest.mark.parametrize("key", ["a5b1c2d3"])
def test_identifier_addresses_an_event_at_every_url(client: Client, key: str) -> None:
    event = REGISTRY["event"]
    by_id, by_key = client.get("/v1/events/1").json, client.get(f"/v1/events/{key}").json
    assert by_key["data"] == by_id["data"]
    for link in LINKS:
        if link.owner is event:
            for url in (link.related, link.linkage):
                assert client.get(url(key)).json["data"] == client.get(url(1)).json["data"]


@pytest.mark.parametrize("resource", TYPES, ids=lambda r: r.type_name)
def test_attributes_are_those_of_the_schema(client: Client, resource: ResourceType) -> None:
    path = f"{resource.path}/{IDS[resource.type_name][0]}"
    item = client.get(path, as_="super-admin").json["data"]
    assert tuple(item.get("attributes", {})) == told(resource)
    links = tuple(link.wire for link in LINKS if link.owner is resource)
    assert tuple(item.get("relationships", {})) == links


def test_unicode_goes_round(client: Client) -> None:
    text = "Grüße 你好 👩‍💻 \u2028 \u202e \ufeff \x7f"
    body = {"data": {"type": "faq", "id": "1", "attributes": {"answer": text}}}
    answer = client.patch("/v1/faqs/1", body, as_="organizer")
    assert answer.json["data"]["attributes"]["answer"] == text
    assert client.get("/v1/faqs/1").json["data"]["attributes"]["answer"] == text
