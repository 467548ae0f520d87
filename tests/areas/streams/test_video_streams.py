"""Streams of an event: everybody learns that there is one, its audience where to watch it."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, text

from tests.areas.documents import document, fault, ids, included, linkage
from tests.conftest import Client

PRIVATE = {"url", "password", "additional-information", "extra"}


def shown(client: Client, who: str | None, id_: int = 1) -> set[str]:
    return set(client.get(f"/v1/video-streams/{id_}", as_=who).json["data"]["attributes"])


def test_front_end_finds_the_streams_of_sessions(client: Client) -> None:
    path = "/v1/events/1/sessions?include=track,speakers,favourite,microlocation.video-stream"
    for who, is_told in ((None, False), ("organizer", True)):
        answer = client.get(f"{path}&sort=starts-at,id&page[size]=6", as_=who)
        assert ("video-stream", "1") in included(answer)
        stream = next(r for r in answer.json["included"] if r["type"] == "video-stream")
        assert (stream["attributes"].keys() >= PRIVATE) is is_told


def test_who_takes_part_is_told_where_to_watch(client: Client, engine: Engine) -> None:
    for who in ("moderator", "registrar", "registered", "admin"):
        assert shown(client, who) >= PRIVATE, "the team, a speaker, staff"
    for who in (None, "unverified", "other-owner"):
        assert not PRIVATE & shown(client, who)
    ticket = text("UPDATE attendees SET user_id = 11 WHERE event_id = 1 AND order_id = :order")
    bought = "SELECT id FROM orders WHERE event_id = 1 AND status = :status LIMIT 1"
    for status, is_told in (("cancelled", False), ("initializing", False), ("completed", True)):
        with engine.begin() as db:
            db.execute(text("UPDATE attendees SET user_id = NULL WHERE user_id = 11"))
            order = db.scalar(text(bought), {"status": status})
            if order is None:
                continue
            assert db.execute(ticket, {"order": order}).rowcount or not is_told
        assert (shown(client, "other-owner") >= PRIVATE) is is_told, status


def test_a_stream_of_another_event_is_refused(client: Client) -> None:
    assert shown(client, "admin", 2)
    other = document("microlocation", 1, {}, video_stream=("video-stream", 2))
    assert client.patch("/v1/microlocations/1", other, as_="admin").status_code in (409, 422)
    rooms = {"data": [linkage("microlocation", 3)]}
    path = "/v1/video-streams/1/relationships/rooms"
    assert client.post(path, rooms, as_="admin").status_code in (409, 422)
    assert client.post(path, rooms, as_="organizer").status_code == 403
    assert ids(client.get("/v1/video-streams/1/rooms")) == ["1"]
    moved = document("video-stream", 1, {}, event=("event", 2))
    assert fault(client.patch("/v1/video-streams/1", moved, as_="admin"))[0] == 403


def test_rooms_of_a_deleted_stream_stay_without(client: Client) -> None:
    assert client.delete("/v1/video-streams/1", as_="coorganizer").status_code == 200
    room = client.get("/v1/microlocations/1").json["data"]["relationships"]
    assert room["video-stream"]["data"] is None
    assert client.get("/v1/video-streams/1", as_="admin").status_code == 404


def test_copies_of_an_event_have_rooms_without_its_streams(client: Client) -> None:
    copy = client.post("/v1/events/1/copy", {}, as_="organizer", content_type="application/json")
    assert copy.status_code == 200, copy.text
    rooms = client.get(f"/v1/events/{copy.json['id']}/microlocations", as_="organizer").json
    assert len(rooms["data"]) == 2
    assert all(r["relationships"]["video-stream"]["data"] is None for r in rooms["data"])


@pytest.mark.parametrize("extra", [["a"], {"a": "x" * 10_001}])
def test_settings_of_the_player_are_a_small_object(client: Client, extra: object) -> None:
    sent = document("video-stream", 1, {"extra": extra})
    answer = client.patch("/v1/video-streams/1", sent, as_="coorganizer")
    assert fault(answer) == (422, "invalid", "/data/attributes/extra")


def test_front_end_opens_an_event_with_its_stream(client: Client) -> None:
    """As published front ends ask for every event page, and for the rooms of an organizer."""
    include = (
        "social-links,event-copyright,speakers-call,tax,owner,organizers,video-stream,custom-forms,"
        "group,group.followers,group.followers.user"
    )
    event = client.get(f"/v1/events/a5b1c2d3?include={include}")
    found = [item for item in event.json["included"] if item["type"] == "video-stream"]
    assert [item["id"] for item in found] == ["4"], "the one that is of no room"
    rooms = {"data": [linkage("microlocation", 2)]}
    path = "/v1/video-streams/4/relationships/rooms"
    assert client.post(path, rooms, as_="organizer").status_code == 200
    assert client.get("/v1/events/1/video-stream").json["data"] is None
    include = "video-stream.video-channel,video-stream.moderators"
    answer = client.get(f"/v1/events/1/microlocations?include={include}", as_="organizer")
    assert {("video-channel", "1"), ("video-stream-moderator", "1")} <= included(answer)
    channel = next(r for r in answer.json["included"] if r["type"] == "video-channel")
    assert not {"api-key", "api-url", "extra"} & channel["attributes"].keys()


def test_a_moderator_watches_and_sees_only_themselves(client: Client) -> None:
    sent = document(
        "video-stream-moderator",
        None,
        {"email": "Other-Owner@example.org"},
        video_stream=("video-stream", 1),
    )
    path = "/v1/video-stream-moderators"
    assert client.post(path, sent, as_="other-owner").status_code == 403
    assert not PRIVATE & shown(client, "other-owner")
    made = client.post(path, sent, as_="coorganizer").json["data"]["id"]
    assert shown(client, "other-owner") >= PRIVATE
    assert not PRIVATE & shown(client, "other-owner", 4), "of this stream, and no other"
    mine = "/v1/video-streams/1/video-stream-moderators"
    assert ids(client.get(mine, as_="other-owner")) == [made]
    assert ids(client.get(mine)) == []
    moved = document("video-stream-moderator", int(made), {}, video_stream=("video-stream", 4))
    assert fault(client.patch(f"{path}/{made}", moved, as_="coorganizer"))[0] == 403


def test_streams_of_a_deleted_service_go_on_without(client: Client) -> None:
    before = client.get("/v1/video-streams/1").headers["etag"]
    assert client.delete("/v1/video-channels/1", as_="admin").status_code == 200
    after = client.get("/v1/video-streams/1")
    assert after.json["data"]["relationships"]["video-channel"]["data"] is None
    assert after.headers["etag"] != before


def test_front_end_learns_whether_there_is_something_to_watch(client: Client) -> None:
    def told(who: str | None, event: object = "a5b1c2d3") -> tuple[bool, bool]:
        answer = client.get(f"/v1/events/{event}/has-streams", as_=who).json
        return answer["exists"], answer["can_access"]

    assert told(None) == told("other-owner") == (True, False)
    assert told("registered") == told("registrar") == told("admin") == (True, True)
    for id_ in (1, 4):
        assert client.delete(f"/v1/video-streams/{id_}", as_="owner").status_code == 200
    assert told("owner", 1) == (False, False)
    assert client.get("/v1/events/3/has-streams").status_code == 404, "a draft"
