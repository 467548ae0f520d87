"""Relationship URLs: linkage read and written (JSON:API 1.0 § Updating Relationships)."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Engine

from openevent.jsonapi.members import MAX_MEMBERS
from tests.areas.documents import document, fault, ids, linkage
from tests.conftest import Client
from tests.http.test_conditional import version_of
from tests.jsonapi.catalogue import IDS, LINKS, REGISTRY, Link

ONE = "/v1/faqs/1/relationships/faq-type"
MANY = "/v1/faq-types/1/relationships/faqs"
METHODS = ("POST", "PATCH", "DELETE")
#: Relationships that can be written at their own URL; of all others only GET is routed.
WRITABLE = {
    "session.speakers": {"PATCH", "POST", "DELETE"},
    "speaker.sessions": {"PATCH", "POST", "DELETE"},
    "users-events-roles.role": {"PATCH"},
    "custom-system-role.users": {"PATCH", "POST", "DELETE"},
    "custom-system-role.panel-permissions": {"PATCH", "POST", "DELETE"},
    "panel-permission.custom-system-roles": {"PATCH", "POST", "DELETE"},
    "event.event-type": {"PATCH"},
    "event.event-topic": {"PATCH"},
    "event.event-sub-topic": {"PATCH"},
    "event-sub-topic.event-topic": {"PATCH"},
    "custom-placeholder.event-sub-topic": {"PATCH"},
    "session.creator": {"PATCH"},
    "session.microlocation": {"PATCH"},
    "station.microlocation": {"PATCH"},
    "session.session-type": {"PATCH"},
    "session.track": {"PATCH"},
    "session-type.sessions": {"PATCH", "POST", "DELETE"},
    "microlocation.sessions": {"PATCH", "POST", "DELETE"},
    "microlocation.video-stream": {"PATCH"},
    "video-stream.rooms": {"PATCH", "POST", "DELETE"},
    "video-stream.video-channel": {"PATCH"},
    "exhibitor.sessions": {"PATCH", "POST", "DELETE"},
    "access-code.marketer": {"PATCH"},
    "discount-code.marketer": {"PATCH"},
    "attendee.tag": {"PATCH"},
    "faq-type.faqs": {"PATCH", "POST", "DELETE"},
    "faq.faq-type": {"PATCH"},
    "ticket-tag.tickets": {"PATCH", "POST", "DELETE"},
    "discount-code.tickets": {"PATCH", "POST", "DELETE"},
    "access-code.tickets": {"PATCH", "POST", "DELETE"},
}
#: At the related URLs of these, members are made.
CREATING = {"badge-form.badge-field-forms"}


def _one(client: Client) -> Any:
    return client.get(ONE).json["data"]


def _members(client: Client, path: str = MANY) -> set[str]:
    return set(ids(client.get(path)))


@pytest.mark.parametrize("link", LINKS, ids=str)
def test_only_writable_relationships_are_written_and_related_urls_only_where_they_create(
    client: Client, link: Link
) -> None:
    id_ = IDS[link.owner.type_name][0]
    for method in METHODS:
        body = {"data": [] if link.field.many else None}
        answer = client.request(method, link.related(id_), body, as_="super-admin")
        creates = method == "POST" and str(link) in CREATING
        assert answer.status_code == (422 if creates else 405)
        if method not in WRITABLE.get(str(link), set()):
            answer = client.request(method, link.linkage(id_), body, as_="super-admin")
            assert answer.status_code == 405
            assert set(answer.headers["Allow"].split(", ")) >= {"GET", "HEAD"}


def test_linkage_has_links_and_no_resource(client: Client) -> None:
    answer = client.get(ONE).json
    assert answer["data"] == {"type": "faq-type", "id": "1"}
    assert answer["links"]["self"] == ONE
    assert "included" not in answer


def test_linkage_may_include_what_it_names(client: Client) -> None:
    answer = client.get(f"{MANY}?include=event")
    assert {i["type"] for i in answer.json["included"]} <= {"event", "faq"}
    assert answer.json["data"] == [linkage("faq", 1), linkage("faq", 2)]


def test_to_one_is_set_and_cleared(client: Client) -> None:
    answer = client.patch(ONE, {"data": linkage("faq-type", 2)}, as_="organizer")
    assert (answer.status_code, answer.json["data"]) == (200, linkage("faq-type", 2))
    assert _one(client) == linkage("faq-type", 2)
    assert client.patch(ONE, {"data": None}, as_="organizer").json["data"] is None
    assert _one(client) is None
    faq = client.get("/v1/faqs/1").json["data"]
    assert faq["attributes"]["answer"] == "Yes, until a week before the summit."


def test_required_to_one_is_not_cleared(client: Client) -> None:
    path = "/v1/event-sub-topics/1/relationships/event-topic"
    assert client.patch(path, {"data": None}, as_="admin").status_code == 422
    assert client.get(path).json["data"] == linkage("event-topic", 1)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 422),
        ([], 422),
        ({"data": []}, 422),
        ({"data": "2"}, 422),
        ({"data": {"type": "faq-type"}}, 422),
        ({"data": {"id": "2"}}, 422),
        ({"data": {"type": "faq-type", "id": 2}}, 422),
        ({"data": {"type": "faq", "id": "2"}}, 409),
        ({"data": {"type": "faq-type", "id": "999999"}}, 404),
        ({"data": {"type": "faq-type", "id": "x"}}, 404),
        ({"data": {"type": "faq-type", "id": "4"}}, 404),  # deleted
        ({"data": {"type": "faq-type", "id": "3"}}, 422),  # of another event
        ({"data": {"type": "faq-type", "id": "5"}}, 404),  # of a draft of others
    ],
)
def test_to_one_that_cannot_be_is_refused_and_stays(
    client: Client, engine: Engine, body: Any, status: int
) -> None:
    answer = client.patch(ONE, body, as_="organizer")
    assert answer.status_code == status, answer.text
    assert answer.json["errors"][0]["source"]["pointer"].startswith("/data")
    assert _one(client) == linkage("faq-type", 1)
    assert version_of(engine, REGISTRY["faq"], 1) == 1


def test_to_many_takes_members_and_none_twice(client: Client, engine: Engine) -> None:
    named = {"data": [linkage("faq", 4), linkage("faq", 1), linkage("faq", 4)]}
    for _ in range(2):
        answer = client.post(MANY, named, as_="organizer")
        assert answer.status_code == 200
        assert ids(answer) == ["1", "2", "4"]
    assert version_of(engine, REGISTRY["faq"], 1) == 1, "it was there already"
    assert version_of(engine, REGISTRY["faq"], 4) == 2, "it came once"


def test_to_many_lets_members_go_and_what_is_not_there_is_gone(client: Client) -> None:
    named = {"data": [linkage("faq", 1), linkage("faq", 3), linkage("faq", 999999)]}
    for _ in range(2):
        answer = client.delete(MANY, named, as_="organizer")
        assert (answer.status_code, ids(answer)) == (200, ["2"])
    assert client.get("/v1/faqs/1").json["data"]["relationships"]["faq-type"]["data"] is None
    other = client.get("/v1/faqs/3").json["data"]["relationships"]["faq-type"]["data"]
    assert other == linkage("faq-type", 2), "what is a member elsewhere stays there"


def test_to_many_is_replaced_as_a_whole(client: Client) -> None:
    answer = client.patch(MANY, {"data": [linkage("faq", 2), linkage("faq", 3)]}, as_="organizer")
    assert (answer.status_code, ids(answer)) == (200, ["2", "3"])
    assert _members(client, "/v1/faq-types/2/relationships/faqs") == set()
    assert client.patch(MANY, {"data": []}, as_="organizer").json["data"] == []
    assert _members(client) == set()


@pytest.mark.parametrize("method", ["POST", "PATCH"])
@pytest.mark.parametrize(
    ("bad", "status"),
    [
        (linkage("faq", 999999), 404),
        (linkage("faq", "x"), 404),
        (linkage("faq", 5), 403),  # of another event
        (linkage("faq", 6), 404),  # deleted
        (linkage("faq", 7), 404),  # in a draft of others
        (linkage("faq-type", 2), 409),
        ({"type": "faq"}, 422),
        ({"id": "4"}, 422),
        ("4", 422),
        (None, 422),
        ({"type": "faq", "id": 4}, 422),
    ],
)
def test_to_many_changes_all_or_nothing(client: Client, method: str, bad: Any, status: int) -> None:
    body = {"data": [linkage("faq", 4), bad]}
    answer = client.request(method, MANY, body, as_="organizer")
    assert answer.status_code == status, answer.text
    assert _members(client) == {"1", "2"}
    assert client.get("/v1/faqs/4").json["data"]["relationships"]["faq-type"]["data"] is None


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("body", [{}, [], {"data": None}, {"data": linkage("faq", 4)}, "x", 1])
def test_to_many_takes_an_array(client: Client, method: str, body: Any) -> None:
    answer = client.request(method, MANY, body, as_="organizer")
    assert answer.status_code in (400, 422)
    assert _members(client) == {"1", "2"}


def test_number_of_members_at_once_is_limited(client: Client) -> None:
    named = [linkage("faq", n) for n in range(1, MAX_MEMBERS + 2)]
    assert client.delete(MANY, {"data": named}, as_="organizer").status_code == 400
    assert _members(client) == {"1", "2"}
    assert client.delete(MANY, {"data": named[1:]}, as_="organizer").status_code == 200


@pytest.mark.parametrize(
    ("who", "status"), [(None, 401), ("registered", 403), ("moderator", 403), ("other-owner", 403)]
)
def test_relationships_are_written_by_those_who_write_their_owner(
    client: Client, who: str | None, status: int
) -> None:
    assert client.patch(ONE, {"data": None}, as_=who).status_code == status
    for method in METHODS:
        body = {"data": [linkage("faq", 4)]}
        assert client.request(method, MANY, body, as_=who).status_code == status
    assert _members(client) == {"1", "2"}
    draft = "/v1/faqs/7/relationships/faq-type"
    missing = 401 if who is None else 404
    assert client.patch(draft, {"data": None}, as_=who).status_code == missing


def test_nobody_repoints_a_role_to_himself(client: Client) -> None:
    """The predecessor let anybody do so."""
    for name, target in (("user", linkage("user", 9)), ("event", linkage("event", 2))):
        path = f"/v1/users-events-roles/2/relationships/{name}"
        answer = client.patch(path, {"data": target}, as_="registered")
        assert answer.status_code == 405
        body = {"data": {"type": "users-events-roles", "id": "2",
                         "relationships": {name: {"data": target}}}}  # fmt: skip
        answer = client.patch("/v1/users-events-roles/2", body, as_="organizer")
        assert answer.status_code in (403, 404)
    role = client.get("/v1/users-events-roles/2", as_="organizer").json["data"]
    assert role["relationships"]["user"]["data"] == linkage("user", 4)


def test_links_without_data_change_nothing(client: Client) -> None:
    body = document("faq", 1, {"answer": "Yes."})
    body["data"]["relationships"] = {"faq-type": {"links": {"self": ONE}}, "event": {"meta": {}}}
    assert client.patch("/v1/faqs/1", body, as_="organizer").status_code == 200
    assert _one(client) == linkage("faq-type", 1)


@pytest.mark.parametrize(
    ("path", "name"), [("/v1/faqs/1", "faq-type"), ("/v1/faq-types/1", "faqs")]
)
def test_what_says_nothing_of_a_relationship_is_refused(
    client: Client, path: str, name: str
) -> None:
    for said in ({}, None, [], {"nothing": 1}, "1"):
        body = document(path.split("/")[2].removesuffix("s"), 1)
        body["data"]["relationships"] = {name: said}
        answer = client.patch(path, body, as_="organizer")
        assert fault(answer) == (422, "invalid", f"/data/relationships/{name}")


def test_relationship_of_a_missing_owner_is_404(client: Client) -> None:
    for path in ("/v1/faqs/999999/relationships/faq-type", "/v1/faqs/6/relationships/faq-type"):
        assert fault(client.patch(path, {"data": None}, as_="organizer"))[0] == 404
    path = "/v1/faq-types/4/relationships/faqs"
    for method in METHODS:
        assert client.request(method, path, {"data": []}, as_="organizer").status_code == 404
