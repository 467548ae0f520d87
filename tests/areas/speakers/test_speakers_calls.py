"""An event's call for speakers, over HTTP."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import Engine, text

from tests.areas.documents import document, fault, filtered

TIMES = {"starts-at": "2029-10-01T00:00:00Z", "ends-at": "2029-12-31T23:00:00Z"}


def announce(client: Any, event: int = 1, **attributes: Any) -> Any:
    sent = document("speakers-call", None, {**TIMES, **attributes}, event=("event", event))
    return client.post("/v1/speakers-calls", sent, as_="owner")


def test_event_has_one_call_at_a_time(client: Any) -> None:
    assert fault(announce(client))[:2] == (409, "duplicate")
    client.delete("/v1/speakers-calls/1", as_="owner")
    assert announce(client).status_code == 201


def test_one_of_calls_made_at_once_is_made(client: Any, engine: Engine) -> None:
    client.delete("/v1/speakers-calls/1", as_="owner")
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: announce(client).status_code, range(4)))
    assert sorted(answers) == [201, 409, 409, 409]
    with engine.connect() as connection:
        live = text("SELECT count(*) FROM speakers_calls WHERE event_id = 1 AND deleted_at IS NULL")
        assert connection.scalar(live) == 1


@pytest.mark.parametrize(
    ("attributes", "pointer"),
    [
        ({"ends-at": TIMES["starts-at"]}, "ends-at"),
        ({"ends-at": "2029-09-30T00:00:00Z"}, "ends-at"),
        ({"soft-ends-at": "2030-01-01T00:00:00Z"}, "soft-ends-at"),
        ({"soft-ends-at": "2029-09-30T00:00:00Z"}, "soft-ends-at"),
        ({"privacy": "secret"}, "privacy"),
        ({"hash": "short"}, "hash"),
        ({"starts-at": None}, "starts-at"),
    ],
)
def test_call_that_cannot_be_is_refused(client: Any, attributes: Any, pointer: str) -> None:
    client.delete("/v1/speakers-calls/1", as_="owner")
    assert fault(announce(client, **attributes))[::2] == (422, f"/data/attributes/{pointer}")
    assert client.get("/v1/events/1/speakers-call").json["data"] is None


def test_present_times_count_when_one_changes(client: Any) -> None:
    for attributes in ({"ends-at": "2025-11-10T08:00:00Z"}, {"soft-ends-at": TIMES["starts-at"]}):
        sent = document("speakers-call", 1, attributes)
        expected = 422 if "ends-at" in attributes else 200
        assert client.patch("/v1/speakers-calls/1", sent, as_="owner").status_code == expected


def test_private_call_is_the_teams(client: Any) -> None:
    sent = document("speakers-call", 1, {"privacy": "private"})
    assert client.patch("/v1/speakers-calls/1", sent, as_="owner").status_code == 200
    has = {"name": "speakers-call", "op": "has", "val": {"name": "id", "op": "eq", "val": 1}}
    for who, seen in ((None, False), ("registered", False), ("registrar", True), ("owner", True)):
        assert client.get("/v1/speakers-calls/1", as_=who).status_code == (200 if seen else 404)
        assert bool(client.get("/v1/events/1/speakers-call", as_=who).json["data"]) is seen
        event = client.get("/v1/events/1?include=speakers-call", as_=who).json
        assert bool(event["included"]) is seen
        assert bool(client.get(filtered("/v1/events", has), as_=who).json["data"]) is seen


def test_hash_is_the_teams(client: Any) -> None:
    assert "hash" not in client.get("/v1/speakers-calls/1").json["data"]["attributes"]
    shown = client.get("/v1/speakers-calls/1", as_="organizer").json["data"]["attributes"]
    assert shown["hash"] == "summit-2030-call"


def test_clients_find_events_by_their_public_call(client: Any) -> None:
    public = {"name": "privacy", "op": "eq", "val": "public"}
    condition = {"and": [{"name": "speakers-call", "op": "has", "val": public}]}
    found = client.get(filtered("/v1/events", condition, include="speakers-call", cache="true"))
    assert [event["id"] for event in found.json["data"]] == ["1"]
    assert [call["type"] for call in found.json["included"]] == ["speakers-call"]
