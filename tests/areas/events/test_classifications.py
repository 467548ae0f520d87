"""The lists that events are classified by, and the tags of an event, over HTTP."""

from __future__ import annotations

from typing import Any

import pytest

from tests.areas.documents import document, fault, ids

LISTS = ("event-type", "event-topic", "event-location", "event-sub-topic")


def named(type_: str, name: str = "New", id_: int | None = None) -> dict[str, Any]:
    above = {"event_topic": ("event-topic", 1)} if type_ == "event-sub-topic" else {}
    return document(type_, id_, {"name": name}, **above)


@pytest.mark.parametrize("type_", LISTS)
def test_anybody_reads_the_list(client: Any, type_: str) -> None:
    assert sorted(ids(client.get(f"/v1/{type_}s"))) == ["1", "2"]
    assert client.get(f"/v1/{type_}s/1").status_code == 200


@pytest.mark.parametrize("type_", LISTS)
def test_only_staff_writes_the_list(client: Any, type_: str) -> None:
    path = f"/v1/{type_}s"
    assert client.post(path, named(type_)).status_code == 401
    for who in ("registered", "owner"):
        assert client.post(path, named(type_), as_=who).status_code == 403
        assert client.patch(f"{path}/1", named(type_, id_=1), as_=who).status_code == 403
        assert client.delete(f"{path}/1", as_=who).status_code == 403
    made = client.post(path, named(type_), as_="admin")
    assert made.status_code == 201
    assert made.json["data"]["attributes"]["slug"] == "new"
    assert client.delete(f"{path}/{made.json['data']['id']}", as_="admin").status_code == 200


@pytest.mark.parametrize("type_", LISTS)
def test_slug_is_unique_and_stays(client: Any, type_: str) -> None:
    path = f"/v1/{type_}s"
    first = client.post(path, named(type_, "Same & Same"), as_="admin").json["data"]
    second = client.post(path, named(type_, "Same & Same"), as_="admin").json["data"]
    assert first["attributes"]["slug"] == "same-same"
    assert second["attributes"]["slug"].startswith("same-same-")
    renamed = document(type_, first["id"], {"name": "Other", "slug": "chosen"})
    answer = client.patch(f"{path}/{first['id']}", renamed, as_="admin")
    assert answer.json["data"]["attributes"]["name"] == "Other"
    assert answer.json["data"]["attributes"]["slug"] == "same-same"


def test_deleting_a_type_leaves_its_events_without_one(client: Any) -> None:
    before = client.get("/v1/events/1").headers["etag"]
    assert client.delete("/v1/event-types/1", as_="admin").status_code == 200
    answer = client.get("/v1/events/1", headers={"If-None-Match": before})
    assert answer.json["data"]["relationships"]["event-type"]["data"] is None


def test_deleting_a_topic_takes_its_sub_topics_along(client: Any) -> None:
    assert client.delete("/v1/event-topics/1", as_="admin").status_code == 200
    assert ids(client.get("/v1/event-sub-topics")) == []
    assert client.get("/v1/event-sub-topics/1").status_code == 404
    relationships = client.get("/v1/events/1").json["data"]["relationships"]
    assert relationships["event-topic"]["data"] is None
    assert relationships["event-sub-topic"]["data"] is None


def test_deleting_a_sub_topic_leaves_its_events_without_one(client: Any) -> None:
    assert client.delete("/v1/event-sub-topics/1", as_="admin").status_code == 200
    relationships = client.get("/v1/events/1").json["data"]["relationships"]
    assert relationships["event-sub-topic"]["data"] is None
    assert relationships["event-topic"]["data"] is not None


def test_sub_topics_are_listed_under_their_topic(client: Any) -> None:
    assert ids(client.get("/v1/event-topics/1/event-sub-topics")) == ["1", "2"]
    assert ids(client.get("/v1/event-topics/2/event-sub-topics")) == []
    lost = document("event-sub-topic", None, {"name": "Lost"})
    assert client.post("/v1/event-sub-topics", lost, as_="admin").status_code == 422


def test_tags_are_writable_by_those_who_run_the_event_only(client: Any) -> None:
    tag = document("tag", None, {"name": "VIP", "color": "#fff"}, event=("event", 1))
    assert client.post("/v1/tags", tag).status_code == 401
    for who in ("registered", "registrar", "track-organizer", "other-owner"):
        assert client.post("/v1/tags", tag, as_=who).status_code == 403
        changed = document("tag", 1, {"name": "Mine"})
        assert client.patch("/v1/tags/1", changed, as_=who).status_code == 403
        assert client.delete("/v1/tags/1", as_=who).status_code == 403
    for who in ("coorganizer", "organizer", "owner", "admin"):
        assert client.post("/v1/tags", tag, as_=who).status_code == 201
    assert client.delete("/v1/tags/1", as_="coorganizer").status_code == 200
    assert "1" not in ids(client.get("/v1/events/1/tags"))


def test_tag_stays_with_its_event(client: Any) -> None:
    moved = document("tag", 1, None, event=("event", 2))
    assert fault(client.patch("/v1/tags/1", moved, as_="admin")) == (
        403,
        "forbidden",
        "/data/relationships/event",
    )
    move = {"data": {"type": "event", "id": "2"}}
    assert client.patch("/v1/tags/1/relationships/event", move, as_="admin").status_code == 405


@pytest.mark.parametrize("color", ["red", "#12", "#12345g", "2a6ebb", "#2a6ebb;", "#fff\n"])
def test_colour_of_a_tag_is_hexadecimal(client: Any, color: str) -> None:
    tag = document("tag", None, {"name": "VIP", "color": color}, event=("event", 1))
    assert fault(client.post("/v1/tags", tag, as_="owner"))[2] == "/data/attributes/color"
