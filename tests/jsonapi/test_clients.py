"""The literal calls of published clients: Android organiser app, Ember front end, kiosk.

Query strings are sent as those clients send them, encoded or not.
"""

from __future__ import annotations

import base64
import json
from typing import Any
from urllib.parse import urlencode

import pytest

from openevent.areas.identity.world import DEMO_PASSWORD
from tests.areas.documents import document, ids, included
from tests.conftest import Client
from tests.jsonapi.catalogue import LINKS, REGISTRY

NOW = "2029-11-22T14:36:48.123Z"

#: What the organiser app reads of a user and of an event.
_USER = """
is-admin is-super-admin is-verified email first-name last-name avatar-url original-image-url
thumbnail-image-url small-image-url icon-image-url contact details facebook-url twitter-url
google-plus-url instagram-url created-at last-accessed-at deleted-at
"""
_EVENT = """
name identifier state starts-at ends-at timezone location-name searchable-location-name latitude
longitude description privacy logo-url thumbnail-image-url large-image-url icon-image-url
original-image-url owner-name owner-description has-owner-info code-of-conduct ticket-url
external-event-url payment-country payment-currency paypal-email bank-details cheque-details
onsite-details can-pay-by-paypal can-pay-by-stripe can-pay-by-cheque can-pay-by-bank can-pay-onsite
is-tax-enabled is-map-shown is-event-online is-sponsors-enabled is-sessions-speakers-enabled
is-ticketing-enabled is-complete schedule-published-on ical-url xcal-url pentabarf-url created-at
deleted-at
"""
USER_READ, EVENT_READ = frozenset(_USER.split()), frozenset(_EVENT.split())


def _claims(token: str) -> dict[str, Any]:
    payload = token.split(".")[1]
    # The Android app decodes with the plain alphabet of base64.
    assert not set(payload) & {"-", "_"}
    claims: dict[str, Any] = json.loads(base64.b64decode(payload + "=" * (-len(payload) % 4)))
    return claims


# -- log-in and account -------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/auth/session", "/v1/auth/login"])
def test_android_logs_in_and_reads_who_it_is_from_the_token(client: Client, path: str) -> None:
    answer = client.rpc(path, {"email": "organizer@example.org", "password": DEMO_PASSWORD})
    assert answer.status_code == 200
    token = answer.json["access_token"]
    claims = _claims(token)
    assert claims["identity"] == 4
    assert type(claims["identity"]) is int
    assert type(claims["exp"]) is int
    user = client.get(f"/v1/users/{claims['identity']}", headers={"Authorization": f"JWT {token}"})
    assert user.status_code == 200
    assert user.json["data"]["attributes"].keys() >= USER_READ


def test_ember_logs_in_with_a_user_name_and_gets_a_refresh_token(client: Client) -> None:
    body = {
        "username": "organizer@example.org",
        "password": DEMO_PASSWORD,
        "remember-me": True,
        "include-in-response": True,
    }
    answer = client.rpc("/auth/session", body)
    assert answer.json.keys() == {"access_token", "refresh_token"}


def test_log_in_is_refused_in_the_words_that_ember_shows(client: Client) -> None:
    answer = client.rpc("/auth/session", {"username": "x@example.org", "password": "wrong"})
    assert (answer.status_code, answer.json["error"]) == (401, "Invalid Credentials")
    answer = client.rpc("/auth/session", {})
    assert (answer.status_code, answer.json["error"]) == (400, "username or password missing")


def test_kiosk_asks_who_it_is_checks_the_password_and_logs_out(client: Client) -> None:
    answer = client.get("/v1/users/user-details/get-user-id", as_="organizer")
    assert answer.json == {"user_id": 4}
    answer = client.rpc("/v1/auth/verify-password", {"password": DEMO_PASSWORD}, as_="organizer")
    assert answer.json == {"result": True}
    assert client.rpc("/v1/auth/logout", {}, as_="organizer").json == {"success": True}


@pytest.mark.parametrize(
    ("email", "exists"), [("owner@example.org", True), ("nobody@example.org", False)]
)
def test_clients_ask_whether_an_address_is_registered(
    client: Client, email: str, exists: bool
) -> None:
    assert client.rpc("/v1/users/check_email", {"email": email}).json == {"exists": exists}


def test_android_signs_up(client: Client) -> None:
    body = document(
        "user",
        None,
        {"email": "ada@example.org", "password": "correct horse", "first-name": "Ada",
         "last-name": "Adams"},
    )  # fmt: skip
    answer = client.post("/v1/users", body)
    assert answer.status_code == 201
    assert answer.json["data"]["attributes"]["is-verified"] is False
    login = client.rpc("/auth/session", {"email": "ada@example.org", "password": "correct horse"})
    assert login.status_code == 200


