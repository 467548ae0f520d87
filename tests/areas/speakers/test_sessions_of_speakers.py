"""Who speaks in which session, over HTTP and in the tables."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import IntegrityError

from tests.areas.documents import document, fault, filtered, ids, linkage

OF_SESSION = "/v1/sessions/1/relationships/speakers"
OF_SPEAKER = "/v1/speakers/1/relationships/sessions"


def speakers(*numbers: int) -> dict[str, Any]:
    return {"data": [linkage("speaker", number) for number in numbers]}


def sessions(*numbers: int) -> dict[str, Any]:
    return {"data": [linkage("session", number) for number in numbers]}


def run(engine: Engine, sql: str) -> None:
    with engine.begin() as connection:
        connection.execute(text(sql))


def test_session_has_several_speakers_and_a_speaker_several_sessions(client: Any) -> None:
    assert ids(client.get("/v1/sessions/1/speakers")) == ["1", "2"]
    assert ids(client.get("/v1/speakers/1/sessions")) == ["1", "3"]
    assert client.post(OF_SESSION, speakers(6, 1), as_="coorganizer").status_code == 200
    assert ids(client.get("/v1/speakers/6/sessions")) == ["1"], "the pending one is not public"
    assert client.patch(OF_SPEAKER, sessions(2, 4), as_="organizer").status_code == 200
    assert ids(client.get("/v1/speakers/1/sessions", as_="organizer")) == ["2", "4"]
    assert client.delete(OF_SPEAKER, sessions(2), as_="organizer").status_code == 200
    assert ids(client.get("/v1/sessions/2/speakers")) == ["2"]


def test_documents_name_speakers_and_sessions_too(client: Any) -> None:
    made = document(
        "speaker", None, {"name": "Grace", "email": "g@example.net"}, event=("event", 1)
    )
    made["data"]["relationships"]["sessions"] = sessions(1, 4)
    speaker = client.post("/v1/speakers", made, as_="coorganizer").json["data"]["id"]
    assert speaker in ids(client.get("/v1/sessions/1/speakers"))
    changed = document("session", 4, {})
    changed["data"]["relationships"] = {"speakers": speakers(1, int(speaker))}
    assert client.patch("/v1/sessions/4", changed, as_="coorganizer").status_code == 200
    assert ids(client.get("/v1/sessions/4/speakers", as_="owner")) == [speaker, "1"]


def test_submission_names_its_speaker(client: Any) -> None:
    proposed = document("session", None, {"title": "Moss", "state": "pending"}, event=("event", 1))
    proposed["data"]["relationships"]["speakers"] = speakers(1)
    made = client.post("/v1/sessions", proposed, as_="registered")
    assert made.status_code == 201
    assert ids(client.get(f"/v1/sessions/{made.json['data']['id']}/speakers", as_="owner")) == ["1"]


@pytest.mark.parametrize("who", ["registered", "other-owner", "registrar"])
def test_nobody_puts_others_into_sessions_nor_themselves_into_others(client: Any, who: str) -> None:
    for path, body in (
        (OF_SESSION, speakers(6)),
        ("/v1/sessions/2/relationships/speakers", speakers(1)),
        (OF_SPEAKER, sessions(2)),
    ):
        assert client.post(path, body, as_=who).status_code in (403, 404)
    assert ids(client.get("/v1/sessions/2/speakers", as_="owner")) == ["2"]
    assert ids(client.get("/v1/sessions/1/speakers", as_="owner")) == ["1", "2"]


def test_speaker_of_another_event_is_refused(client: Any, engine: Engine) -> None:
    assert fault(client.post(OF_SESSION, speakers(3), as_="admin"))[:2] == (422, "other-event")
    assert fault(client.post(OF_SPEAKER, sessions(7), as_="admin"))[:2] == (422, "other-event")
    for pair in ((3, 1, 1), (1, 7, 1), (1, 7, 2)):
        with pytest.raises(IntegrityError):
            run(engine, f"INSERT INTO speakers_sessions VALUES {pair}")  # noqa: S608  # numbers


def test_speaker_of_a_session_may_change_it_and_see_it(client: Any, engine: Engine) -> None:
    run(engine, "UPDATE sessions SET creator_id = 3 WHERE id = 4")
    changed = document("session", 4, {"subtitle": "Live"})
    assert client.patch("/v1/sessions/4", changed, as_="registered").status_code == 200
    run(engine, "DELETE FROM speakers_sessions WHERE session_id = 4 AND speaker_id = 1")
    assert client.patch("/v1/sessions/4", changed, as_="registered").status_code == 404


def test_speakers_are_public_with_their_session(client: Any, engine: Engine) -> None:
    assert ids(client.get("/v1/events/1/speakers")) == ["1", "2"]
    assert client.get("/v1/speakers/6", as_="registered").status_code == 200, "they speak together"
    run(engine, "UPDATE sessions SET state = 'accepted' WHERE id = 4")
    assert ids(client.get("/v1/events/1/speakers")) == ["1", "2", "6"]
    run(engine, "UPDATE sessions SET state = 'rejected' WHERE event_id = 1")
    assert ids(client.get("/v1/events/1/speakers")) == ["2"], "featured"
    run(engine, "UPDATE sessions SET state = 'accepted', deleted_at = now() WHERE event_id = 1")
    assert ids(client.get("/v1/events/1/speakers")) == ["2"]


def test_front_end_finds_speakers_by_their_sessions(client: Any) -> None:
    states = [{"name": "state", "op": "eq", "val": state} for state in ("accepted", "confirmed")]
    live = {"name": "deleted-at", "op": "eq", "val": None}
    condition = {"name": "sessions", "op": "any", "val": {"and": [live, {"or": states}]}}
    found = client.get(
        filtered(
            "/v1/events/1/speakers",
            condition,
            include="sessions.track",
            sort="order",
            public="true",
            **{"page[size]": "9"},
        )
    )
    assert ids(found) == ["1", "2"]
    assert {item["type"] for item in found.json["included"]} == {"session", "track"}
    shown = {x["id"] for x in found.json["included"] if x["type"] == "session"}
    assert shown == {"1", "2", "3"}, "the pending one is not shown"


def test_sessions_are_proposed_while_the_call_is_open_only(client: Any, engine: Engine) -> None:
    def propose(who: str, state: str = "pending") -> Any:
        sent = document("session", None, {"title": "Moss", "state": state}, event=("event", 1))
        return client.post("/v1/sessions", sent, as_=who)

    draft = propose("registered", "draft").json["data"]["id"]
    run(
        engine, "UPDATE speakers_calls SET soft_ends_at = NULL, ends_at = '2025-11-20' WHERE id = 1"
    )
    for state in ("draft", "pending"):
        assert fault(propose("registered", state))[:2] == (403, "call-not-open")
    submitted = document("session", int(draft), {"state": "pending"})
    refused = client.patch(f"/v1/sessions/{draft}", submitted, as_="registered")
    assert fault(refused)[:2] == (403, "call-not-open")
    better = document("session", int(draft), {"subtitle": "Green"})
    assert client.patch(f"/v1/sessions/{draft}", better, as_="registered").status_code == 200
    assert propose("coorganizer").status_code == 201
