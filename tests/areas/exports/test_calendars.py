"""Schedules over HTTP: what phones and calendars get, and when they need not get it again."""

from __future__ import annotations

import pytest
import vobject
from sqlalchemy import Engine, select

from openevent.areas.exports.actors import make_file
from openevent.areas.exports.models import Export
from openevent.db.engine import session_factory
from openevent.services.frontend import Frontend
from openevent.work.principal import SYSTEM
from openevent.work.unit import UnitOfWork

FILES = [f"/v1/events/1/schedule.{name}" for name in ("ics", "xcal", "xml")]


def entries(text: str) -> dict[str, vobject.base.Component]:
    return {e.uid.value: e for e in vobject.readOne(text).contents["vevent"]}


@pytest.mark.parametrize("path", [*FILES, "/v1/events/1.ics", "/v1/sessions/1.ics"])
def test_a_client_that_has_the_file_gets_it_once(client, path: str) -> None:
    first = client.get(path)
    again = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert first.headers["Cache-Control"] == "public, max-age=60"
    assert (again.status_code, again.content) == (304, b"")
    assert client.get(path).content == first.content


def test_another_time_is_another_file_of_the_same_entry(client) -> None:
    before = client.get(FILES[0])
    times = {"starts-at": "2030-05-02T07:00:00Z", "ends-at": "2030-05-02T08:00:00Z"}
    moved = {"data": {"type": "session", "id": "1", "attributes": times}}
    assert client.patch("/v1/sessions/1", moved, as_="organizer").status_code == 200
    after = client.get(FILES[0], headers={"If-None-Match": before.headers["ETag"]})
    assert after.status_code == 200
    uid = "session-1-a5b1c2d3@openevent"
    old, new = entries(before.text)[uid], entries(after.text)[uid]
    assert int(new.sequence.value) > int(old.sequence.value)
    assert new.dtstart.value.isoformat() == "2030-05-02T09:00:00+02:00"


@pytest.mark.parametrize("path", FILES)
def test_proposals_are_not_in_the_schedule(client, path: str) -> None:
    text = client.get(path, as_="organizer").text
    assert (
        client.get("/v1/sessions/4", as_="organizer").json["data"]["attributes"]["title"]
        not in text
    )


def test_a_draft_is_shown_to_its_team_and_kept_by_no_cache(client) -> None:
    assert client.get("/v1/events/3/schedule.ics").status_code == 404
    seen = client.get("/v1/events/3/schedule.ics", as_="owner")
    assert seen.status_code == 200
    assert seen.headers["Cache-Control"].startswith("private")
    assert "Authorization" in seen.headers["Vary"]


def test_events_are_found_by_their_identifier(client) -> None:
    assert client.get("/v1/events/a5b1c2d3/schedule.ics").content == client.get(FILES[0]).content


def test_a_file_to_save_has_a_name(client) -> None:
    saved = client.get("/v1/events/1.ics?download=true&include_sessions=true&cache=true")
    assert "a5b1c2d3.ics" in saved.headers["Content-Disposition"]
    assert len(entries(saved.text)) > 1


def test_an_export_is_made_once_and_fetched_by_its_address(client, engine: Engine) -> None:
    asked = client.get("/v1/events/1/export/pentabarf", as_="coorganizer").json
    waiting = client.get(asked["task_url"], as_="coorganizer").json
    assert waiting == {"state": "WAITING", "progress": 0, "result": {}}
    run_job(engine)
    done = client.get(asked["task_url"], as_="coorganizer").json
    assert done["state"] == "SUCCESS"
    path = path_of(done["result"]["download_url"])
    fetched = client.get(path)
    assert fetched.content == client.get(FILES[2]).content
    client.patch(
        "/v1/events/1",
        {"data": {"type": "event", "id": "1", "attributes": {"name": "Another"}}},
        as_="organizer",
    )
    run_job(engine)
    assert client.get(path).content == fetched.content


def test_a_task_is_told_only_to_who_started_it(client) -> None:
    asked = client.get("/v1/events/1/export/ical", as_="organizer").json
    assert client.get(asked["task_url"], as_="organizer").status_code == 200
    assert client.get(asked["task_url"], as_="owner").status_code == 404
    assert client.get(asked["task_url"]).status_code == 401


