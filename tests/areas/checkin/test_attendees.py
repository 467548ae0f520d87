"""Checking in and out by changing an attendee, as published clients do."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Engine, text

from tests.conftest import Client

PATH = "/v1/attendees/1?include=ticket,event,order&fields[event]=id&fields[ticket]=id"
#: What the organizer's app sends along besides: every property that its objects have.
JUNK = {
    "checked-in": True,
    "checking": True,
    "enabled": True,
    "selected": False,
    "selectable": True,
    "header": "R",
    "layout-res": 2131492928,
    "firstname": "Rahel",
    "lastname": "Tesfaye",
    "email": "rahel@example.org",
    "order-id": 1,
}


def by_app(client: Client, *, into: bool, moment: str, as_: str = "organizer") -> Any:
    """Send what the organizer's app sends after a scan."""
    attributes = {**JUNK, "is-checked-in": into, "checkin-times": moment}
    return change(client, attributes, as_=as_)


def change(client: Client, attributes: dict[str, Any], *, as_: str = "organizer") -> Any:
    document = {"data": {"type": "attendee", "id": "1", "attributes": attributes}}
    return client.patch(PATH, document, as_=as_)


def seen(client: Client) -> dict[str, Any]:
    attributes = client.get("/v1/attendees/1", as_="organizer").json["data"]["attributes"]
    return {
        name: attributes[name]
        for name in ("is-checked-in", "is-checked-out", "checkin-times", "checkout-times")
    }


@pytest.mark.parametrize("who", ["owner", "organizer", "coorganizer", "registrar", "admin"])
def test_everybody_at_the_door_checks_in_by_the_apps_request(client: Client, who: str) -> None:
    answer = by_app(client, into=True, moment="2026-11-22T14:36:48.123+05:30", as_=who)
    assert answer.status_code == 200, answer.text
    attributes = answer.json["data"]["attributes"]
    assert attributes["is-checked-in"] is True
    assert attributes["checkin-times"] == "2026-11-22T09:06:48.123Z"
    assert answer.json["data"]["relationships"]["order"]["data"]["id"] == "1"


def test_an_organizer_who_bought_nothing_checks_in(client: Client) -> None:
    """Named after the predecessor's defect: only the buyer and staff could."""
    assert by_app(client, into=True, moment="2026-11-22T09:00:00Z").status_code == 200


def test_a_retry_with_a_new_time_is_no_second_entry(client: Client, engine: Engine) -> None:
    by_app(client, into=True, moment="2026-11-22T09:00:00.000Z")
    again = by_app(client, into=True, moment="2026-11-22T09:00:31.000Z")
    assert again.status_code == 200
    assert seen(client)["checkin-times"] == "2026-11-22T09:00:00.000Z"
    with engine.connect() as db:
        verdicts = db.scalars(
            text("SELECT verdict FROM scans WHERE ticket_holder_id = 1 ORDER BY id")
        ).all()
    assert verdicts == ["accepted", "duplicate"]  # nothing is lost either


def test_the_same_request_twice_is_one_scan(client: Client, engine: Engine) -> None:
    for _ in range(2):
        by_app(client, into=True, moment="2026-11-22T09:00:00.000Z")
    with engine.connect() as db:
        assert db.scalar(text("SELECT count(*) FROM scans WHERE ticket_holder_id = 1")) == 1


def test_a_check_out_keeps_the_check_ins(client: Client) -> None:
    """Named after the predecessor's defect: the app's check-out replaced the whole history."""
    by_app(client, into=True, moment="2026-11-22T09:00:00.000Z")
    out = by_app(client, into=False, moment="2026-11-22T12:30:00.000Z")
    assert out.status_code == 200
    assert seen(client) == {
        "is-checked-in": False,
        "is-checked-out": True,
        "checkin-times": "2026-11-22T09:00:00.000Z",
        "checkout-times": "2026-11-22T12:30:00.000Z",
    }
    by_app(client, into=True, moment="2026-11-22T13:00:00.000Z")
    assert seen(client)["checkin-times"] == "2026-11-22T09:00:00.000Z,2026-11-22T13:00:00.000Z"


def test_a_second_check_out_by_the_app_lets_nobody_in(client: Client) -> None:
    by_app(client, into=True, moment="2026-11-22T09:00:00.000Z")
    by_app(client, into=False, moment="2026-11-22T12:30:00.000Z")
    by_app(client, into=False, moment="2026-11-22T12:31:00.000Z")
    assert seen(client)["is-checked-in"] is False


