"""Whole events as archives: taken out, and brought in again."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from contextlib import closing
from datetime import datetime, timedelta
from typing import Any

import falcon.testing
from hypothesis import Phase, given
from hypothesis import settings as settings_of
from hypothesis import strategies as st
from sqlalchemy import Engine, select, text

from openevent.areas.exports import actors
from openevent.areas.exports.archives.parts import PARTS
from openevent.areas.exports.models import ImportJob
from openevent.areas.identity.world import PRINCIPALS
from openevent.db.engine import session_factory
from openevent.settings import Settings
from openevent.work.principal import SYSTEM
from openevent.work.unit import UnitOfWork
from openevent.worker import worker_ports
from tests.areas.exports.test_lists import fetched, make, task
from tests.conftest import Client, put_back

#: What published clients send.
ASKED = {"image": True, "video": True, "document": True, "audio": True}


def exported(client: Client, engine: Engine, event: str = "1", as_: str = "organizer") -> bytes:
    asked = client.rpc(f"/v1/events/{event}/export/json", ASKED, as_=as_).json
    make(engine)
    return fetched(client, task(client, asked, as_))


def opened(content: bytes) -> dict[str, Any]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: json.loads(archive.read(name)) for name in archive.namelist()}


def test_archive_has_every_part_and_no_orders_people_or_money(
    client: Client, engine: Engine
) -> None:
    bank = "IBAN DE02 1203 0000 0000 2020 51"
    with engine.begin() as connection:
        connection.execute(text("UPDATE events SET bank_details = :b WHERE id = 1"), {"b": bank})
    content = exported(client, engine)
    assert content == exported(client, engine, as_="coorganizer"), "the same event, the same bytes"
    files = opened(content)
    assert [*files] == ["event.json", *(part.file for part in PARTS)]
    empty = [name for name, document in files.items() if not document["data"]]
    assert not empty, "the demo event has rows of every part"
    assert not {"state", "bank-details", "paypal-email", "can-pay-by-bank", "is-featured"} & set(
        files["event.json"]["data"]["attributes"]
    )
    written = json.dumps(files)
    assert bank not in written
    # Of the sessions of the event, what is shown of them elsewhere, with their speakers.
    shown = client.get(
        "/v1/events/1/sessions?page[size]=0&sort=id&include=speakers", as_="organizer"
    )
    sessions = {row["id"]: row for row in shown.json["data"]}
    assert [row["id"] for row in files["sessions.json"]["data"]] == [*sessions]
    for row in files["sessions.json"]["data"]:
        there = sessions[row["id"]]
        here = {k: v for k, v in row["attributes"].items() if k != "complex-field-values"}
        assert {k: there["attributes"][k] for k in here} == here
        speakers = {each["id"] for each in there["relationships"]["speakers"]["data"]}
        assert {each["id"] for each in row["relationships"]["speakers"]["data"]} == speakers


def test_archive_shows_nothing_to_who_lost_their_role_meanwhile(
    client: Client, engine: Engine
) -> None:
    asked = client.rpc("/v1/events/1/export/json", ASKED, as_="organizer").json
    with engine.begin() as connection:
        connection.execute(text("UPDATE users SET is_blocked = true WHERE id = 4"))
        connection.execute(text("UPDATE events SET state = 'draft' WHERE id = 1"))
    make(engine)
    done = task(client, asked, as_="admin")
    assert (done["state"], done["result"]) == ("FAILURE", {"message": "There is no such resource."})


# -- and in again ------------------------------------------------------------------------------


def sent(client: Client, content: bytes, as_: str = "registered") -> falcon.testing.Result:
    """Send an archive, as a form of a browser does."""
    head = b'--form\r\nContent-Disposition: form-data; name="file"; filename="event.zip"\r\n\r\n'
    return client.request(
        "POST",
        "/v1/events/import/json",
        body=head + content + b"\r\n--form--\r\n",
        headers={"Content-Type": "multipart/form-data; boundary=form"},
        as_=as_,
    )


def imported(client: Client, engine: Engine, settings: Settings, content: bytes) -> Any:
    """Send an archive and let the job run, as a worker would; return what the task says."""
    asked = sent(client, content)
    assert asked.status_code == 200, asked.text
    work = UnitOfWork(
        open_db=session_factory(engine), principal=SYSTEM, ports=worker_ports(settings)
    )
    with closing(work):
        newest = work.db.scalars(select(ImportJob.id).order_by(ImportJob.id.desc()).limit(1)).one()
        actors.make_event(work, import_id=newest)
        told = {type(event).__name__ for event in work.recorded}
        assert told <= {"EventCreated", "PictureChanged"}, "nobody is mailed about each session"
        work.db.commit()
    return task(client, asked.json, "registered")


def packed(files: dict[str, Any]) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, document in files.items():
            is_raw = isinstance(document, bytes)
            archive.writestr(name, document if is_raw else json.dumps(document))
    return content.getvalue()


def without_ids(files: dict[str, Any]) -> dict[str, Any]:
    """Return files in which ids are places: that of an entry in its file."""
    places = {
        (row["type"], row["id"]): str(place)
        for document in files.values()
        for place, row in enumerate(
            document["data"] if isinstance(document["data"], list) else [document["data"]]
        )
    }

    def told(value: Any) -> Any:
        if isinstance(value, list):
            return [told(each) for each in value]
        if isinstance(value, dict):
            known = places.get((value.get("type"), value.get("id")))  # type: ignore[arg-type]
            given = {"id": known} if known is not None else {}
            return {k: told(v) for k, v in value.items()} | given
        return value

    return told(files)  # type: ignore[no-any-return]


STATES = ["draft", "pending", "accepted", "confirmed", "rejected", "canceled", "withdrawn"]


@given(data=st.data())
@settings_of(max_examples=6, phases=[Phase.generate])
def test_event_that_went_out_comes_in_the_same(
    client: Client, engine: Engine, settings: Settings, data: st.DataObject
) -> None:
    """Whatever the state of its sessions, long past or switched off, and whatever its forms ask."""
    put_back(engine)
    files = opened(exported(client, engine))
    flags = st.booleans()
    event = files["event.json"]["data"]["attributes"]
    years = timedelta(days=365 * data.draw(st.integers(-20, 5)))
    for file, names in {
        "event.json": ("starts-at", "ends-at"),
        "sessions.json": ("starts-at", "ends-at"),
        "tickets.json": ("sales-starts-at", "sales-ends-at"),
    }.items():
        rows = files[file]["data"]
        for row in rows if isinstance(rows, list) else [rows]:
            for name in names:
                if row["attributes"][name]:
                    moment = datetime.fromisoformat(row["attributes"][name]) + years
                    row["attributes"][name] = moment.isoformat().replace("+00:00", "Z")
    event["is-sessions-speakers-enabled"] = data.draw(flags)
    event["name"] = data.draw(st.sampled_from(["Ünïcode & <b>", "x" * 200, "مؤتمر"]))
    for session in files["sessions.json"]["data"]:
        session["attributes"]["state"] = data.draw(st.sampled_from(STATES))
        session["attributes"]["is-locked"] = data.draw(flags)
    for form in files["custom-forms.json"]["data"]:
        if form["attributes"]["form"] != "attendee":
            form["attributes"] |= {"is-required": data.draw(flags), "is-included": data.draw(flags)}
    wished = {"state": "published", "is-featured": True, "bank-details": "IBAN"}
    more = {"data": files["event.json"]["data"] | {"attributes": event | wished}}
    done = imported(
        client, engine, settings, packed(files | {"event.json": files["event.json"] | more})
    )
    assert done["state"] == "SUCCESS", done
    again = opened(exported(client, engine, str(done["result"]["id"]), as_="registered"))
    assert without_ids(again) == without_ids(files)
    made = client.get(f"/v1/events/{done['result']['identifier']}", as_="registered").json["data"]
    assert made["id"] == str(done["result"]["id"])
    decided = {name: made["attributes"][name] for name in wished}
    assert decided == {"state": "draft", "is-featured": False, "bank-details": None}
    assert client.get(f"/v1/events/{made['id']}", as_="organizer").status_code == 404
    owner = client.get(f"/v1/events/{made['id']}/owner", as_="registered").json["data"]
    assert owner["id"] == str(PRINCIPALS["registered"])


def _changed(file: str, change: Callable[[Any], None]) -> Callable[[dict[str, Any]], None]:
    return lambda files: change(files[file]["data"])


WRONG: dict[str, tuple[Callable[[dict[str, Any]], Any], str]] = {
    "a price that no ticket has": (
        _changed("tickets.json", lambda rows: rows[1]["attributes"].update({"price": 0})),
        "tickets.json: /data/1/attributes/price: A paid ticket has a price over 0.",
    ),
    "a wrong type": (
        _changed("tracks.json", lambda rows: rows[0]["attributes"].update({"name": ["x"]})),
        "tracks.json: /data/0/attributes/name: Not a valid string.",
    ),
    "what is not there": (
        _changed(
            "faqs.json",
            lambda rows: rows[0]["relationships"]["faq-type"]["data"].update({"id": "77"}),
        ),
        "faqs.json: /data/0/relationships/faq-type: The archive has no faq-type 77.",
    ),
    "one where there are many": (
        _changed(
            "ticket-tags.json", lambda rows: rows[0]["relationships"]["tickets"].update(data=None)
        ),
        "ticket-tags.json: /data/0/relationships/tickets/data: data is an array",
    ),
    "an id of the database": (
        _changed("tracks.json", lambda rows: rows[0].update({"id": 1})),
        "tracks.json: /data/0/id: It is a string.",
    ),
    "a picture inside the network": (
        _changed(
            "speakers.json",
            lambda rows: rows[0]["attributes"].update({"photo-url": "http://169.254.169.254/x"}),
        ),
        "speakers.json: /data/0/attributes/photo-url: ",
    ),
    "the same twice": (
        _changed("social-links.json", lambda rows: rows.append(rows[0] | {"id": "x"})),
        "social-links.json: /data/2: The event has a link of this identifier already.",
    ),
    "no JSON": (
        lambda files: files.update({"tags.json": b"<tags/>"}),
        "tags.json: It is not JSON.",
    ),
    "no list": (
        lambda files: files.update({"tags.json": {"data": {}}}),
        "tags.json: It is an object, whose data is an array.",
    ),
    "too many rows": (
        lambda files: files.update(
            {
                "tags.json": {
                    "data": [{"type": "tag", "id": str(n), "attributes": {}} for n in range(10_001)]
                }
            }
        ),
        "The archive has more than 10000 rows.",
    ),
    "too many values": (
        lambda files: files.update({"tags.json": b"[" + b"0," * 1_500_000 + b"0]"}),
        "The archive has too many values.",
    ),
    "a bomb": (
        lambda files: files.update({"tags.json": b" " * (33 * 1024 * 1024)}),
        "The archive unpacks to more than 33554432 bytes.",
    ),
}


def test_archive_that_is_wrong_leaves_nothing_and_says_where(
    client: Client, engine: Engine, settings: Settings
) -> None:
    content = exported(client, engine)
    before = counted(engine)
    for name, (break_, message) in WRONG.items():
        files = opened(content)
        break_(files)
        done = imported(client, engine, settings, packed(files))
        assert (done["state"], done["result"].get("message", "")[: len(message)]) == (
            "FAILURE",
            message,
        ), name
    assert counted(engine) == before
    shown = client.get("/v1/import-jobs?page[size]=0", as_="registered").json["data"]
    jobs = [job for job in shown if job["id"] != "3"]  # of the demo world
    assert {job["attributes"]["result-status"] for job in jobs} == {"FAILURE"}
    assert len(jobs) == len(WRONG)
    theirs = client.get(f"/v1/import-jobs/{jobs[0]['id']}", as_="organizer")
    assert theirs.status_code == 404
    assert client.get(f"/v1/import-jobs/{jobs[0]['id']}", as_="admin").status_code == 200


def counted(engine: Engine) -> dict[str, int]:
    """Return how many rows each table of a part has, and the events'."""
    tables = {"events", "users_events_roles", "session_state_changes"}
    tables |= {part.resource.model.__tablename__ for part in PARTS}
    with engine.begin() as connection:
        return {
            name: connection.execute(text(f"SELECT count(*) FROM {name}")).scalar_one()  # noqa: S608
            for name in sorted(tables)
        }


def test_what_is_no_archive_of_an_event_is_refused_at_once(client: Client, engine: Engine) -> None:
    event = {"event.json": b"{}"}
    encrypted = bytearray(packed(event))
    encrypted[encrypted.index(b"PK\x01\x02") + 8] |= 1
    for content, detail in (
        (b"What I did last summer", "The file is no ZIP archive."),
        (b"", "The file is no ZIP archive."),
        (packed({}), "event.json: It is missing."),
        (packed(event | {"../../etc/passwd": b""}), "'../../etc/passwd' is no part of an event"),
        (packed(event | {"nested.zip": packed(event)}), "'nested.zip' is no part of an event"),
        (packed(event | {f"{n}.json": b"" for n in range(99)}), "The archive has too many entries"),
        (bytes(encrypted), "event.json: It is encrypted"),
    ):
        answer = sent(client, content)
        assert (answer.status_code, answer.json["error"][: len(detail)]) == (422, detail)
    assert sent(client, b"x" * (10 * 1024 * 1024 + 1)).status_code == 413
    with engine.begin() as connection:
        assert connection.execute(text("SELECT count(*) FROM import_jobs")).scalar_one() == 3