def test_android_saves_the_whole_user_with_keys_of_its_own(client: Client) -> None:
    bean = client.get("/v1/users/9", as_="registered").json["data"]
    junk = {"admin": False, "super-admin": False, "verified": True, "enabled": True,
            "selected": False, "layout-res": 0, "header": None}  # fmt: skip
    attributes = {k: v for k, v in bean["attributes"].items() if v is not None}
    body = document("user", 9, {**attributes, **junk, "first-name": "Rachel"})
    answer = client.patch("/v1/users/9", body, as_="registered")
    assert answer.status_code == 200, answer.text
    expected = bean["attributes"] | {"first-name": "Rachel"}
    assert answer.json["data"]["attributes"] == expected


# -- my events ----------------------------------------------------------------------------


def test_android_lists_all_events_of_a_user(client: Client) -> None:
    answer = client.get("/v1/users/3/events?page[size]=0", as_="owner")
    assert ids(answer) == ["1", "3"], "the deleted one is not there"
    for item in answer.json["data"]:
        assert item["attributes"].keys() >= EVENT_READ


def test_kiosk_lists_events_by_name(client: Client) -> None:
    answer = client.get("/v1/users/3/events?sort=name&page[size]=1000", as_="owner")
    assert [item["attributes"]["name"] for item in answer.json["data"]] == [
        "Open Tech Summit",
        "Summit of Next Year",
    ]


def _ember_tab(*conditions: dict[str, Any]) -> str:
    return urlencode(
        {
            "include": "roles.role,roles.user",
            "filter": json.dumps(conditions),
            "page[size]": "10",
            "page[number]": "1",
            "sort": "-starts-at",
        }
    )


LIVE = (
    {"name": "state", "op": "eq", "val": "published"},
    {"or": [
        {"name": "starts-at", "op": "ge", "val": NOW},
        {"and": [{"name": "starts-at", "op": "le", "val": NOW},
                 {"name": "ends-at", "op": "gt", "val": NOW}]},
    ]},
)  # fmt: skip
DRAFT = ({"name": "state", "op": "eq", "val": "draft"},)
PAST = ({"name": "ends-at", "op": "lt", "val": NOW}, LIVE[0])


@pytest.mark.parametrize(
    ("conditions", "expected"),
    [
        (LIVE, ["1"]),
        (DRAFT, ["3"]),
        (PAST, []),
        ((*LIVE, {"name": "name", "op": "ilike", "val": "%tech%"}), ["1"]),
        ((*LIVE, {"name": "name", "op": "ilike", "val": "%nothing%"}), []),
    ],
)
def test_ember_shows_the_tabs_of_manage_events(
    client: Client, conditions: tuple[dict[str, Any], ...], expected: list[str]
) -> None:
    user = client.get("/v1/users/3", as_="owner").json["data"]
    related = user["relationships"]["events"]["links"]["related"]
    answer = client.get(f"{related}?{_ember_tab(*conditions)}", as_="owner")
    assert answer.status_code == 200
    assert ids(answer) == expected
    assert answer.json["meta"] == {"count": len(expected)}
    if expected:
        assert {type_ for type_, _ in included(answer)} == {"users-events-roles", "role", "user"}
    assert all(item["attributes"]["identifier"] for item in answer.json["data"])


def test_front_page_lists_upcoming_events(client: Client) -> None:
    """Speakers' calls come with their own area."""
    path = (
        "/v1/events/upcoming?upcoming=true&include=event-topic,event-sub-topic,event-type"
        "&cache=true&public=true&page[size]=12"
    )
    answer = client.get(path)
    assert ids(answer) == ["1"]
    assert included(answer) == {("event-topic", "1"), ("event-sub-topic", "1"), ("event-type", "1")}


def test_front_page_lists_featured_events(client: Client) -> None:
    query = urlencode(
        {
            "sort": "starts-at",
            "include": "event-topic,event-sub-topic,event-type",
            "filter": json.dumps([*LIVE, {"name": "is-featured", "op": "eq", "val": True}]),
            "cache": "true",
            "public": "true",
            "page[size]": "6",
        }
    )
    assert ids(client.get(f"/v1/events?{query}")) == []
    body = document("event", 1, {"is-featured": True})
    assert client.patch("/v1/events/1", body, as_="admin").status_code == 200
    assert ids(client.get(f"/v1/events?{query}")) == ["1"]


# -- one event ----------------------------------------------------------------------------


@pytest.mark.parametrize("key", ["1", "a5b1c2d3"])
def test_ember_opens_an_event_by_its_identifier(client: Client, key: str) -> None:
    include = (
        "event-topic,event-sub-topic,event-type,owner,organizers,coorganizers,track-organizers,"
        "registrars,moderators"
    )
    answer = client.get(f"/v1/events/{key}?include={include}", as_="organizer")
    assert answer.status_code == 200
    assert answer.json["data"]["id"] == "1"
    assert answer.json["data"]["attributes"]["identifier"] == "a5b1c2d3"
    people = {id_ for type_, id_ in included(answer) if type_ == "user"}
    assert people == {"3", "4", "5", "6", "7", "8"}
    relationships = answer.json["data"]["relationships"]
    assert relationships["owner"]["data"] == {"type": "user", "id": "3"}


