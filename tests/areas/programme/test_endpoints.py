"""What clients ask the programme in plain JSON, and the lists as they ask for them."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

import pytest
from sqlalchemy import Engine, select

from openevent.areas.programme.rules import NEW, TRANSITIONS, SessionState
from openevent.work.outbox import OutboxRow
from tests.areas.documents import fault, ids, included
from tests.areas.programme.test_sessions import change, shown
from tests.conftest import Client


def test_states_are_served_as_the_server_applies_them(client: Client) -> None:
    found = client.get("/v1/sessions/states").json
    assert found["speaker"]["pending"] == {"withdrawn": True}
    assert found["organizer"]["draft"] == {}
    for side, moves in TRANSITIONS.items():
        assert found[side].keys() == {NEW, *SessionState}
        for state, states in moves.items():
            assert found[side][state] == dict.fromkeys(states, True)


def test_every_state_but_a_draft_has_a_mail(client: Client) -> None:
    mails = client.get("/v1/sessions/mails").json
    assert mails.keys() == {"recipient", *SessionState} - {"draft"}
    for state in SessionState:
        if state != "draft":
            assert mails[state].keys() == {"subject", "message"}


def test_an_organizer_notifies_the_speakers(client: Client) -> None:
    words = {"subject": "Hi", "message": "<p onclick='x'>Hi</p>", "bcc": ["a@example.org"]}
    answer = client.rpc("/v1/sessions/1/notify", words, as_="organizer")
    assert answer.json == {"success": True}
    assert shown(client.get("/v1/sessions/1"))["is-mail-sent"] is True


@pytest.mark.parametrize(
    ("who", "id_", "body", "status"),
    [
        (None, 1, {}, 401),
        ("registered", 1, {}, 403),
        ("track-organizer", 1, {}, 403),
        ("other-owner", 4, {}, 404),
        ("organizer", 5, {}, 409),
        ("organizer", 1, {"bcc": "all"}, 400),
        ("organizer", 1, {"bcc": ["all"]}, 400),
        ("organizer", 1, {"bcc": ["a@example.org"] * 21}, 400),
        ("organizer", 1, {"subject": 7}, 400),
        ("organizer", 1, {"message": "x" * 20_001}, 400),
    ],
)
def test_nobody_else_writes_to_the_speakers(
    client: Client, engine: Engine, who: str | None, id_: int, body: Any, status: int
) -> None:
    assert client.rpc(f"/v1/sessions/{id_}/notify", body, as_=who).status_code == status
    assert shown(client.get("/v1/sessions/1"))["is-mail-sent"] is False
    with engine.connect() as connection:
        assert connection.scalars(select(OutboxRow.id)).all() == []


def _filter(*conditions: Any) -> str:
    return quote(json.dumps(conditions))


EITHER = {
    "or": [
        {"name": "state", "op": "eq", "val": "accepted"},
        {"name": "state", "op": "eq", "val": "confirmed"},
    ]
}


def test_ember_organiser_lists_what_is_pending(client: Client) -> None:
    wanted = _filter({"name": "state", "op": "eq", "val": "pending"})
    answer = client.get(
        f"/v1/events/1/sessions?include=session-type,track&filter={wanted}"
        "&page[size]=25&page[number]=1",
        as_="organizer",
    )
    assert ids(answer) == ["4"]
    assert included(answer) == {("session-type", "1"), ("track", "1")}


def test_ember_scheduler_takes_everything_and_drops_it_elsewhere(client: Client) -> None:
    answer = client.get(
        f"/v1/events/a5b1c2d3/sessions?include=microlocation,track&filter={_filter(EITHER)}"
        "&page[size]=0",
        as_="organizer",
    )
    assert ids(answer) == ["1", "2", "3"]
    dropped = {
        "data": {
            "type": "session",
            "id": "1",
            "attributes": {"starts-at": "2030-05-02T08:00:00.000Z", "ends-at": "2030-05-02T09:00Z"},
            "relationships": {"microlocation": {"data": {"type": "microlocation", "id": "1"}}},
        }
    }
    assert client.patch("/v1/sessions/1", dropped, as_="organizer").status_code == 200
    dropped["data"]["attributes"] = {"starts-at": None, "ends-at": None}  # type: ignore[index]
    dropped["data"]["relationships"] = {"microlocation": {"data": None}}  # type: ignore[index]
    assert shown(client.patch("/v1/sessions/1", dropped, as_="organizer"))["ends-at"] is None


def test_ember_visitor_scrolls_through_the_programme(client: Client) -> None:
    seen: list[str] = []
    for number in (1, 2, 3, 4):
        answer = client.get(
            "/v1/events/1/sessions?include=track,session-type,microlocation"
            f"&filter={_filter(EITHER)}&sort=starts-at,id&page[size]=1&page[number]={number}"
            "&cache=true&public=true"
        )
        assert answer.json["meta"]["count"] == 3
        seen += ids(answer)
    assert seen == ["1", "2", "3"]


def test_ember_public_page_asks_for_the_sessions_of_one_day_and_track(client: Client) -> None:
    wanted = _filter(
        {
            "and": [
                EITHER,
                {"name": "starts-at", "op": "ge", "val": "2030-05-01T00:00:00Z"},
                {"name": "starts-at", "op": "lt", "val": "2030-05-02T00:00:00Z"},
                {"name": "track", "op": "has", "val": {"name": "name", "op": "eq", "val": "Web"}},
            ]
        }
    )
    assert ids(client.get(f"/v1/events/1/sessions?filter={wanted}&sort=starts-at,id")) == ["2"]


@pytest.mark.parametrize("name", ["tracks", "microlocations", "session-types"])
def test_clients_read_the_parts_of_a_programme_at_once(client: Client, name: str) -> None:
    answer = client.get(f"/v1/events/1/{name}?include=event&fields[event]=id&page[size]=0")
    assert ids(answer) == ["1", "2"]
    assert included(answer) == {("event", "1")}
    assert ids(client.get(f"/v1/events/1/{name}?page[size]=1000")) == ["1", "2"]


def test_android_reads_a_track_and_sends_its_bean_back(client: Client) -> None:
    answer = client.get(
        "/v1/tracks/1/sessions?include=track&fields[track]=id&page[size]=0", as_="organizer"
    )
    assert ids(answer) == ["1", "3", "4"]
    read = """title subtitle level short-abstract long-abstract comments language slides-url
    video-url audio-url signup-url state starts-at ends-at submitted-at created-at deleted-at
    last-modified-at is-mail-sent"""
    bean = answer.json["data"][0]
    assert bean["attributes"].keys() >= set(read.split())
    attributes = {name: value for name, value in bean["attributes"].items() if value is not None}
    junk = {"mail-sent": False, "enabled": True, "layout-res": 0, "selected": False}
    body = {"type": "session", "id": "1", "attributes": {**attributes, **junk, "title": "New"}}
    assert shown(client.patch("/v1/sessions/1", {"data": body}, as_="organizer"))["title"] == "New"
    assert ids(client.get("/v1/microlocations/1/sessions")) == ["2", "3"]


def test_a_filter_does_not_find_what_may_not_be_seen(client: Client) -> None:
    wanted = _filter({"name": "state", "op": "eq", "val": "pending"})
    for path in ("/v1/events/1/sessions", "/v1/tracks/1/sessions", "/v1/session-types/1/sessions"):
        assert ids(client.get(f"{path}?filter={wanted}", as_="other-owner")) == []
    any_pending = {"name": "sessions", "op": "any", "val": {"name": "state", "val": "pending"}}
    path = f"/v1/events/1/tracks?filter={_filter(any_pending)}"
    assert ids(client.get(path)) == []
    assert ids(client.get(path, as_="organizer")) == ["1"]
    shown(change(client, 2, "organizer", state="rejected"))
    assert included(client.get("/v1/events/1/tracks?include=sessions")) == {
        ("session", "1"),
        ("session", "3"),
    }
    assert fault(client.get("/v1/sessions/2/track"))[0] == 404
