"""The requests that published apps make about programmes, people and invitations.

Organizer apps and the web front end send these; each answer must have the members they read.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import orjson
import pytest

from tests.areas.documents import document, fault
from tests.conftest import Client

SHOWN = {"or": [{"name": "state", "op": "eq", "val": state} for state in ("accepted", "confirmed")]}
PENDING = {"name": "state", "op": "eq", "val": "pending"}
LIVE = {"name": "deleted-at", "op": "eq", "val": None}
TALKING = {"name": "sessions", "op": "any", "val": {"and": [LIVE, SHOWN]}}
ID_ONLY = "include=event&fields[event]=id&page[size]=0"


def where(*conditions: dict[str, Any]) -> str:
    return "filter=" + quote(orjson.dumps(conditions).decode())


ASKED = (
    "/v1/tracks/1/sessions?include=track&fields[track]=id&page[size]=0",
    "/v1/speakers/1/sessions",
    f"/v1/events/1/speakers?{ID_ONLY}",
    f"/v1/events/1/speakers-call?{ID_ONLY}",
    f"/v1/events/1/tracks?{ID_ONLY}",
    f"/v1/events/1/event-copyright?{ID_ONLY}",
    "/v1/events/1/feedbacks?include=event,user&fields[event]=id&page[size]=0",
    "/v1/events/1/role-invites?include=role",
    "/v1/events/1/users-events-roles?include=user,role",
    "/v1/events/1/sponsors?page[size]=10&page[number]=1",
    "/v1/events/1/social-links?page[size]=0",
    "/v1/events/1/session-types?page[size]=0",
    "/v1/events/1/microlocations?page[size]=1000",
    "/v1/microlocations/1/sessions",
    "/v1/users/3/notifications",
    "/v1/events/1/sessions?include=speakers,feedbacks,session-type,track&"
    f"{where(PENDING)}&page[size]=25&page[number]=1",
    f"/v1/events/1/sessions?include=speakers,microlocation,track&{where(SHOWN)}&page[size]=0",
    "/v1/events/1/sessions?"
    "include=track,speakers,session-type,favourite,microlocation.video-stream&"
    f"{where(SHOWN)}&sort=starts-at,id&page[size]=6&page[number]=1",
    "/v1/events/1/speakers?include=sessions.track&"
    f"{where(TALKING)}&sort=order&public=true&page[size]=9",
)
READ = {
    *("title", "subtitle", "level", "short-abstract", "long-abstract", "comments", "language"),
    *("slides-url", "video-url", "audio-url", "signup-url", "state", "starts-at", "ends-at"),
    *("submitted-at", "created-at", "deleted-at", "last-modified-at", "is-mail-sent"),
}


@pytest.mark.parametrize("path", ASKED)
def test_organizer_apps_list_what_belongs_to_an_event(client: Client, path: str) -> None:
    answer = client.get(path, as_="organizer")
    assert answer.status_code == 200, answer.text
    assert answer.json.keys() >= {"data", "links", "jsonapi"}


def test_android_reads_a_session(client: Client) -> None:
    shown = client.get("/v1/sessions/1", as_="organizer").json["data"]["attributes"]
    assert shown.keys() >= READ


def test_android_sends_the_level_as_a_number(client: Client) -> None:
    sent = document("session", None, {"title": "Kites", "level": 2}, event=("event", 1))
    made = client.post("/v1/sessions", sent, as_="organizer").json["data"]
    assert made["attributes"]["level"] == "Intermediate"
    for level in (0, 5, 2.5, True, "2"):
        wrong = document("session", made["id"], {"level": level})
        answer = client.patch(f"/v1/sessions/{made['id']}", wrong, as_="organizer")
        assert fault(answer) == (422, "invalid", "/data/attributes/level")


@pytest.mark.parametrize("path", ["states", "mails"])
def test_ember_reads_what_sessions_can_become_and_what_is_mailed(client: Client, path: str) -> None:
    assert isinstance(client.get(f"/v1/sessions/{path}", as_="organizer").json, dict)


@pytest.mark.parametrize("path", ["dates", "languages"])
def test_attendee_pages_read_days_and_languages(client: Client, path: str) -> None:
    assert isinstance(client.get(f"/v1/events/1/sessions/{path}").json, list)


def test_ember_drags_a_session_to_a_room_and_back(client: Client) -> None:
    times = {"starts-at": "2030-05-02T13:00:00.000Z", "ends-at": "2030-05-02T13:45:00.000Z"}
    there = document("session", 4, times, microlocation=("microlocation", 2))
    assert client.patch("/v1/sessions/4", there, as_="organizer").status_code == 200
    back = document("session", 4, dict.fromkeys(times), microlocation=None)
    moved = client.patch("/v1/sessions/4", back, as_="organizer").json["data"]
    assert moved["attributes"]["starts-at"] is None
    assert moved["relationships"]["microlocation"]["data"] is None


def test_front_ends_show_where_a_speaker_is_from(client: Client) -> None:
    assert client.get("/v1/speakers/1").json["data"]["attributes"]["location"] == "Berlin, Germany"