def test_every_relationship_hands_out_its_related_url(client: Client) -> None:
    """Ember builds no nested URL itself."""
    data = client.get("/v1/events/1").json["data"]
    for link in LINKS:
        if link.owner is REGISTRY["event"]:
            assert data["relationships"][link.wire]["links"]["related"] == link.related(1)


def test_identifier_is_there_unless_other_fields_were_asked_for(client: Client) -> None:
    answer = client.get("/v1/faqs/1?include=event")
    assert answer.json["included"][0]["attributes"]["identifier"] == "a5b1c2d3"


def test_android_publishes_with_the_whole_event_and_keys_of_its_own(client: Client) -> None:
    bean = client.get("/v1/events/3", as_="owner").json["data"]
    attributes = {k: v for k, v in bean["attributes"].items() if v is not None}
    junk = {"event-online": False, "complete": True, "map-shown": False, "tax-enabled": False,
            "tickets-sold": 12, "tickets-available": 40, "revenue": 3.5, "sponsors-enabled": False,
            "starts-at": "2031-05-07T14:30:00.000+05:30"}  # fmt: skip
    body = document("event", 3, {**attributes, **junk, "state": "published"})
    body["data"]["relationships"] = {"tickets": {"data": []}}
    answer = client.patch("/v1/events/3", body, as_="owner")
    assert answer.status_code == 200, answer.text
    changed = {"state": "published", "starts-at": "2031-05-07T09:00:00Z"}
    assert answer.json["data"]["attributes"] == bean["attributes"] | changed
    assert client.get("/v1/events/3").status_code == 200, "for everybody now"


def test_android_keeps_what_it_does_not_send(client: Client) -> None:
    """It omits nulls, and so can clear nothing."""
    before = client.get("/v1/events/1", as_="owner").json["data"]["attributes"]
    body = document("event", 1, {"name": "Open Tech Summit 2030"})
    after = client.patch("/v1/events/1", body, as_="owner").json["data"]["attributes"]
    assert after == before | {"name": "Open Tech Summit 2030"}


# -- FAQ ----------------------------------------------------------------------------------


def test_android_lists_writes_and_deletes_faqs(client: Client) -> None:
    path = "/v1/events/1/faqs?include=event&fields[event]=id&page[size]=0"
    before = client.get(path, as_="organizer")
    assert ids(before) == ["1", "2", "3", "4"]
    assert before.json["included"] == [
        {"type": "event", "id": "1", "links": {"self": "/v1/events/1"}}
    ]
    text = {"question": "Where can I leave my coat?", "answer": "At the door."}
    made = client.post("/v1/faqs", document("faq", None, text, event=("event", 1)), as_="organizer")
    assert made.status_code == 201
    assert made.json["data"]["attributes"].items() >= text.items()
    assert made.json["data"]["relationships"]["event"]["data"] == {"type": "event", "id": "1"}
    gone = client.delete(f"/v1/faqs/{made.json['data']['id']}", as_="organizer")
    assert gone.json["meta"] == {"message": "Object successfully deleted"}
    assert ids(client.get(path, as_="organizer")) == ids(before)


def test_attendee_app_reads_faqs_without_logging_in(client: Client) -> None:
    answer = client.get("/v1/events/1/faqs?sort=question&filter=[]")
    questions = [item["attributes"]["question"] for item in answer.json["data"]]
    assert questions == sorted(questions)
    assert len(questions) == 4


# -- wire rules ---------------------------------------------------------------------------


def test_errors_have_what_the_apps_show(client: Client) -> None:
    """Without a source object the Android app says no more than "HTTP 4xx"."""
    body = document("event", 1, {"name": ""})
    for answer in (
        client.get("/v1/events?sort=nothing"),
        client.get("/v1/users"),
        client.post("/v1/faqs", document("faq"), as_="registered"),
        client.get("/v1/events/999"),
        client.request("PUT", "/v1/events/1"),
        client.patch("/v1/events/1", document("event", 2), as_="organizer"),
        client.patch("/v1/events/1", body, as_="organizer"),
    ):
        error = answer.json["errors"][0]
        assert isinstance(error["source"], dict)
        assert error["title"]
        assert error["detail"]
        assert error["status"] == str(answer.status_code)
    pointer = client.patch("/v1/events/1", body, as_="organizer").json["errors"][0]["source"]
    assert pointer == {"pointer": "/data/attributes/name"}


def test_times_have_a_zone_and_ids_are_numbers(client: Client) -> None:
    item = client.get("/v1/events/1").json["data"]
    assert int(item["id"]) < 2**63
    for name in ("starts-at", "ends-at", "created-at"):
        assert item["attributes"][name].endswith("Z")


def test_plain_get_without_accept_and_with_a_bare_content_type_is_answered(client: Client) -> None:
    for headers in ({"Accept": ""}, {"Content-Type": "application/vnd.api+json"}):
        assert client.get("/v1/events/1", headers=headers).status_code == 200