def test_who_does_not_run_the_event_exports_nothing(client, engine: Engine) -> None:
    assert client.get("/v1/events/1/export/ical", as_="registrar").status_code == 403
    assert client.get("/v1/events/3/export/ical", as_="registered").status_code == 404
    with session_factory(engine)() as db:
        assert db.scalar(select(Export.id).where(Export.id > 1000)) is None


def test_what_was_published_and_is_not_any_more_is_cancelled(client) -> None:
    version = {"type": "schedule-version", "attributes": {}}
    version["relationships"] = {"event": {"data": {"type": "event", "id": "1"}}}
    published = client.post("/v1/schedule-versions", {"data": version}, as_="organizer")
    assert published.status_code == 201
    before = entries(client.get(FILES[0]).text)["session-1-a5b1c2d3@openevent"]
    gone = {"type": "session", "id": "1", "attributes": {"state": "canceled"}}
    assert client.patch("/v1/sessions/1", {"data": gone}, as_="organizer").status_code == 200
    after = entries(client.get(FILES[0]).text)["session-1-a5b1c2d3@openevent"]
    assert (before.status.value, after.status.value) == ("CONFIRMED", "CANCELLED")
    assert int(after.sequence.value) > int(before.sequence.value)
    assert client.get("/v1/sessions/1").status_code == 404
    alone = entries(client.get("/v1/sessions/1.ics").text)[after.uid.value]
    assert alone.serialize() == after.serialize()
    assert '<event id="1"' not in client.get(FILES[2]).text


def test_ones_own_schedule_has_what_one_marked_and_nothing_else(client) -> None:
    mine = client.get("/v1/events/1.ics?my_schedule=true", as_="registered")
    marked = client.get("/v1/user-favourite-sessions?include=session", as_="registered").json
    ids = {each["id"] for each in marked["included"]}
    assert {uid.split("-")[1] for uid in entries(mine.text)} == ids
    assert mine.headers["Cache-Control"].startswith("private")
    assert client.get("/v1/events/1.ics?my_schedule=true").status_code == 401


def test_a_new_secret_address_ends_the_old_one(client) -> None:
    url = "/v1/calendar-feeds"
    first, second = (path_of(client.post(url, as_="registered").json["url"]) for _ in range(2))
    assert client.get(first).status_code == 404
    assert "BEGIN:VEVENT" in client.get(second).text
    assert client.delete(url, as_="registered").status_code == 200
    assert client.get(second).status_code == 404


def test_schedules_name_their_speakers(client) -> None:
    names = {
        each["attributes"]["name"] for each in client.get("/v1/sessions/1/speakers").json["data"]
    }
    assert names
    for path in FILES:
        assert all(name in client.get(path).text for name in names)


def path_of(url: str) -> str:
    return "/" + url.partition("://")[2].partition("/")[2]


def run_job(engine: Engine) -> None:
    """Run the job for the newest export, as a worker would."""
    work = UnitOfWork(
        open_db=session_factory(engine), principal=SYSTEM, ports={Frontend: Frontend()}
    )
    newest = work.db.scalar(select(Export.id).order_by(Export.id.desc()).limit(1))
    make_file(work, export_id=newest)
    work.db.commit()
    work.close()


def addresses(client) -> list[str | None]:
    shown = client.get("/v1/events/1", as_="organizer").json["data"]["attributes"]
    return [shown[f"{name}-url"] for name in ("ical", "xcal", "pentabarf")]


def test_an_event_says_where_its_published_schedule_is(client) -> None:
    paths = ["/v1" + url.partition("/v1")[2] for url in addresses(client)]
    assert [client.get(path).status_code for path in paths] == [200, 200, 200]
    assert all(url.startswith("http://") for url in addresses(client))
    found = client.get("/v1/events?filter[ical-url]=" + addresses(client)[0]).json["data"]
    assert [event["id"] for event in found] == ["1"]


@pytest.mark.parametrize("taken_back", [{"state": "draft"}, {"schedule-published-on": None}])
def test_a_schedule_that_is_taken_back_has_no_address(client, taken_back: dict) -> None:
    sent = {"data": {"type": "event", "id": "1", "attributes": taken_back}}
    assert client.patch("/v1/events/1", sent, as_="organizer").status_code == 200
    assert addresses(client) == [None, None, None]
    back = {"state": "published", "schedule-published-on": "2030-01-01T00:00:00Z"}
    sent["data"]["attributes"] = back
    shown = client.patch("/v1/events/1", sent, as_="organizer").json["data"]["attributes"]
    assert shown["ical-url"] == addresses(client)[0] is not None
