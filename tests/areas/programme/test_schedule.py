"""One session at a time in a room: told in words, and held by the table whatever comes."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from itertools import combinations, pairwise
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import Engine, select, update
from sqlalchemy.exc import IntegrityError, OperationalError

from openevent.areas.programme.models import Session
from openevent.db.engine import session_factory
from tests.areas.documents import document, fault, linkage
from tests.areas.programme.test_sessions import change, shown, submit
from tests.conftest import Client

HALL = {"microlocation": ("microlocation", 1)}
#: When session 2 has the hall.
TAKEN = {"starts-at": "2030-05-01T11:00:00Z", "ends-at": "2030-05-01T11:45:00Z"}
FREE = {"starts-at": "2030-05-03T09:00:00Z", "ends-at": "2030-05-03T09:45:00Z"}


def test_the_refusal_names_the_session_that_is_in_the_way(client: Client) -> None:
    answer = submit(client, "organizer", state="accepted", **TAKEN, to_one=HALL)
    assert fault(answer) == (409, "room-taken", "/data/relationships/microlocation")
    error = answer.json["errors"][0]
    assert "'The Web in 2030' (2)" in error["detail"]
    assert error["meta"]["session"] == {"type": "session", "id": "2", "title": "The Web in 2030"}
    workshop_room = {"microlocation": ("microlocation", 2)}
    other = submit(client, "organizer", state="accepted", **TAKEN, to_one=workshop_room)
    id_ = other.json["data"]["id"]
    assert fault(change(client, id_, "organizer", to_one=HALL))[1] == "room-taken"
    data = {"data": linkage("microlocation", "1")}
    path = f"/v1/sessions/{id_}/relationships/microlocation"
    assert fault(client.patch(path, data, as_="organizer"))[1] == "room-taken"
    data = {"data": [linkage("session", id_)]}  # type: ignore[dict-item]
    path = "/v1/microlocations/1/relationships/sessions"
    assert fault(client.post(path, data, as_="organizer"))[1] == "room-taken"
    room = client.get(f"/v1/sessions/{id_}").json["data"]["relationships"]["microlocation"]
    assert room["data"]["id"] == "2"


def test_sessions_that_follow_each_other_do_not_overlap(client: Client) -> None:
    after = {"starts-at": TAKEN["ends-at"], "ends-at": "2030-05-01T12:30:00Z"}
    before = {"starts-at": "2030-05-01T10:15:00Z", "ends-at": TAKEN["starts-at"]}
    for slot in (after, before):
        shown(submit(client, "organizer", state="accepted", **slot, to_one=HALL))


def test_drag_and_drop_moves_and_nulls_unschedule(client: Client) -> None:
    moved = change(
        client, 1, "organizer", starts_at=FREE["starts-at"], ends_at=FREE["ends-at"], to_one=HALL
    )
    assert shown(moved)["starts-at"] == FREE["starts-at"]
    gone = change(
        client, 1, "organizer", starts_at=None, ends_at=None, to_one={"microlocation": None}
    )
    assert shown(gone)["starts-at"] is None
    assert gone.json["data"]["relationships"]["microlocation"]["data"] is None
    shown(submit(client, "organizer", state="accepted", **FREE, to_one=HALL))


@pytest.mark.parametrize("state", ["rejected", "canceled", "withdrawn"])
def test_what_does_not_take_place_takes_no_room_and_gets_none_back(
    client: Client, state: str
) -> None:
    shown(change(client, 2, "organizer", state=state))
    other = submit(client, "organizer", state="accepted", **TAKEN, to_one=HALL)
    shown(other)
    back = change(client, 2, "organizer", state="accepted")
    assert fault(back)[1] in ("room-taken", "state-refused")
    assert (
        back.json["errors"][0].get("meta", {"session": {"id": other.json["data"]["id"]}})[
            "session"
        ]["id"]
        == other.json["data"]["id"]
    )


def test_what_was_deleted_does_not_come_back_into_a_room_that_is_taken(client: Client) -> None:
    assert client.delete("/v1/sessions/2", as_="organizer").status_code == 200
    shown(submit(client, "organizer", state="accepted", **TAKEN, to_one=HALL))
    restored = client.patch(
        "/v1/sessions/2", document("session", 2, {"deleted-at": None}), as_="admin"
    )
    assert restored.status_code == 409
    assert client.get("/v1/sessions/2").status_code == 404


def test_an_organizer_overrides_with_a_reason_that_stays_readable(client: Client) -> None:
    reason = {"overlap-reason": "A poster beside the talk."}
    both = submit(client, "organizer", state="accepted", **TAKEN, **reason, to_one=HALL)
    id_ = both.json["data"]["id"]
    seen = shown(client.get(f"/v1/sessions/{id_}", as_="moderator"))
    assert seen["overlap-reason"] == reason["overlap-reason"]
    assert not {"overlap-reason", "comments"} & shown(client.get(f"/v1/sessions/{id_}")).keys()
    cleared = change(client, id_, "organizer", overlap_reason=None)
    assert fault(cleared)[1] == "room-taken"
    for blank in ("", "  "):
        assert change(client, id_, "organizer", overlap_reason=blank).status_code == 422
    assert submit(client, "registered", **reason).status_code == 403


def test_the_table_itself_keeps_sessions_apart(engine: Engine) -> None:
    overlap = update(Session).where(Session.id == 3).values(starts_at=TAKEN["starts-at"])
    with engine.connect() as connection, pytest.raises(IntegrityError, match="one_at_a_time"):
        connection.execute(overlap)
    with engine.connect() as connection:
        connection.execute(overlap.values(overlap_reason="Because."))
        connection.rollback()


def test_eight_that_pass_the_application_by_get_a_room_one_at_a_time(engine: Engine) -> None:
    """What the API locks first, the table holds on its own."""
    made = [Session(event_id=1, title=f"{n}", state="accepted") for n in range(8)]
    with session_factory(engine)() as db:
        db.add_all(made)
        db.commit()
        ids = [session.id for session in made]
    slot = {"starts_at": FREE["starts-at"], "ends_at": FREE["ends-at"], "microlocation_id": 1}
    ready = Barrier(8)

    def schedule(id_: int) -> bool:
        with engine.connect() as connection:
            ready.wait()
            try:
                connection.execute(update(Session).where(Session.id == id_).values(slot))
                connection.commit()
            except (IntegrityError, OperationalError):  # taken, or a deadlock of those who want it
                return False
            return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(schedule, ids)) == 1


def test_eight_editors_at_once_leave_no_unexplained_overlap(client: Client, engine: Engine) -> None:
    made = [submit(client, "organizer", state="accepted").json["data"]["id"] for _ in range(8)]

    def schedule(number: int) -> Any:
        # Each overlaps with its neighbours, and every other one is moved twice.
        answers = []
        for minute in (number, 7 - number):
            slot = {
                "starts_at": f"2030-05-03T10:{minute:02}:00Z",
                "ends_at": f"2030-05-03T10:{minute + 3:02}:00Z",
            }
            answers.append(change(client, made[number], "organizer", **slot, to_one=HALL))
        return answers

    with ThreadPoolExecutor(8) as pool:
        answers = [answer for both in pool.map(schedule, range(8)) for answer in both]
    assert {answer.status_code for answer in answers} <= {200, 409, 503}
    for answer in answers:
        if answer.status_code == 409:
            assert answer.json["errors"][0]["meta"]["session"]["id"] in made
    with engine.connect() as connection:
        rows = connection.execute(
            select(Session.starts_at, Session.ends_at, Session.overlap_reason).where(
                Session.microlocation_id == 1,
                Session.deleted_at.is_(None),
                Session.starts_at.is_not(None),
            )
        ).all()
    assert len(rows) > 2, "somebody got the hall"
    for one, other in combinations(rows, 2):
        assert one.ends_at <= other.starts_at or other.ends_at <= one.starts_at


# -- speakers ------------------------------------------------------------------------------


def test_no_speaker_is_in_two_places_and_the_refusal_names_the_other(client: Client) -> None:
    """Speaker 1 is in sessions 1 and 3."""
    at_once = {"starts_at": "2030-05-01T10:00:00Z", "ends_at": "2030-05-01T10:45:00Z"}
    answer = change(client, 3, "organizer", **at_once)
    assert fault(answer) == (409, "speaker-taken", "/data/attributes/starts-at")
    error = answer.json["errors"][0]
    assert "'Soldering for Everybody' (1)" in error["detail"]
    assert error["meta"]["session"]["id"] == "1"
    reason = "A hand in each room."
    shown(change(client, 3, "organizer", **at_once, overlap_reason=reason))


def test_nobody_joins_a_session_while_speaking_in_another(client: Client) -> None:
    """Speaker 2 is in session 2; whichever way one joins, the refusal names it."""

    def names(answer: Any, pointer: str) -> bool:
        assert fault(answer) == (409, "speaker-taken", f"/data/relationships/{pointer}")
        return bool(answer.json["errors"][0]["meta"]["session"]["id"] == "2")

    made = submit(client, "organizer", state="accepted", **TAKEN).json["data"]["id"]
    path = f"/v1/sessions/{made}/relationships/speakers"
    speaker = {"data": [linkage("speaker", 2)]}
    assert names(client.post(path, speaker, as_="organizer"), "speakers")
    other_side = {"data": [linkage("session", made)]}
    from_there = client.post("/v1/speakers/2/relationships/sessions", other_side, as_="organizer")
    assert names(from_there, "sessions")
    assert client.get(path, as_="organizer").json["data"] == []
    sent = document("session", None, {"title": "Twice", "state": "accepted", **TAKEN})
    sent["data"]["relationships"] = {
        "event": {"data": linkage("event", 1)},
        "speakers": speaker,
    }
    assert names(client.post("/v1/sessions", sent, as_="organizer"), "speakers")
    shown(change(client, made, "organizer", starts_at=None, ends_at=None))
    joined = client.post(path, speaker, as_="organizer")
    assert joined.status_code == 200
    slot = {"starts_at": TAKEN["starts-at"], "ends_at": TAKEN["ends-at"]}
    assert fault(change(client, made, "organizer", **slot))[1] == "speaker-taken"


def test_a_talk_that_does_not_take_place_occupies_nobody(client: Client) -> None:
    at_once = {"starts_at": "2030-05-01T10:00:00Z", "ends_at": "2030-05-01T10:45:00Z"}
    shown(change(client, 1, "organizer", state="canceled"))
    shown(change(client, 3, "organizer", **at_once))
    assert fault(change(client, 1, "organizer", state="accepted"))[1] == "speaker-taken"


def test_eight_editors_at_once_put_a_speaker_in_one_place(client: Client, engine: Engine) -> None:
    made = [submit(client, "organizer", state="accepted").json["data"]["id"] for _ in range(8)]
    speaker = {"data": [linkage("speaker", 2)]}
    for id_ in made:
        path = f"/v1/sessions/{id_}/relationships/speakers"
        assert client.post(path, speaker, as_="organizer").status_code == 200

    def schedule(number: int) -> Any:
        slot = {
            "starts_at": f"2030-05-03T10:{number:02}:00Z",
            "ends_at": f"2030-05-03T10:{number + 3:02}:00Z",
        }
        return change(client, made[number], "organizer", **slot)

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(schedule, range(8)))
    assert {answer.status_code for answer in answers} <= {200, 409, 503}
    kept = [n for n, answer in enumerate(answers) if answer.status_code == 200]
    assert kept, "somebody got a time"
    assert all(b - a >= 3 for a, b in pairwise(kept))
    for answer in answers:
        if answer.status_code == 409:
            assert answer.json["errors"][0]["meta"]["session"]["id"] in made
