"""What people think, and the averages that come of it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import IntegrityError

from tests.areas.documents import document, fault, ids

SESSION = "/v1/sessions/1"


def give(client: Any, who: str | None, rating: float = 4, **to_one: Any) -> Any:
    sent = document("feedback", None, {"rating": rating}, **to_one)
    return client.post("/v1/feedbacks", sent, as_=who)


def average(client: Any, session: int = 1) -> tuple[float, int]:
    shown = client.get(f"/v1/sessions/{session}", as_="owner").json["data"]["attributes"]
    return shown["average-rating"], shown["rating-count"]


def test_ratings_of_a_session_make_its_average(client: Any) -> None:
    assert average(client) == (4.5, 2)
    made = give(client, "owner", 1.5, session=("session", 1)).json["data"]["id"]
    assert average(client) == (3.5, 3)
    changed = document("feedback", int(made), {"rating": 3})
    assert client.patch(f"/v1/feedbacks/{made}", changed, as_="owner").status_code == 200
    assert average(client) == (4, 3)
    assert client.delete(f"/v1/feedbacks/{made}", as_="owner").status_code == 200
    assert average(client) == (4.5, 2)


def test_average_is_right_after_many_at_once(client: Any) -> None:
    people = {"owner": 1.0, "organizer": 2.5, "coorganizer": 5.0, "admin": 1.0, "super-admin": 3.0}
    with ThreadPoolExecutor(5) as pool:
        answers = pool.map(
            lambda who: give(client, who, people[who], session=("session", 4)).status_code, people
        )
        assert set(answers) == {201}
    assert average(client, 4) == (2.5, 5)


def test_rating_does_not_overtake_who_edits_the_session(client: Any) -> None:
    shown = client.get(SESSION, as_="owner")
    modified = shown.json["data"]["attributes"]["last-modified-at"]
    give(client, "owner", session=("session", 1))
    changed = document("session", 1, {"subtitle": "Again"})
    headers = {"If-Match": shown.headers["ETag"]}
    after = client.get(SESSION, as_="owner")
    assert after.json["data"]["attributes"]["last-modified-at"] == modified
    assert after.headers["ETag"] != shown.headers["ETag"], "but what is shown has changed"
    assert client.patch(SESSION, changed, as_="owner", headers=headers).status_code == 200


def test_feedback_is_given_once_to_each(client: Any) -> None:
    assert fault(give(client, "registered", event=("event", 1)))[:2] == (409, "duplicate")
    assert fault(give(client, "organizer", session=("session", 1)))[:2] == (409, "duplicate")
    assert give(client, "registered", event=("event", 2)).status_code == 201
    assert give(client, "owner", event=("event", 1)).status_code == 201, "the one before is deleted"
    assert average(client) == (4.5, 2)


def test_feedback_is_on_one_thing(client: Any, engine: Engine) -> None:
    both = {"event": ("event", 1), "session": ("session", 1)}
    for to_one in ({}, both):
        refused = give(client, "owner", **to_one)
        assert fault(refused) == (422, "one-target", "/data/relationships")
    for targets in ("NULL, NULL", "1, 1"):
        insert = "INSERT INTO feedbacks (user_id, rating, event_id, session_id) VALUES (4, 1, "
        with pytest.raises(IntegrityError), engine.begin() as connection:
            connection.execute(text(f"{insert}{targets})"))


@pytest.mark.parametrize("rating", [0, 0.5, 5.5, "good", None, True])
def test_rating_is_from_1_to_5(client: Any, rating: Any) -> None:
    refused = give(client, "owner", rating, event=("event", 1))
    assert refused.status_code == 422 or rating is True


def test_sessions_are_rated_by_those_who_run_the_event(client: Any) -> None:
    for who in ("registered", "track-organizer", "other-owner", "unverified"):
        assert give(client, who, session=("session", 1)).status_code == 403
        shown = client.get("/v1/sessions/1/feedbacks", as_=who)
        assert ids(shown) == []
    assert give(client, "registrar", session=("session", 5)).status_code in (403, 404)
    assert ids(client.get("/v1/sessions/1/feedbacks", as_="coorganizer")) == ["3", "4"]
    for who, seen in (("owner", {"3", "4"}), ("registered", set())):
        shown = client.get("/v1/sessions/1?include=feedbacks", as_=who).json
        assert {item["id"] for item in shown["included"]} == seen


def test_feedback_is_changed_by_its_author_and_stays_on_its_target(client: Any) -> None:
    better = document("feedback", 1, {"rating": 5})
    for who in ("owner", "organizer", "other-owner"):
        assert client.patch("/v1/feedbacks/1", better, as_=who).status_code == 403
        assert client.delete("/v1/feedbacks/1", as_=who).status_code == 403
    moved = document("feedback", 1, {}, event=("event", 2))
    assert client.patch("/v1/feedbacks/1", moved, as_="registered").status_code == 403
    assert give(client, "unverified", event=("event", 1), user=("user", 3)).status_code == 403


def test_organizers_list_feedback_as_their_app_does(client: Any) -> None:
    query = "include=event,user&fields[event]=id&page[size]=0"
    shown = client.get(f"/v1/events/1/feedbacks?{query}", as_="organizer").json
    assert [item["id"] for item in shown["data"]] == ["1", "2"]
    assert {"type": "event", "id": "1"}.items() <= shown["included"][0].items()
