"""Published schedules: their versions, and what changes from one to the next."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine
from sqlalchemy.orm import Session as DatabaseSession

from openevent.areas.events.models import Event
from openevent.areas.programme import actors
from openevent.areas.programme.rules import Slot, difference, told
from openevent.work.principal import SYSTEM
from openevent.work.unit import UnitOfWork
from tests.areas.documents import document, fault, ids
from tests.areas.programme.test_sessions import change, shown
from tests.conftest import Client

MAY = datetime(2030, 5, 1, 9, 0, tzinfo=UTC)
DIFF = "/v1/events/1/schedule-versions/diff"

SLOTS = st.lists(
    st.builds(
        Slot,
        id=st.integers(1, 9),
        title=st.sampled_from(["Kites", "Bells"]),
        starts_at=st.sampled_from([MAY, MAY + timedelta(hours=1)]),
        ends_at=st.none() | st.just(MAY + timedelta(hours=2)),
        microlocation_id=st.sampled_from([None, 1, 2]),
        room=st.sampled_from([None, "Hall"]),
    ),
    unique_by=lambda slot: slot.id,
)


@given(SLOTS, SLOTS)
def test_a_difference_leads_from_one_version_to_the_other(old: list[Slot], new: list[Slot]) -> None:
    diff = difference(old, new)
    made = {slot.id: slot for slot in old}
    for slot in diff.removed:
        del made[slot.id]
    for _, slot in (*diff.moved, *diff.renamed):
        made[slot.id] = slot
    made |= {slot.id: slot for slot in diff.added}
    assert made == {slot.id: slot for slot in new}
    assert (told(diff, ZoneInfo("Europe/Berlin")) == []) is (made == {s.id: s for s in old})
    back = difference(new, old)
    assert {s.id for s in back.added} == {s.id for s in diff.removed}


def test_a_difference_is_told_in_the_time_of_the_event(client: Client) -> None:
    found = client.get(f"{DIFF}?from=1&to=2").json
    assert found["summary"] == [
        "New: “Freie Treiber”, 2 May 2030, 12:00\u201312:45 in Great Hall.",
        "Gone: “Sold Out”, which was 2 May 2030, 12:00\u201312:45 in Great Hall.",
        "Moved: “The Web in 2030”, from 1 May 2030, 12:00\u201312:45 in Great Hall to 1 May 2030, "
        "13:00\u201313:45 in Great Hall.",
        "Renamed: “Soldering” is now “Soldering for Everybody”.",
    ]
    assert [slot["id"] for slot in found["added"]] == ["3"]
    assert found["moved"][0]["to"]["starts-at"] == "2030-05-01T11:00:00Z"
    assert client.get(DIFF).json == found, "the newest, and the one before it"
    everything = client.get(f"{DIFF}?from=0&to=1").json
    assert [slot["id"] for slot in everything["added"]] == ["1", "2", "6"]


def publish(client: Client, who: str | None = "coorganizer", event: int = 1) -> Any:
    sent = document("schedule-version", None, {"comment": "Again"}, event=("event", event))
    return client.post("/v1/schedule-versions", sent, as_=who)


def test_publishing_keeps_a_version_and_says_since_when(client: Client) -> None:
    shown(change(client, 3, "organizer", starts_at="2030-05-02T09:00:00Z", title="Treiber"))
    made = shown(publish(client))
    assert (made["number"], made["session-count"], made["comment"]) == (3, 3, "Again")
    event = shown(client.get("/v1/events/1"))
    assert event["schedule-published-on"] == made["published-at"]
    found = client.get(DIFF).json
    assert (found["from"], found["to"]) == (2, 3)
    assert [step["to"]["id"] for step in found["moved"]] == ["3"]
    assert [step["to"]["title"] for step in found["renamed"]] == ["Treiber"]
    assert found["added"] == found["removed"] == []


def test_only_who_runs_the_event_publishes(client: Client) -> None:
    for who in ("registered", "track-organizer", "other-owner"):
        assert publish(client, who).status_code == 403
    assert publish(client, None).status_code == 401
    assert ids(client.get("/v1/events/1/schedule-versions")) == ["2", "1"]
    assert client.patch("/v1/schedule-versions/1", {}, as_="owner").status_code == 405
    assert client.delete("/v1/schedule-versions/1", as_="admin").status_code == 405


def test_taking_the_schedule_back_hides_its_versions(client: Client) -> None:
    sent = document("event", 1, {"schedule-published-on": None})
    assert client.patch("/v1/events/1", sent, as_="owner").status_code == 200
    assert ids(client.get("/v1/events/1/schedule-versions")) == []
    assert client.get("/v1/schedule-versions/2").status_code == 404
    assert client.get(f"{DIFF}?from=1&to=2").status_code == 404
    # Nor does who is in another event's team learn how many there are.
    for who in (None, "other-owner"):
        assert client.get(DIFF, as_=who).json["to"] == 0
    assert ids(client.get("/v1/events/1/schedule-versions", as_="registrar")) == ["2", "1"]
    assert client.get(f"{DIFF}?from=1&to=2", as_="registrar").status_code == 200


def test_strangers_learn_nothing_of_a_draft_events_schedule(client: Client) -> None:
    assert client.get("/v1/events/3/schedule-versions/diff").status_code == 404
    assert client.get("/v1/events/3/sessions/dates").status_code == 404
    assert client.get("/v1/events/3/sessions/languages", as_="registered").status_code == 404
    assert client.get("/v1/events/3/sessions/dates", as_="owner").json == []
    for bad in ("x", "-1", "9" * 20):
        assert fault(client.get(f"{DIFF}?to={bad}"))[0] == 400


def test_days_and_languages_are_of_the_programme_in_the_events_zone(client: Client) -> None:
    shown(change(client, 3, "organizer", ends_at="2030-05-03T23:00:00Z"))
    shown(change(client, 3, "organizer", starts_at="2030-05-02T22:30:00Z"))
    for address in ("1", "a5b1c2d3"):
        path = f"/v1/events/{address}/sessions"
        assert client.get(f"{path}/dates").json == ["2030-05-01", "2030-05-03"]
        assert client.get(f"{path}/languages").json == ["English", "German"]
    shown(change(client, 3, "organizer", state="canceled"))
    assert client.get("/v1/events/1/sessions/dates").json == ["2030-05-01"]
    assert client.get("/v1/events/1/sessions/languages").json == ["English"]


def _run(engine: Engine, job: Any, **arguments: Any) -> None:
    with DatabaseSession(engine, autoflush=False) as db:
        job(UnitOfWork(open_db=lambda: db, principal=SYSTEM), **arguments)
        db.commit()


def test_publishing_by_a_change_of_the_event_keeps_one_version_at_once(client: Client) -> None:
    def published(**changes: Any) -> list[str]:
        sent = document("event", 1, changes)
        assert client.patch("/v1/events/1", sent, as_="owner").status_code == 200
        return ids(client.get("/v1/events/1/schedule-versions"))

    first = {"schedule-published-on": "2026-01-05T10:00:00Z"}
    assert published(**first) == ["1001", "2", "1"]
    assert published(**first, name="Summit") == ["1001", "2", "1"], "clients send back what is"
    shown(change(client, 3, "organizer", title="Treiber"))
    assert len(published(**{"schedule-published-on": "2026-01-05T10:00:01Z"})) == 4
    kept = client.get("/v1/schedule-versions/1001", as_="owner").json["data"]
    assert kept["relationships"]["user"]["data"]["id"] == "3"
    assert [step["to"]["title"] for step in client.get(DIFF).json["renamed"]] == ["Treiber"]


def test_what_nobody_decided_on_is_rejected_once_the_event_is_over(
    client: Client, engine: Engine
) -> None:
    _run(engine, actors.reject_left_over_proposals)
    assert shown(client.get("/v1/sessions/4", as_="owner"))["state"] == "pending"
    with DatabaseSession(engine) as db:
        event = db.get_one(Event, 1)
        event.starts_at, event.ends_at = MAY.replace(year=2020), MAY.replace(year=2020, day=2)
        db.commit()
    for _ in range(2):
        _run(engine, actors.reject_left_over_proposals)
    assert shown(client.get("/v1/sessions/4", as_="owner"))["state"] == "rejected"
    assert shown(client.get("/v1/sessions/5", as_="owner"))["state"] == "draft"
    steps = client.get("/v1/sessions/4/state-changes", as_="owner").json["data"]
    assert [step["attributes"]["new-state"] for step in steps] == ["pending", "rejected"]
    assert steps[1]["relationships"]["user"]["data"] is None
