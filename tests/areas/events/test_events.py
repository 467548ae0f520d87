"""Making, changing, publishing and deleting events, over HTTP."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Engine, text

from tests.areas.documents import document, fault, ids, linkage

NEW = {
    "name": "Open Hardware Day",
    "starts-at": "2031-03-01T09:00:00+01:00",
    "ends-at": "2031-03-01T18:00:00+01:00",
    "timezone": "Europe/Berlin",
}


def create(client: Any, who: str | None = "registered", **attributes: Any) -> Any:
    return client.post("/v1/events", document("event", None, NEW | attributes), as_=who)


def change(client: Any, who: str | None = "owner", /, **attributes: Any) -> Any:
    changes = {name.replace("_", "-"): value for name, value in attributes.items()}
    return client.patch("/v1/events/1", document("event", 1, changes), as_=who)


def test_creator_owns_the_event(client: Any) -> None:
    made = create(client)
    assert made.status_code == 201
    event = made.json["data"]
    assert made.headers["location"] == f"/v1/events/{event['id']}"
    assert ids(client.get("/v1/users/9/owner-events", as_="registered")) == [event["id"]]
    owner = client.get(f"/v1/events/{event['id']}/owner", as_="registered")
    assert owner.json["data"]["id"] == "9"


def test_new_event_is_a_draft_with_an_identifier(client: Any) -> None:
    attributes = create(client).json["data"]["attributes"]
    assert attributes["state"] == "draft"
    assert attributes["privacy"] == "public"
    assert attributes["starts-at"] == "2031-03-01T08:00:00Z"
    assert len(attributes["identifier"]) == 8
    assert not attributes["identifier"].isdigit()
    assert attributes["is-badges-enabled"] is True


def test_event_is_created_published_in_one_go(client: Any) -> None:
    made = create(client, state="published")
    assert client.get(f"/v1/events/{made.json['data']['id']}").status_code == 200


def test_anonymous_creates_no_event(client: Any) -> None:
    assert fault(create(client, None))[:2] == (401, "unauthenticated")


def permit_unverified(client: Any, permission: int, *, allowed: bool) -> None:
    sent = document("user-permission", permission, {"unverified-user": allowed})
    path = f"/v1/user-permissions/{permission}"
    assert client.patch(path, sent, as_="super-admin").status_code == 200


def test_unverified_creates_an_event_but_does_not_publish_it(client: Any) -> None:
    made = create(client, "unverified")
    assert made.status_code == 201
    id_ = made.json["data"]["id"]
    publish = document("event", id_, {"state": "published"})
    expected = (403, "unverified-user", "/data/attributes/state")
    assert fault(client.patch(f"/v1/events/{id_}", publish, as_="unverified")) == expected
    assert fault(create(client, "unverified", state="published")) == expected
    assert ids(client.get("/v1/users/10/events", as_="unverified")) == [id_]


def test_unverified_publishes_where_permitted(client: Any) -> None:
    permit_unverified(client, 1, allowed=True)
    assert create(client, "unverified", state="published").status_code == 201


def test_unverified_creates_no_event_where_not_permitted(client: Any) -> None:
    permit_unverified(client, 2, allowed=False)
    assert fault(create(client, "unverified")) == (403, "unverified-user", None)
    assert create(client, "registered").status_code == 201
    assert ids(client.get("/v1/users/10/events", as_="unverified")) == []


@pytest.mark.parametrize("missing", ["name", "starts-at", "ends-at", "timezone"])
def test_event_needs_name_dates_and_zone(client: Any, missing: str) -> None:
    attributes = {name: value for name, value in NEW.items() if name != missing}
    refused = client.post("/v1/events", document("event", None, attributes), as_="registered")
    assert fault(refused) == (422, "invalid", f"/data/attributes/{missing}")


@pytest.mark.parametrize(
    ("attributes", "pointer"),
    [
        ({"ends-at": NEW["starts-at"]}, "ends-at"),
        ({"ends-at": "2031-03-21T09:00:01+01:00"}, "ends-at"),
        ({"starts-at": "2031-03-01T09:00:00"}, "starts-at"),
        ({"timezone": "Mars/Olympus"}, "timezone"),
        ({"timezone": "localtime"}, "timezone"),
        ({"latitude": 90.1}, "latitude"),
        ({"longitude": -180.1}, "longitude"),
        ({"name": "  "}, "name"),
        ({"name": "x" * 301}, "name"),
        ({"state": "cancelled"}, "state"),
        ({"state": None}, "state"),
        ({"privacy": "secret"}, "privacy"),
        ({"logo-url": "javascript:alert(1)"}, "logo-url"),
        ({"paypal-email": "nobody"}, "paypal-email"),
        ({"payment-currency": "euro"}, "payment-currency"),
        ({"payment-currency": "EUR\n"}, "payment-currency"),
        ({"document-links": [{"name": "no link"}]}, "document-links"),
    ],
)
def test_values_that_make_no_sense_are_refused(
    client: Any, attributes: dict[str, Any], pointer: str
) -> None:
    refused = create(client, **attributes)
    assert refused.status_code == 422
    assert str(fault(refused)[2]).startswith(f"/data/attributes/{pointer}")
    changed = client.patch("/v1/events/1", document("event", 1, attributes), as_="owner")
    if pointer not in ("ends-at", "starts-at"):
        assert changed.status_code == 422
        assert str(fault(changed)[2]).startswith(f"/data/attributes/{pointer}")


def test_moving_one_end_is_checked_against_the_other(client: Any) -> None:
    assert fault(change(client, ends_at="2030-05-01T09:00:00Z"))[1] == "ends-before-start"
    assert fault(change(client, starts_at="2030-04-01T09:00:00Z"))[1] == "too-long"
    assert change(client, ends_at="2030-05-21T09:00:00Z").status_code == 200


@pytest.mark.parametrize("who", ["coorganizer", "organizer", "owner", "admin", "super-admin"])
def test_those_who_run_the_event_change_and_delete_it(
    client: Any, engine: Engine, who: str
) -> None:
    assert change(client, who, name="Renamed").json["data"]["attributes"]["name"] == "Renamed"
    if who != "super-admin":
        assert fault(client.delete("/v1/events/1", as_=who))[:2] == (409, "has-orders")
        with engine.begin() as connection:
            connection.execute(text("UPDATE tickets SET sold = 0 WHERE event_id = 1"))
    assert client.delete("/v1/events/1", as_=who).status_code == 200


@pytest.mark.parametrize(
    "who", ["registered", "registrar", "moderator", "track-organizer", "other-owner"]
)
def test_others_do_not_change_or_delete_the_event(client: Any, who: str) -> None:
    assert fault(change(client, who, name="Mine"))[:2] == (403, "forbidden")
    assert fault(client.delete("/v1/events/1", as_=who))[:2] == (403, "forbidden")
    refused = client.patch(
        "/v1/events/1/relationships/event-type", {"data": linkage("event-type", 2)}, as_=who
    )
    assert refused.status_code == 403


def test_anonymous_does_not_change_or_delete_the_event(client: Any) -> None:
    assert change(client, None, name="Mine").status_code == 401
    assert client.delete("/v1/events/1").status_code == 401


def test_patch_changes_what_was_sent_and_nothing_else(client: Any) -> None:
    before = client.get("/v1/events/1", as_="owner").json["data"]["attributes"]
    after = change(client, location_name="Elsewhere").json["data"]["attributes"]
    assert after == before | {"location-name": "Elsewhere"}


def test_whole_event_sent_back_by_the_organiser_app_is_accepted(client: Any) -> None:
    event = client.get("/v1/events/1", as_="organizer").json["data"]
    bean = {name: value for name, value in event["attributes"].items() if value is not None}
    del bean["online"]
    bean |= {"is-event-online": True, "event-online": True, "complete": True, "state": "draft"}
    sent = {"data": {"type": "event", "id": "1", "attributes": bean}}
    answer = client.patch("/v1/events/1", sent, as_="organizer")
    assert answer.status_code == 200
    attributes = answer.json["data"]["attributes"]
    assert attributes["online"] is attributes["is-event-online"] is True
    assert attributes["state"] == "draft"
    assert attributes["is-promoted"] is True
    assert client.get("/v1/events/1").status_code == 404


def test_whole_event_sent_back_with_relationships_is_accepted(client: Any) -> None:
    event = client.get("/v1/events/1", as_="owner").json["data"]
    answer = client.patch("/v1/events/1", {"data": event}, as_="owner")
    assert answer.status_code == 200
    assert answer.json["data"] == event


@pytest.mark.parametrize("flag", ["is-featured", "is-promoted", "is-demoted"])
def test_only_staff_features_and_promotes(client: Any, flag: str) -> None:
    present = client.get("/v1/events/1").json["data"]["attributes"][flag]
    wanted = document("event", 1, {flag: not present})
    refused = client.patch("/v1/events/1", wanted, as_="owner")
    assert fault(refused) == (403, "forbidden", f"/data/attributes/{flag}")
    assert client.patch("/v1/events/1", wanted, as_="admin").status_code == 200
    assert fault(create(client, **{flag: True}))[0] == 403
    assert create(client, **{flag: False}).status_code == 201


def test_read_only_attributes_are_ignored(client: Any) -> None:
    sent = {"identifier": "00000000", "created-at": "2001-01-01T00:00:00Z", "is-complete": False}
    attributes = create(client, **sent).json["data"]["attributes"]
    assert attributes["identifier"] != "00000000"
    assert not attributes["created-at"].startswith("2001")


def test_html_is_cleaned_on_the_way_in(client: Any) -> None:
    dirty = "<p onclick='x()'>Hi<script>alert(1)</script> <a href='https://example.org/'>x</a></p>"
    for name in ("description", "owner-description", "code-of-conduct", "after-order-message"):
        shown = create(client, **{name: dirty}).json["data"]["attributes"][name]
        assert shown.startswith("<p>Hi <a ")
        assert 'rel="nofollow noopener noreferrer"' in shown
        assert 'target="_blank"' in shown


def test_nullable_attributes_can_be_cleared(client: Any) -> None:
    answer = change(client, description=None, latitude=None, logo_url=None, document_links=None)
    attributes = answer.json["data"]["attributes"]
    assert attributes["description"] is attributes["latitude"] is attributes["logo-url"] is None
    assert attributes["document-links"] is None


def test_event_is_complete_when_visitors_find_what_they_look_for(client: Any) -> None:
    assert client.get("/v1/events/1").json["data"]["attributes"]["is-complete"] is True
    assert client.get("/v1/events/2").json["data"]["attributes"]["is-complete"] is False
    assert change(client, description="").json["data"]["attributes"]["is-complete"] is False


def test_tickets_are_sold_here_unless_they_are_elsewhere(client: Any) -> None:
    assert change(client).json["data"]["attributes"]["is-ticketing-enabled"] is True
    changed = change(client, ticket_url="https://tickets.example.org/")
    assert changed.json["data"]["attributes"]["is-ticketing-enabled"] is False


def test_references_to_what_is_not_there_are_refused(client: Any) -> None:
    for type_, name in (("event-type", "event_type"), ("event-topic", "event_topic")):
        sent = document("event", 1, None, **{name: (type_, 999)})
        refused = client.patch("/v1/events/1", sent, as_="owner")
        assert fault(refused) == (404, "not-found", f"/data/relationships/{type_}")


def test_type_of_an_event_is_set_and_cleared_through_its_relationship(client: Any) -> None:
    path = "/v1/events/1/relationships/event-type"
    set_ = client.patch(path, {"data": linkage("event-type", 2)}, as_="coorganizer")
    assert set_.json["data"] == linkage("event-type", 2)
    cleared = client.patch(path, {"data": None}, as_="coorganizer")
    assert cleared.json["data"] is None
    assert client.get("/v1/events/1/event-type").json["data"] is None


@pytest.mark.parametrize("name", ["owner", "organizers", "roles", "tags", "faqs", "changes"])
def test_people_and_parts_are_not_changed_through_the_event(client: Any, name: str) -> None:
    path = f"/v1/events/1/relationships/{name}"
    assert client.get(path, as_="owner").status_code == 200
    for send in (client.patch, client.post):
        assert fault(send(path, {"data": []}, as_="owner"))[0] == 405


@pytest.mark.parametrize(
    ("segment", "expected"),
    [
        ("organizers", ["4"]),
        ("coorganizers", ["5"]),
        ("track-organizers", ["6"]),
        ("moderators", ["7"]),
        ("registrars", ["8"]),
        ("users-events-roles", ["1", "2", "3", "4", "5", "6"]),
    ],
)
def test_team_sees_who_is_who(client: Any, segment: str, expected: list[str]) -> None:
    assert ids(client.get(f"/v1/events/1/{segment}", as_="owner")) == expected


def test_stale_precondition_changes_nothing(client: Any) -> None:
    tag = client.get("/v1/events/1", as_="owner").headers["etag"]
    sent = document("event", 1, {"name": "First"})
    first = client.patch("/v1/events/1", sent, as_="owner", headers={"If-Match": tag})
    assert first.status_code == 200
    sent = document("event", 1, {"name": "Second"})
    second = client.patch("/v1/events/1", sent, as_="owner", headers={"If-Match": tag})
    assert second.status_code == 412
    assert client.get("/v1/events/1").json["data"]["attributes"]["name"] == "First"
