"""The door's own routes: one scan, many at once, and what scanners need to know."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, text

from openevent.areas.orders.world import IDENTIFIERS
from tests.conftest import Client

CODE = f"{IDENTIFIERS[1]}-1"


def scan(client: Client, *, as_: str | None = "registrar", **body: Any) -> Any:
    return client.rpc("/v1/events/1/scans", {"id": "a-1", "code": CODE, **body}, as_=as_)


def feed(client: Client, since: str = "", **options: Any) -> Any:
    path = f"/v1/events/1/check-in/attendees?since={since}"
    return client.get(path, as_="registrar", **options)


def test_a_scan_is_accepted_once(client: Client) -> None:
    first = scan(client, **{"device-name": "Gate A"})
    assert first.json["verdict"] == "accepted"
    assert first.json["attendee"]["is-checked-in"] is True
    other = scan(client, id="b-1")
    assert other.json["verdict"] == "duplicate"
    assert other.json["first"]["device-name"] == "Gate A"
    assert other.json["first"]["happened-at"] == first.json["happened-at"]


def test_the_same_scan_again_has_the_same_verdict_and_no_effect(client: Client) -> None:
    first, again = scan(client), scan(client)
    assert again.json == {**first.json, "repeated": True}
    out = scan(client, direction="out")
    assert out.status_code == 409
    assert out.json["errors"][0]["code"] == "id-taken"


@pytest.mark.parametrize(
    ("code", "verdict"),
    [
        ("hello", "unknown"),
        (f"{IDENTIFIERS[2]}-1", "unknown"),  # somebody else's order
        (f"{IDENTIFIERS[5]}-8", "wrong-event"),
        (f"{IDENTIFIERS[2]}-3", "not-paid"),
        (f"{IDENTIFIERS[4]}-7", "revoked"),
        ("OE1:FORGED", "unknown"),
    ],
)
def test_what_does_not_open_the_door(client: Client, code: str, verdict: str) -> None:
    answer = scan(client, code=code)
    assert answer.status_code == 200
    assert answer.json["verdict"] == verdict
    if verdict in ("unknown", "wrong-event"):
        assert answer.json["attendee"] is None  # nothing is told of others' visitors


def test_a_signed_ticket_lets_in_at_its_time(client: Client, engine: Engine) -> None:
    signed = client.get("/v1/attendees/1/pass", as_="organizer").json["signed"]
    assert scan(client, code=signed).json["verdict"] == "not-valid-now"
    with engine.begin() as db:
        db.execute(text("UPDATE events SET starts_at = now(), ends_at = now() + '1 h' WHERE id=1"))
    signed = client.get("/v1/attendees/1/pass", as_="organizer").json["signed"]
    forged = signed[:-3] + ("AAA" if signed[-3:] != "AAA" else "BBB")
    assert scan(client, id="a-2", code=forged).json["verdict"] == "unknown"
    assert scan(client, id="a-3", code=signed).json["verdict"] == "accepted"
    client.rpc("/v1/attendees/1/pass", {}, as_="organizer")  # issued anew
    assert scan(client, id="a-4", code=signed, direction="out").json["verdict"] == "revoked"


def test_a_batch_takes_what_it_can_read(client: Client) -> None:
    now = datetime.now(UTC)
    scans = [
        {"id": "c-1", "code": CODE, "scanned-at": (now - timedelta(hours=1)).isoformat()},
        "garbage",
        {"id": "c-2", "code": CODE},
        {"id": "c-3", "attendee-id": 2, "direction": "out", "scanned-at": now.isoformat()},
        {"id": "c-1", "code": CODE, "scanned-at": (now - timedelta(hours=1)).isoformat()},
        {"id": "c-4", "code": CODE, "scanned-at": now.isoformat(), "station-id": 99},
    ]
    answer = client.rpc("/v1/events/1/scans/batch", {"scans": scans}, as_="registrar")
    found = [
        (one["id"], one.get("verdict") or one["error"]["status"], one.get("repeated"))
        for one in answer.json["results"]
    ]
    assert found == [
        ("c-1", "accepted", False),
        (None, "422", None),
        ("c-2", "422", None),
        ("c-3", "accepted", False),
        ("c-1", "accepted", True),
        ("c-4", "422", None),
    ]


def test_a_batch_has_a_limit(client: Client) -> None:
    answer = client.rpc("/v1/events/1/scans/batch", {"scans": [{}] * 1001}, as_="registrar")
    assert answer.status_code == 422


@pytest.mark.parametrize(
    ("who", "status"),
    [(None, 401), ("registered", 403), ("moderator", 403), ("other-owner", 403), ("admin", 200)],
)
def test_only_the_team_at_the_door_scans(client: Client, who: str | None, status: int) -> None:
    assert scan(client, as_=who).status_code == status


def test_a_station_has_its_direction_and_its_sessions(client: Client) -> None:
    wrong = [
        {"station-id": 1, "direction": "out"},
        {"station-id": 2},
        {"station-id": 2, "session-id": 1},  # in another room
        {"station-id": 4, "session-id": 7},  # of another event
        {"session-id": 2},
    ]
    assert [scan(client, **body).status_code for body in wrong] == [422] * 5
    out = scan(client, id="s-1", **{"station-id": 3, "session-id": 2})
    assert out.json["verdict"] == "not-checked-in"
    entered = scan(client, id="s-2", **{"station-id": 2, "session-id": 2})
    assert entered.json["verdict"] == "accepted"
    assert entered.json["attendee"]["is-checked-in"] is False  # of a session, not of the event


def test_a_device_hears_of_changes_and_removals_only(client: Client, engine: Engine) -> None:
    whole = feed(client).json
    assert [row["id"] for row in whole["attendees"]] == [1, 2, 3, 4, 5, 9]
    assert whole["removed"] == [6, 7]
    nothing = feed(client, whole["cursor"])
    assert nothing.json["attendees"] == []
    same = feed(client, whole["cursor"], headers={"If-None-Match": nothing.headers["etag"]})
    assert same.status_code == 304
    scan(client)
    with engine.begin() as db:
        db.execute(text("UPDATE orders SET status = 'cancelled' WHERE id = 2"))
    news = feed(client, whole["cursor"]).json
    assert [row["id"] for row in news["attendees"]] == [1]
    assert sorted(news["removed"]) == [3, 4, 5]


def test_a_page_at_a_time(client: Client) -> None:
    cursor, found, more = "", [], True
    while more:
        page = client.get(
            f"/v1/events/1/check-in/attendees?limit=2&since={cursor}", as_="registrar"
        ).json
        found += [row["id"] for row in page["attendees"]]
        cursor, more = page["cursor"], page["more"]
    assert found == [1, 2, 3, 4, 5, 9]


def test_a_feed_does_not_run_past_what_is_still_being_written(
    client: Client, engine: Engine
) -> None:
    """The transaction that began first commits last; nobody misses what it wrote."""
    start = feed(client).json["cursor"]
    with engine.connect() as slow:
        slow.execute(text("UPDATE attendees SET lastname = 'Slow' WHERE id = 5"))
        scan(client)  # commits at once, with a higher number
        between = feed(client, start).json
        assert between["attendees"] == []
        slow.commit()
    assert [row["id"] for row in feed(client, between["cursor"]).json["attendees"]] == [5, 1]


@pytest.mark.parametrize("since", ["x", "1", "-1-2", "1-2-3", "f" * 40 + "-1"])
def test_a_cursor_of_the_clients_own_is_refused(client: Client, since: str) -> None:
    answer = feed(client, since)
    assert answer.status_code == 400
    assert answer.json["errors"][0]["source"] == {"parameter": "since"}


def test_a_cursor_of_another_database_begins_anew(client: Client) -> None:
    answer = feed(client, "ffffffffffff-1").json
    assert answer["reset"] is True
    assert len(answer["attendees"]) == 6


def test_a_dashboard_goes_on_where_it_was(client: Client) -> None:
    path = "/v1/events/1/check-in/stream"
    opened = client.get(path, as_="organizer")
    assert opened.status_code == 200, opened.text
    first = events(opened.text)
    assert first[0][:2] == ("counts", {"expected": 6, "in": 1, "came": 1, "registered": 1})
    scan(client, **{"device-name": "Gate A"})
    order = {"data": {"type": "order", "attributes": ON_SITE, "relationships": OF_EVENT}}
    assert client.post("/v1/orders", order, as_="organizer").status_code == 201
    seen = {"Last-Event-ID": first[-1][2]}
    second = events(client.get(path, as_="organizer", headers=seen).text)
    assert [(kind, data.get("verdict") or data.get("status")) for kind, data, _ in second] == [
        ("scan", "accepted"),
        ("order", "completed"),
    ]
    seen = {"Last-Event-ID": second[-1][2]}
    assert events(client.get(path, as_="organizer", headers=seen).text) == []


ON_SITE = {"on-site-tickets": [{"data": {"attributes": {"id": "1", "quantity": "2"}}}]}
OF_EVENT = {"event": {"data": {"type": "event", "id": "1"}}}


def events(stream: str) -> list[tuple[str, dict[str, Any], str]]:
    found = []
    for block in stream.split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.splitlines() if ": " in line)
        if "event" in fields:
            found.append((fields["event"], json.loads(fields["data"]), fields["id"]))
    return found


def test_somebody_without_a_code_is_found_by_name(client: Client) -> None:
    """Named after the predecessor's defect: any user searched the attendees of any event."""
    path = "/v1/events/1/attendees/search?name=sam&sort=firstname"
    found = client.get(path, as_="registrar").json["attendees"]
    assert found == [
        {
            "id": 2,
            "firstname": "Samuel",
            "lastname": "Tesfaye",
            "email": None,
            "ticket_id": 1,
            "is_registered": True,
        }
    ]
    assert client.get(path, as_="registered").status_code == 403
    assert client.get("/v1/events/1/attendees/search", as_="registrar").status_code == 400


def test_counts_of_sessions_and_tracks_are_the_events_own(client: Client) -> None:
    """Named after the predecessor's defect: any user read the statistics of any event."""
    path = "/v1/user-check-in/stats/event/1"
    found = client.get(f"{path}?session_ids=2", as_="registrar").json
    assert found["total_registered"] == 1
    (session,) = found["session_stats"]
    assert (session["check_in"], session["check_out"], session["manual_count"]) == (1, 0, 57)
    assert client.get(path, as_="registered").status_code == 403
