"""Copying events: what goes along, what does not, and that the original stays as it was."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest
from sqlalchemy import Engine, inspect, select, text

from openevent.areas.events import copying
from openevent.areas.events.models import Event
from openevent.db.base import Model
from openevent.event_parts import EVENT_PARTS
from tests.areas.documents import fault, ids
from tests.statements import statements_sent

TABLES = {part.model.__table__ for part in EVENT_PARTS.copies}


def copy(client: Any, id_: Any = 1, who: str | None = "organizer", **body: Any) -> Any:
    return client.post(
        f"/v1/events/{id_}/copy", body or None, as_=who, content_type="application/json"
    )


def contents(engine: Engine, *events: int) -> dict[str, list[tuple[Any, ...]]]:
    """Everything that belongs to these events, or to any, in every table."""
    found = {}
    with engine.connect() as connection:
        for table in Model.metadata.sorted_tables:
            key = "id" if table.name == "events" else "event_id"
            statement = select(table).order_by(*table.primary_key.columns)
            if key in table.columns and events:
                statement = statement.where(table.c[key].in_(events))
            found[table.name] = [tuple(row) for row in connection.execute(statement)]
    return found


def of_copy(client: Any, made: Any, path: str, who: str = "organizer") -> list[Any]:
    answer = client.get(f"/v1/events/{made.json['id']}/{path}page[size]=0", as_=who)
    assert answer.status_code == 200, answer.text
    return list(answer.json["data"])


def test_copy_is_a_draft_of_its_own_that_the_caller_owns(client: Any) -> None:
    made = copy(client)
    assert made.status_code == 200
    assert made.json.keys() == {"id", "identifier", "copied"}
    assert made.json["copied"] is True
    event = client.get(f"/v1/events/{made.json['id']}?include=owner", as_="organizer").json
    attributes = event["data"]["attributes"]
    assert attributes["identifier"] == made.json["identifier"] != "a5b1c2d3"
    assert attributes["state"] == "draft"
    assert attributes["name"] == "Open Tech Summit"
    assert attributes["starts-at"] == "2030-05-01T09:00:00Z"
    assert event["included"][0]["id"] == "4"
    assert client.get(f"/v1/events/{made.json['id']}").status_code == 404


def test_copy_takes_no_payment_details_and_no_fame_along(client: Any) -> None:
    made = copy(client)
    event = client.get(f"/v1/events/{made.json['id']}", as_="organizer").json["data"]["attributes"]
    for name in ("paypal-email", "bank-details", "cheque-details", "onsite-details"):
        assert event[name] is None
    assert not any(value for name, value in event.items() if name.startswith("can-pay"))
    assert event["is-promoted"] is False
    assert event["payment-currency"] == "EUR"


def test_every_column_of_an_event_is_copied_or_left_out_on_purpose(
    client: Any, engine: Engine
) -> None:
    made = copy(client).json["id"]
    with engine.connect() as connection:
        old, new = (
            connection.execute(select(Event.__table__).where(Event.id == id_)).one()._mapping
            for id_ in (1, made)
        )
    for column in inspect(Event).columns:
        if column.key not in copying.NOT_COPIED:
            assert new[column.key] == old[column.key], column.key


def test_copy_has_the_live_parts_each_with_the_copys_own(client: Any) -> None:
    made = copy(client)
    names = {
        path: [item["attributes"]["name"] for item in of_copy(client, made, f"{path}?")]
        for path in ("faq-types", "sponsors", "exhibitors", "social-links", "tracks", "tags")
    }
    for path, found in names.items():
        original = client.get(f"/v1/events/1/{path}?page[size]=0", as_="organizer").json["data"]
        assert found == [item["attributes"]["name"] for item in original], path
        assert found, path
    types = {item["id"] for item in of_copy(client, made, "faq-types?")}
    faqs = of_copy(client, made, "faqs?")
    assert len(faqs) == 4
    assert {(f["relationships"]["faq-type"]["data"] or {}).get("id") for f in faqs} == types | {
        None
    }
    fields = of_copy(client, made, "custom-forms?include=custom-form-options&")
    shirt = next(f for f in fields if f["attributes"]["field-identifier"] == "shirtSize")
    assert [t["language_code"] for t in shirt["attributes"]["translations"]] == ["de", "es"]
    assert len(shirt["relationships"]["custom-form-options"]["data"]) == 2
    # What every event comes with is there once.
    assert len([f for f in fields if f["attributes"]["field-identifier"] == "email"]) == 1
    assert of_copy(client, made, "sessions?") == []


def test_nothing_of_the_original_changes_and_nothing_points_back(
    client: Any, engine: Engine
) -> None:
    before = contents(engine, 1, 2, 3, 4)
    made = copy(client).json["id"]
    after = contents(engine, 1, 2, 3, 4)
    for name, rows in before.items():
        if "event_id" in Model.metadata.tables[name].columns:
            assert after[name] == rows, name
        else:
            assert all(row in after[name] for row in rows), name
    with engine.connect() as connection:
        for part in EVENT_PARTS.copies:
            table: Any = part.model.__table__
            for key, model in part.keys.items():
                other: Any = model.__table__
                if "event_id" not in table.columns or "event_id" not in other.columns:
                    continue
                stray = select(table.c[key]).join_from(table, other, other.c.id == table.c[key])
                stray = stray.where(table.c.event_id == made, other.c.event_id != made)
                assert connection.execute(stray).all() == [], f"{table.name}.{key}"


def test_parts_can_be_chosen(client: Any) -> None:
    made = copy(client, parts=["faqs"])
    faqs = of_copy(client, made, "faqs?")
    assert len(faqs) == 4
    assert {f["relationships"]["faq-type"]["data"] for f in faqs} == {None}
    for path in ("faq-types", "sponsors", "tracks", "tickets"):
        assert of_copy(client, made, f"{path}?") == []
    fields = of_copy(client, made, "custom-forms?")
    assert [f["attributes"]["field-identifier"] for f in fields] == [
        "firstname",
        "lastname",
        "email",
    ]
    assert len(of_copy(client, copy(client, parts=[]), "users-events-roles?")) == 1


def test_unknown_parts_are_refused_each(client: Any, engine: Engine) -> None:
    answer = copy(client, parts=["faqs", "sessions", "orders"])
    assert [error["source"]["pointer"] for error in answer.json["errors"]] == [
        "/parts/1",
        "/parts/2",
    ]
    assert fault(answer)[:2] == (422, "unknown-part")


def test_team_goes_along_and_the_former_owner_organizes(client: Any) -> None:
    made = copy(client, who="organizer")
    grants = of_copy(client, made, "users-events-roles?include=role&")
    found = {
        (g["relationships"]["user"]["data"]["id"], g["relationships"]["role"]["data"]["id"])
        for g in grants
    }
    # Roles by id: owner 1, organizer 2, and so on, as in the world.
    assert ("4", "1") in found
    assert ("3", "2") in found
    assert {user for user, _ in found} == {"3", "4", "5", "6", "7", "8"}
    assert len(found) == 6


def test_times_move_with_the_event(client: Any) -> None:
    made = copy(
        client, **{"name": "Next Summit", "starts-at": "2031-05-01T09:00:00Z", "parts": ["tickets"]}
    )
    event = client.get(f"/v1/events/{made.json['id']}", as_="organizer").json["data"]["attributes"]
    assert (event["name"], event["ends-at"]) == ("Next Summit", "2031-05-03T17:00:00Z")
    old = client.get("/v1/events/1/tickets?sort=name", as_="organizer").json["data"]
    new = of_copy(client, made, "tickets?sort=name&")
    assert len(new) == len(old) > 0
    for before, after in zip(old, new, strict=True):
        sold_until = before["attributes"]["sales-ends-at"]
        year = str(int(sold_until[:4]) + 1)
        assert after["attributes"]["sales-ends-at"] == year + sold_until[4:]


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"starts-at": "2031-05-01"}, "/starts-at"),
        ({"ends-at": "2030-04-01T00:00:00Z"}, "/ends-at"),
        ({"name": " "}, "/name"),
        ({"timezone": "Mars/Olympus"}, "/timezone"),
        ({"parts": "faqs"}, "/parts"),
        ({"parts": [1]}, "/parts/0"),
    ],
)
def test_wishes_that_cannot_be_are_refused(client: Any, body: Any, pointer: str) -> None:
    assert fault(copy(client, **body))[::2] == (422, pointer)


def test_those_who_run_the_event_copy_it(client: Any) -> None:
    for who, status in ((None, 401), ("registered", 403), ("moderator", 403), ("coorganizer", 200)):
        assert copy(client, who=who).status_code == status
    assert copy(client, 3, "registered").status_code == 404
    assert copy(client, "a5b1c2d3", "admin").status_code == 200


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> None:
    """The last step of a copy fails."""

    def fail(*_: Any) -> None:
        raise psycopg.OperationalError("the server went away")

    monkeypatch.setattr(copying, "_copy_roles", fail)


def test_copy_that_fails_leaves_nothing(client: Any, engine: Engine, failing: None) -> None:
    before = contents(engine)
    assert copy(client).status_code == 503
    assert contents(engine) == before


def test_copy_takes_as_many_statements_for_many_rows_as_for_few(
    client: Any, engine: Engine
) -> None:
    assert copy(client, 3, "registered").status_code == 404  # the server is connected now
    counts = []
    for _ in range(2):
        with statements_sent() as sent:
            made = copy(client)
        counts.append(len(sent))
        with engine.begin() as connection:
            connection.execute(
                text(
                    "INSERT INTO faqs (question, answer, event_id, faq_type_id)"
                    " SELECT 'q', 'a', 1, 1 FROM generate_series(1, 500)"
                )
            )
    assert counts[0] == counts[1] <= len(EVENT_PARTS.copies) + 15
    assert len(of_copy(client, copy(client), "faqs?")) == 1004
    assert made.status_code == 200


def test_parts_come_after_what_they_refer_to() -> None:
    seen: set[Any] = set()
    for part in EVENT_PARTS.copies:
        assert set(part.keys.values()) <= seen, part
        assert part.model.__table__ in TABLES
        columns = part.model.__table__.columns.keys()
        assert "event_id" in columns or part.keys
        seen.add(part.model)


def test_ids_of_copies_are_in_the_order_of_the_originals(client: Any) -> None:
    made = copy(client)
    texts = [f["attributes"]["question"] for f in of_copy(client, made, "faqs?sort=id&")]
    original = client.get("/v1/events/1/faqs?sort=id").json["data"]
    assert texts == [f["attributes"]["question"] for f in original]
    assert ids(client.get("/v1/events/1/faqs")) == ["1", "2", "3", "4"]
