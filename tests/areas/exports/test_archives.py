"""Whole events as archives: taken out, and brought in again."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

from sqlalchemy import Engine, text

from openevent.areas.exports.archives.parts import PARTS
from tests.areas.exports.test_lists import fetched, make, task
from tests.conftest import Client

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
        assert row["attributes"].items() <= there["attributes"].items()
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
