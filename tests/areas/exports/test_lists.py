"""Lists as files: what the API shows to the same person, as text that is no formula."""

from __future__ import annotations

import csv
import io
from typing import Any

import pypdfium2
import pytest
from sqlalchemy import Engine, select, text

from openevent.areas.exports import actors, tables
from openevent.areas.exports.actors import make_file
from openevent.areas.exports.formats.csv import cell
from openevent.areas.exports.models import Export
from openevent.areas.exports.tables import TABLES
from openevent.areas.orders.world import IDENTIFIERS
from openevent.db.engine import session_factory
from openevent.jsonapi.schema import dasherize
from openevent.services.frontend import Frontend
from openevent.work.principal import SYSTEM
from openevent.work.unit import UnitOfWork
from tests.conftest import Client

NAMES = ("attendees", "orders", "sessions", "speakers")


def make(engine: Engine, *, part: int = 0) -> Any:
    """Run the job for the newest export, as a worker would; return what it asked for next."""
    ports = {Frontend: Frontend()}
    work = UnitOfWork(open_db=session_factory(engine), principal=SYSTEM, ports=ports)
    newest = work.db.scalar(select(Export.id).order_by(Export.id.desc()).limit(1))
    make_file(work, export_id=newest, part=part)
    recorded = list(work.recorded)
    work.db.commit()
    work.close()
    return recorded


def task(client: Client, asked: Any, as_: str = "organizer") -> Any:
    return client.get(asked["task_url"], as_=as_).json


def fetched(client: Client, done: Any) -> bytes:
    url = done["result"]["download_url"]
    return client.get("/" + url.partition("://")[2].partition("/")[2]).content