def test_the_front_end_appends_a_moment_to_check_in_and_out(client: Client) -> None:
    change(client, {"is-checked-in": False, "checkin-times": "2026-11-22T09:00:00.000Z"})
    assert seen(client)["is-checked-in"] is True
    known = seen(client)
    change(client, {**known, "checkout-times": "2026-11-22T10:00:00.000Z"})
    assert seen(client)["is-checked-in"] is False
    known = seen(client)
    appended = f"{known['checkin-times']},2026-11-22T11:00:00.000Z"
    change(client, {**known, "checkin-times": appended})
    assert seen(client)["is-checked-in"] is True
    listed = client.get(
        '/v1/events/1/attendees?filter=[{"name":"is-checked-in","op":"eq","val":true}]',
        as_="organizer",
    )
    assert [row["id"] for row in listed.json["data"]] == ["1", "2"]


def test_a_check_in_without_a_time_is_refused(client: Client) -> None:
    answer = change(client, {"is-checked-in": True})
    assert answer.status_code == 422
    assert answer.json["errors"][0]["source"]["pointer"] == "/data/attributes/checkin-times"


@pytest.mark.parametrize(
    "moment", ["yesterday", "2026-11-22T09:00:00", "0001-01-01T00:00:00+14:00", "2026-11-22T25:00Z"]
)
def test_a_time_that_is_none_is_refused(client: Client, moment: str) -> None:
    answer = by_app(client, into=True, moment=moment)
    assert answer.status_code == 422
    assert answer.json["errors"][0]["source"]["pointer"] == "/data/attributes/checkin-times"


def test_two_new_times_are_refused(client: Client) -> None:
    moments = "2026-11-22T09:00:00Z,2026-11-22T10:00:00Z"
    assert by_app(client, into=True, moment=moments).status_code == 422


def test_each_time_has_one_device(client: Client) -> None:
    sent = {"is-checked-in": True, "checkin-times": "2026-11-22T09:00:00Z"}
    refused = change(client, {**sent, "device-name-checkin": "Gate A,Gate B"})
    assert refused.status_code == 422
    change(client, {**sent, "device-name-checkin": "Gate A"})
    attributes = client.get("/v1/attendees/1", as_="organizer").json["data"]["attributes"]
    assert attributes["device-name-checkin"] == "Gate A"


def test_who_lets_visitors_in_does_not_change_who_they_are(client: Client) -> None:
    sent = {"firstname": "Nobody", "is-checked-in": True, "checkin-times": "2026-11-22T09:00:00Z"}
    answer = change(client, sent, as_="registrar")
    assert answer.status_code == 200
    assert answer.json["data"]["attributes"]["firstname"] == "Rahel"
    assert answer.json["data"]["attributes"]["is-checked-in"] is True


@pytest.mark.parametrize("who", ["moderator", "track-organizer", "registered"])
def test_others_check_nobody_in(client: Client, who: str) -> None:
    answer = by_app(client, into=True, moment="2026-11-22T09:00:00Z", as_=who)
    assert answer.status_code in (403, 404)
    assert seen(client)["is-checked-in"] is False


def test_a_buyer_names_attendees_and_checks_nobody_in(client: Client) -> None:
    def send(attributes: dict[str, Any]) -> Any:
        document = {"data": {"type": "attendee", "id": "6", "attributes": attributes}}
        return client.patch("/v1/attendees/6", document, as_="other-owner")

    whole = {"firstname": "Astrid", "is-checked-in": False, "checkin-times": None}
    assert send(whole).status_code == 200
    entering = {**whole, "is-checked-in": True, "checkin-times": "2026-11-22T09:00:00Z"}
    assert send(entering).status_code == 403


def test_nobody_enters_on_an_order_that_is_not_paid(client: Client) -> None:
    document = {
        "data": {
            "type": "attendee",
            "id": "3",
            "attributes": {"is-checked-in": True, "checkin-times": "2026-11-22T09:00:00Z"},
        }
    }
    answer = client.patch("/v1/attendees/3", document, as_="organizer")
    assert answer.status_code == 409
    assert answer.json["errors"][0]["code"] == "not-paid"


def test_what_a_client_remembers_wrongly_changes_nothing(client: Client) -> None:
    by_app(client, into=True, moment="2026-11-22T09:00:00.000Z")
    stale = {"is-checked-in": False, "checkin-times": None, "lastname": "Haile"}
    answer = change(client, stale)
    assert answer.status_code == 200
    assert answer.json["data"]["attributes"]["lastname"] == "Haile"
    assert seen(client)["is-checked-in"] is True
