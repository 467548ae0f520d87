"""Sponsors and exhibitors, and the order of the latter, over HTTP."""

from __future__ import annotations

from typing import Any

import pytest

from tests.areas.documents import document, fault, ids

REORDER = "/v1/events/1/reorder-exhibitors"


def reorder(client: Any, body: Any, path: str = REORDER, who: str = "coorganizer") -> Any:
    return client.post(path, body, as_=who, content_type="application/json")


def places(client: Any) -> dict[str, int]:
    found = client.get("/v1/events/1/exhibitors", as_="coorganizer").json["data"]
    return {item["id"]: item["attributes"]["position"] for item in found}


def test_sponsors_come_by_their_level_and_those_without_last(client: Any) -> None:
    made = client.post(
        "/v1/sponsors",
        document("sponsor", None, {"name": "A friend"}, event=("event", 1)),
        as_="coorganizer",
    )
    assert ids(client.get("/v1/events/1/sponsors")) == ["1", "2", made.json["data"]["id"]]


def test_pending_exhibitors_are_the_teams_only(client: Any) -> None:
    for who in (None, "registered", "other-owner"):
        assert ids(client.get("/v1/events/1/exhibitors", as_=who)) == ["1", "6"]
        assert client.get("/v1/exhibitors/2", as_=who).status_code == 404
    assert ids(client.get("/v1/events/1/exhibitors", as_="moderator")) == ["1", "2", "6"]
    accepted = document("exhibitor", 2, {"status": "accepted"})
    assert client.patch("/v1/exhibitors/2", accepted, as_="coorganizer").status_code == 200
    assert client.get("/v1/exhibitors/2").status_code == 200


def test_exhibitors_are_put_in_order(client: Any) -> None:
    answer = reorder(client, [{"exhibitor": "6", "position": 0}, {"exhibitor": 1, "position": 9}])
    assert answer.json == {"success": True, "updates": {"0": 1, "9": 1}}
    assert list(places(client)) == ["6", "2", "1"]
    assert reorder(client, None, f"{REORDER}?reset").json == {"success": True, "updates": 2}
    assert places(client) == {"1": 0, "2": 0, "6": 0}


@pytest.mark.parametrize("other", [3, 5, 9999])
def test_order_with_a_stranger_in_it_changes_nothing(client: Any, other: int) -> None:
    before = places(client)
    answer = reorder(client, [{"exhibitor": 1, "position": 7}, {"exhibitor": other, "position": 0}])
    assert fault(answer)[:2] == (403, "other-event")
    assert places(client) == before


@pytest.mark.parametrize(
    "item",
    [
        1,
        {},
        {"exhibitor": "x", "position": 1},
        {"exhibitor": True, "position": 1},
        {"exhibitor": "9" * 40, "position": 1},
        {"exhibitor": 1, "position": -1},
        {"exhibitor": 1, "position": "1"},
    ],
)
def test_order_that_is_none_is_refused(client: Any, item: Any) -> None:
    assert reorder(client, [item]).status_code in (403, 422)


def test_order_is_for_those_who_run_the_event(client: Any) -> None:
    body = [{"exhibitor": 1, "position": 1}]
    for who, status in (("registered", 403), ("moderator", 403), ("other-owner", 403)):
        assert reorder(client, body, who=who).status_code == status
    assert reorder(client, body, "/v1/events/3/reorder-exhibitors", "registered").status_code == 404
    assert reorder(client, [], "/v1/events/a5b1c2d3/reorder-exhibitors").json["updates"] == {}


def test_event_has_one_copyright(client: Any) -> None:
    def add() -> Any:
        sent = document("event-copyright", None, {"licence": "MIT"}, event=("event", 1))
        return client.post("/v1/event-copyrights", sent, as_="coorganizer")

    assert fault(add())[:2] == (409, "duplicate")
    assert client.get("/v1/events/1/event-copyright").json["data"]["id"] == "1"
    assert client.delete("/v1/event-copyrights/1", as_="coorganizer").status_code == 200
    assert client.get("/v1/events/1/event-copyright").json["data"] is None
    assert add().status_code == 201
    assert client.get("/v1/events/1?include=event-copyright").json["included"][0]["type"] == (
        "event-copyright"
    )


def test_social_links_are_not_anybodys_to_write(client: Any) -> None:
    sent = document(
        "social-link", None, {"name": "x", "link": "https://x.org/"}, event=("event", 1)
    )
    for who, status in ((None, 401), ("registered", 403), ("moderator", 403)):
        assert client.post("/v1/social-links", sent, as_=who).status_code == status


@pytest.mark.parametrize("link", ["javascript:alert(1)", "ftp://x.org/", "x"])
def test_social_links_lead_to_the_web(client: Any, link: str) -> None:
    sent = document("social-link", None, {"name": "x", "link": link}, event=("event", 1))
    answer = client.post("/v1/social-links", sent, as_="coorganizer")
    assert fault(answer)[::2] == (422, "/data/attributes/link")


def sessions(client: Any, method: str, *session_ids: int, who: str = "coorganizer") -> Any:
    named = {"data": [{"type": "session", "id": str(id_)} for id_ in session_ids]}
    path = "/v1/exhibitors/1/relationships/sessions"
    return client.request(method, path, named, as_=who)


def test_exhibitors_have_sessions_of_their_event(client: Any) -> None:
    assert ids(client.get("/v1/exhibitors/1/sessions")) == ["1", "2"]
    assert ids(client.get("/v1/sessions/2/exhibitors")) == ["1", "6"]
    assert sessions(client, "PATCH", 2, 3).status_code == 200
    assert sessions(client, "DELETE", 2).status_code == 200
    assert ids(client.get("/v1/exhibitors/1/sessions")) == ["3"]
    assert sessions(client, "POST", 7, who="admin").status_code == 422, "of another event"
    for who, status in (("track-organizer", 403), ("registered", 403)):
        assert sessions(client, "PATCH", who=who).status_code == status
    assert ids(client.get("/v1/exhibitors/1/sessions")) == ["3"]


def test_exhibitors_show_no_session_that_is_hidden(client: Any) -> None:
    assert sessions(client, "POST", 4).status_code == 200
    assert ids(client.get("/v1/exhibitors/1/sessions")) == ["1", "2"]
    assert ids(client.get("/v1/exhibitors/1/sessions", as_="coorganizer")) == ["1", "2", "4"]