def rows_of(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def export(
    client: Client, engine: Engine, name: str, query: str = ""
) -> tuple[bytes, list[dict[str, str]]]:
    path = f"/v1/events/1/export/{name}/csv{query}"
    asked = client.get(path, as_="organizer").json
    make(engine)
    content = fetched(client, task(client, asked))
    return content, rows_of(content)


@pytest.mark.parametrize("name", NAMES)
def test_list_has_the_rows_and_values_that_the_api_shows(
    client: Client, engine: Engine, name: str
) -> None:
    shown = client.get(f"/v1/events/1/{name}?page[size]=0&sort=id", as_="organizer").json["data"]
    _, rows = export(client, engine, name)
    assert [row["id"] for row in rows] == [item["id"] for item in shown]
    for row, item in zip(rows, shown, strict=True):
        attributes = {k: cell(v) for k, v in item["attributes"].items() if k in row}
        assert {k: row[k] for k in attributes} == attributes


@pytest.mark.parametrize("kind", TABLES)
def test_columns_are_attributes_of_the_type_or_of_what_it_is_related_to(kind: Any) -> None:
    table = TABLES[kind]
    declared = {"id", *(dasherize(name) for name in table.resource.schema.attributes())}
    assert {name for name in table.columns if "." not in name} <= declared
    assert not {"password", "send-email", "on-site-tickets"} & set(table.columns)


def test_task_is_told_to_who_started_it_and_reads_no_other_file(client: Client) -> None:
    """The predecessor told tasks to anybody and read whatever path the address had."""
    asked = client.get("/v1/events/1/export/orders/csv", as_="organizer").json
    for who in (None, "registered", "coorganizer"):
        assert client.get(asked["task_url"], as_=who).status_code == (404 if who else 401)
    token = asked["task_url"].rpartition("/")[2]
    for name in ("..%2F..%2F..%2Fetc%2Fpasswd", "%2Fetc%2Fpasswd", "orders.csv"):
        assert (
            client.get(f"/v1/events/1/exports/{token}/{name}", as_="organizer").status_code == 404
        )


def test_formulas_are_text(client: Client, engine: Engine) -> None:
    """The predecessor wrote whatever attendees called themselves."""
    formula = "=cmd|' /C calc'!A0"
    with engine.begin() as connection:
        connection.execute(text("UPDATE speakers SET name = :f WHERE id = 1"), {"f": formula})
    content, rows = export(client, engine, "speakers")
    assert rows[0]["name"] == "'" + formula
    assert all(line.startswith(b'"') for line in content[3:].splitlines() if line)


@pytest.mark.parametrize("first", ["=", "+", "-", "@", "\t", "\r", "\n"])
def test_cells_that_begin_like_a_formula_are_quoted(first: str) -> None:
    assert cell(first + "1+1") == "'" + first + "1+1"
    assert cell("1" + first) == "1" + first


def test_long_list_is_made_in_parts_and_says_how_far_it_is(
    client: Client, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, whole = export(client, engine, "attendees")
    monkeypatch.setattr(tables, "PART", 3)
    asked = client.get("/v1/events/1/export/attendees/csv", as_="organizer").json
    states, part = [], 0
    while following := make(engine, part=part):
        assert not make(engine, part=part), "a job that runs twice writes once"
        states.append(task(client, asked))
        part = following[0].part
    assert [state["state"] for state in states] == ["WAITING"] * len(states)
    progress = [state["progress"] for state in states]
    assert progress == sorted(set(progress))
    assert 0 < progress[0] < 100
    done = task(client, asked)
    assert (done["state"], done["progress"]) == ("SUCCESS", 100)
    assert rows_of(fetched(client, done)) == whole


def test_sessions_and_speakers_are_narrowed_to_a_state(client: Client, engine: Engine) -> None:
    _, rows = export(client, engine, "sessions", "?status=accepted")
    assert rows
    assert {row["state"] for row in rows} == {"accepted"}
    _, rows = export(client, engine, "speakers", "?status=rejected")
    rejected = '[{"name":"sessions","op":"any","val":{"name":"state","op":"eq","val":"rejected"}}]'
    shown = client.get(f"/v1/events/1/speakers?filter={rejected}", as_="organizer").json["data"]
    assert {row["id"] for row in rows} == {item["id"] for item in shown}
    wrong = client.rpc("/v1/events/1/export/sessions/csv", {"status": "x"}, as_="organizer")
    assert wrong.status_code == 422


def test_who_lost_the_role_meanwhile_gets_no_rows(client: Client, engine: Engine) -> None:
    asked = client.get("/v1/events/1/export/orders/csv", as_="coorganizer").json
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM users_events_roles WHERE user_id = 5"))
    make(engine)
    assert rows_of(fetched(client, task(client, asked, "coorganizer"))) == []


@pytest.mark.parametrize("name", NAMES)
def test_lists_are_for_those_who_run_the_event(client: Client, name: str) -> None:
    path = f"/v1/events/1/export/{name}/csv"
    assert client.get(path).status_code == 401
    assert client.get(path, as_="registrar").status_code == 403
    assert client.get("/v1/events/3/export/orders/csv", as_="registered").status_code == 404


def test_check_ins_have_every_scan_with_its_verdict(client: Client, engine: Engine) -> None:
    formula = "=1+1"
    with engine.begin() as connection:
        connection.execute(text("UPDATE attendees SET lastname = :f WHERE id = 2"), {"f": formula})
        kept = connection.execute(
            text("SELECT id, verdict, device_name FROM scans WHERE event_id = 1 ORDER BY id")
        ).all()
    _, rows = export(client, engine, "check-ins")
    assert [(int(r["id"]), r["verdict"], r["device"] or None) for r in rows] == kept
    entered = next(row for row in rows if row["device"] == "Gate A")
    assert (entered["lastname"], entered["order"]) == ("'" + formula, IDENTIFIERS[1])
    assert entered["happened-at"] == "2025-11-20T08:55:12.250000Z"


def test_long_list_of_check_ins_is_made_in_parts(
    client: Client, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, whole = export(client, engine, "check-ins")
    monkeypatch.setattr(tables, "PART", 2)
    asked = client.get("/v1/events/1/export/check-ins/csv", as_="organizer").json
    part = 0
    while following := make(engine, part=part):
        part = following[0].part
    assert part > 1
    assert rows_of(fetched(client, task(client, asked))) == whole


def test_who_lost_the_role_meanwhile_gets_no_check_ins(client: Client, engine: Engine) -> None:
    asked = client.get("/v1/events/1/export/check-ins/csv", as_="coorganizer").json
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM users_events_roles WHERE user_id = 5"))
    make(engine)
    assert rows_of(fetched(client, task(client, asked, "coorganizer"))) == []


@pytest.mark.parametrize("name", NAMES)
def test_list_on_paper_has_what_the_list_has(client: Client, engine: Engine, name: str) -> None:
    asked = client.get(f"/v1/events/1/export/{name}/pdf", as_="organizer").json
    make(engine)
    done = task(client, asked)
    assert (done["state"], done["progress"]) == ("SUCCESS", 100)
    assert done["result"]["download_url"].endswith(f"/a5b1c2d3-{name}.pdf")
    with pypdfium2.PdfDocument(fetched(client, done)) as paper:
        assert len(paper) == 1
        words = "".join(paper[0].get_textpage().get_text_bounded().split())
    _, rows = export(client, engine, name)
    column = {"attendees": "ticket.name", "sessions": "title", "speakers": "email"}.get(name)
    for row in rows:
        assert "".join(row[column or "identifier"].split()) in words


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ("Sessions", "ROOM", "confirmed", "1 May 2030, ")),
        ("de-AT", ("Programmpunkte", "RAUM", "zugesagt", "1. Mai 2030, ")),
    ],
)
def test_list_on_paper_speaks_the_language_of_who_asked(
    client: Client, engine: Engine, language: str, words: tuple[str, ...]
) -> None:
    with engine.begin() as connection:
        connection.execute(
            text("UPDATE users SET language_prefrence = :language WHERE id = 4"),
            {"language": language},
        )
    asked = client.get("/v1/events/1/export/sessions/pdf", as_="organizer").json
    make(engine)
    with pypdfium2.PdfDocument(fetched(client, task(client, asked))) as paper:
        said = " ".join(paper[0].get_textpage().get_text_bounded().split())
    assert [word for word in words if word not in said] == []


