"""Stations, and who passes them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Engine, text

from openevent.areas.checkin.rules import lane_of
from tests.conftest import Client


def pass_(
    client: Client, station: int, attendee: int = 1, session: int | None = None, **options: Any
) -> Any:
    """Send what published kiosks send."""
    to_one = {"station": ("station", station), "ticket_holder": ("attendee", attendee)}
    if session is not None:
        to_one["session"] = ("session", session)
    related = {n: {"data": {"type": t, "id": str(i)}} for n, (t, i) in to_one.items()}
    document = {"data": {"type": "user_check_in", "relationships": related}}
    return client.post("/v1/user-check-in", document, as_=options.get("as_", "registrar"))


def test_registration_registers_once_a_day(client: Client) -> None:
    assert pass_(client, 1).json["data"]["attributes"] == {
        "success": True,
        "message": "Checked in.",
    }
    attendee = client.get("/v1/attendees/1", as_="organizer").json["data"]["attributes"]
    assert attendee["is-registered"] is True
    assert attendee["register-times"]
    assert attendee["is-checked-in"] is False
    again = pass_(client, 1)
    assert again.status_code == 422
    assert again.json["errors"][0]["code"] == "duplicate"


def test_nobody_checks_out_who_did_not_check_in(client: Client) -> None:
    """Named after the predecessor's defect: without an earlier row this was a crash."""
    refused = pass_(client, 3, session=2)
    assert refused.status_code == 422
    assert refused.json["errors"][0]["code"] == "not-checked-in"
    assert pass_(client, 2, session=2).status_code == 201
    assert pass_(client, 2, session=2).status_code == 422
    out = pass_(client, 3, session=2)
    assert out.json["data"]["attributes"]["message"] == "Checked out."


def test_the_day_is_the_events(engine: Engine) -> None:
    """Named after the predecessor's defect: the day was that of UTC."""
    late = datetime(2030, 6, 14, 16, 30, tzinfo=UTC)
    assert lane_of("registration", None, late, "Asia/Singapore") == "registration 2030-06-15"


def test_a_station_lets_into_sessions_of_its_room_and_event(client: Client) -> None:
    assert pass_(client, 2).status_code == 422  # no session
    assert pass_(client, 2, session=1).status_code == 422  # in another room
    assert pass_(client, 1, attendee=8).status_code in (404, 422)  # comes to another event


def test_scans_of_other_events_are_nobodys_business(client: Client) -> None:
    """Named after the predecessor's defect: any user read every check-in."""
    assert client.get("/v1/user-check-in/5", as_="registrar").status_code == 404
    assert client.get("/v1/user-check-in/1", as_="registered").status_code == 404
    assert pass_(client, 1, as_="moderator").status_code in (403, 404)


def test_related_lists_take_no_rows(client: Client) -> None:
    """Named after the predecessor's defect: anybody added stations and check-ins there."""
    for path in ("/v1/events/1/stations", "/v1/stations/1/user-check-ins"):
        for who in ("registered", "organizer"):
            sent = {"data": {"type": "station", "attributes": {"station-name": "Mine"}}}
            assert client.post(path, sent, as_=who).status_code in (404, 405)


def test_head_counts_are_made_by_the_team(client: Client) -> None:
    """Named after the predecessor's defect: the check of who may was a crash."""
    related = {
        "station": {"data": {"type": "station", "id": "2"}},
        "session": {"data": {"type": "session", "id": "2"}},
    }
    document = {
        "data": {
            "type": "station-store-pax",
            "attributes": {"current-pax": 12},
            "relationships": related,
        }
    }
    url = "/v1/station-store-paxs"
    assert client.post(url, document, as_="registrar").status_code == 201
    assert client.post(url, document, as_="registered").status_code in (403, 404)


def test_a_station_that_was_used_stays(client: Client, engine: Engine) -> None:
    refused = client.delete("/v1/stations/1", as_="organizer")
    assert refused.status_code == 409
    assert client.delete("/v1/stations/3", as_="organizer").status_code == 200
    with engine.connect() as db:
        assert db.scalar(text("SELECT count(*) FROM stations WHERE event_id = 1")) == 2


def test_the_kind_of_a_station_that_was_used_stays(client: Client, engine: Engine) -> None:
    def change(id_: int, **attributes: str) -> Any:
        named = {name.replace("_", "-"): value for name, value in attributes.items()}
        document = {"data": {"type": "station", "id": str(id_), "attributes": named}}
        return client.patch(f"/v1/stations/{id_}", document, as_="organizer")

    refused = change(1, station_type="daily", station_name="Elsewhere")
    assert (refused.status_code, refused.json["errors"][0]["code"]) == (409, "station-used")
    with engine.connect() as db:
        kept = db.execute(text("SELECT station_type, station_name FROM stations WHERE id = 1"))
        assert tuple(kept.one()) == ("registration", "Front desk")
    assert change(1, station_type="registration", station_name="Foyer").status_code == 200
    assert change(3, station_type="check in").status_code == 200  # nobody was scanned there


def test_lists_of_rooms_sessions_and_stations_are_their_own(client: Client) -> None:
    def ids(path: str, who: str | None = "registrar") -> list[str]:
        return [row["id"] for row in client.get(path, as_=who).json["data"]]

    assert ids("/v1/microlocations/1/stations") == ["2", "3"]
    assert ids("/v1/sessions/2/station-store-paxs") == ["1", "2"]
    assert ids("/v1/stations/2/station-store-paxs") == ["1", "2"]
    assert ids("/v1/stations/2/sessions/2/station-store-paxs") == ["1", "2"]
    assert ids("/v1/stations/2/sessions/1/station-store-paxs") == []
    for path in ("/v1/microlocations/1/stations", "/v1/sessions/2/station-store-paxs"):
        assert ids(path, "registered") == ids(path, None) == []
    assert client.get("/v1/stations/2/station-store-paxs", as_="registered").status_code == 404
    assert client.get("/v1/stations/4/station-store-paxs", as_="registrar").status_code == 404


def test_stations_of_an_event_are_its_own(client: Client) -> None:
    listed = client.get("/v1/events/1/stations?page[size]=1000", as_="registrar")
    assert [row["id"] for row in listed.json["data"]] == ["1", "2", "3"]
    assert listed.json["data"][1]["attributes"] == {
        "station-name": "Great Hall, in",
        "station-type": "check in",
        "microlocation-id": 1,
        "room": "Great Hall",
    }
