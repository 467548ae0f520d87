"""What a changed event leads to in the background, and that it happens once."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Engine, func, select

from openevent.areas.events.actors import note_change
from openevent.areas.events.models import EventChange
from openevent.work.outbox import OutboxRow
from tests.areas.documents import document, ids


def deliveries(engine: Engine) -> list[Any]:
    """Return what waits in the outbox for the history."""
    waiting = select(OutboxRow.id, OutboxRow.args).where(OutboxRow.actor == note_change.name)
    with engine.connect() as connection:
        return list(connection.execute(waiting.order_by(OutboxRow.id)))


def count(engine: Engine) -> int | None:
    with engine.connect() as connection:
        return connection.scalar(select(func.count()).select_from(EventChange))


def rename(client: Any) -> None:
    sent = document("event", 1, {"name": "Renamed"}, event_type=("event-type", 2))
    assert client.patch("/v1/events/1", sent, as_="coorganizer").status_code == 200


def test_change_appears_in_the_history(client: Any, app: Any, engine: Engine) -> None:
    rename(client)
    ((id_, arguments),) = deliveries(engine)
    app.background.runner.deliver(note_change, arguments, id_, request_id=None)
    entries = client.get("/v1/events/1/changes", as_="organizer").json["data"]
    assert [entry["id"] for entry in entries[1:]] == ["2", "1"]
    newest = entries[0]
    assert newest["attributes"]["changed"] == ["event-type", "name"]
    assert newest["relationships"]["user"]["data"]["id"] == "5"
    assert deliveries(engine) == []


def test_change_delivered_twice_is_noted_once(client: Any, app: Any, engine: Engine) -> None:
    rename(client)
    ((id_, arguments),) = deliveries(engine)
    for delivery in (id_, id_, None, None):
        app.background.runner.deliver(note_change, arguments, delivery, request_id=None)
    assert count(engine) == 3


def test_change_of_an_event_that_is_gone_is_not_noted(app: Any) -> None:
    arguments = {
        "event_id": 999,
        "key": "x",
        "user_id": None,
        "changed": ["name"],
        "changed_at": "2030-01-01T00:00:00+00:00",
    }
    app.background.runner.deliver(note_change, arguments, None, request_id=None)


def test_refused_and_empty_changes_are_no_changes(client: Any, engine: Engine) -> None:
    client.patch("/v1/events/1", document("event", 1, {"latitude": 91}), as_="owner")
    client.patch("/v1/events/1", document("event", 1, {"name": "x"}), as_="registered")
    client.patch("/v1/events/1", document("event", 1), as_="owner")
    same = client.get("/v1/events/1").json["data"]["attributes"]["name"]
    client.patch("/v1/events/1", document("event", 1, {"name": same}), as_="owner")
    assert deliveries(engine) == []
    assert ids(client.get("/v1/events/1/changes", as_="owner")) == ["2", "1"]