def test_list_too_long_for_paper_is_refused_with_the_reason(
    client: Client, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actors, "MAX_ROWS", 3)
    asked = client.get("/v1/events/1/export/attendees/pdf", as_="organizer").json
    assert not make(engine)
    told = task(client, asked)
    assert (told["state"], "take the CSV" in told["result"]["message"]) == ("FAILURE", True)


def test_followers_of_a_group_are_told_to_who_runs_it(client: Client, engine: Engine) -> None:
    """The predecessor made the list for anybody, logged in or not."""
    path = "/v1/group/1/export/followers/csv"
    answers = {None: 401, "registered": 403, "owner": 200, "organizer": 200}
    assert {who: client.rpc(path, {}, as_=who).status_code for who in answers} == answers
    assert client.rpc("/v1/group/3/export/followers/csv", {}, as_="owner").status_code == 404
    asked = client.request("POST", path, as_="organizer").json  # without a body, as clients do
    make(engine)
    done = task(client, asked)
    rows = rows_of(fetched(client, done))
    shown = client.get("/v1/groups/1/followers?sort=id", as_="organizer").json["data"]
    assert [row["id"] for row in rows] == [item["id"] for item in shown]
    assert rows[0]["user.email"] == "registered@example.org"
    url = done["result"]["download_url"].partition("/v1/")[2]
    assert client.get(f"/v1/events/1/{url}").status_code == 404


def test_admins_export_the_sales_of_a_period(client: Client, engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(
            text("UPDATE events SET starts_at = '2024-01-01', ends_at = '2024-01-02' WHERE id = 2")
        )
    path = "/v1/admin/export/sales/csv"
    shown = client.get("/v1/admin/sales/by-events?sort=id", as_="admin").json["data"]
    for status, ids in {"all": ["1", "2", "3"], "live": ["1", "3"], "past": ["2"]}.items():
        asked = client.rpc(path, {"status": status}, as_="admin").json
        make(engine)
        rows = rows_of(fetched(client, task(client, asked, "admin")))
        assert [row["id"] for row in rows] == ids
        reported = [each["attributes"] for each in shown if each["id"] in ids]
        sold = ("completed-order-sales", "placed-order-tickets", "owner")
        assert [[row[name] for name in sold] for row in rows] == [
            [cell(each[name]) for name in sold] for each in reported
        ]
    assert client.rpc(path, {"status": "dead"}, as_="admin").status_code == 422
    assert client.rpc(path, {}, as_="owner").status_code == 403


def test_who_is_no_admin_any_more_gets_no_sales(client: Client, engine: Engine) -> None:
    asked = client.rpc("/v1/admin/export/sales/csv", {}, as_="admin").json
    with engine.begin() as connection:
        connection.execute(
            text("UPDATE users SET is_admin = false WHERE email = 'staff@example.org'")
        )
    make(engine)
    assert rows_of(fetched(client, task(client, asked, "admin"))) == []
