"""A creation is one statement, and whatever it is refused for leaves nothing behind."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from sqlalchemy import Engine, false, text

from openevent.app import create_app
from openevent.areas.events.policy import EventChildPolicy
from openevent.areas.faq import operations
from openevent.errors import Invalid
from openevent.services.tokens import TokenSigner
from openevent.settings import Settings
from tests.conftest import Client
from tests.statements import statements_sent


def question(*, event: str = "1", section: str | None = None, **attributes: Any) -> Any:
    """Return a document that asks something about an event."""
    related = {"event": {"data": {"type": "event", "id": event}}}
    if section is not None:
        related["faq-type"] = {"data": {"type": "faq-type", "id": section}}
    given = {"question": "Is there tea?", "answer": "Yes.", **attributes}
    return {"data": {"type": "faq", "attributes": given, "relationships": related}}


@pytest.fixture
def counts(engine: Engine) -> Any:
    """Tells how many questions and how many deliveries there are."""

    def count() -> tuple[int, ...]:
        with engine.connect() as connection:
            asked = "SELECT (SELECT count(*) FROM faqs), (SELECT count(*) FROM outbox)"
            return tuple(connection.execute(text(asked)).one())

    return count


def test_creation_is_one_statement_with_its_judgement_and_its_deliveries(
    client: Client, counts: Any
) -> None:
    client.post("/v1/faqs", question(section="1"), as_="organizer")  # connections are warm
    questions, deliveries = counts()
    with statements_sent() as sent:
        answer = client.post("/v1/faqs", question(section="1"), as_="organizer")
    assert answer.status_code == 201
    assert len(sent) == 2, "who is calling, and all the rest"
    assert counts() == (questions + 1, deliveries + 1)
    assert answer.headers["Location"] == f"/v1/faqs/{answer.json['data']['id']}"
    read = client.get(answer.headers["Location"], as_="organizer")
    assert read.json["data"] == answer.json["data"]
    assert read.headers["ETag"] == answer.headers["ETag"]


@pytest.mark.parametrize("section", ["1", None])
def test_new_row_takes_the_place_that_the_database_finds_however_it_is_written(
    client: Client, section: str | None
) -> None:
    """With the commit, or before it: a key asks for the transaction first."""
    client.patch(
        "/v1/faqs/4",
        {"data": {"type": "faq", "id": "4", "attributes": {"position": 70}}},
        as_="organizer",
    )
    for place, headers in ((71, {}), (72, {"Idempotency-Key": "tea"})):
        sent = question(section=section)
        answer = client.post("/v1/faqs", sent, as_="organizer", headers=headers)
        assert answer.json["data"]["attributes"]["position"] == place
    given = client.post("/v1/faqs", question(section=section, position=0), as_="organizer")
    assert given.json["data"]["attributes"]["position"] == 0


@pytest.mark.parametrize("headers", [{}, {"Idempotency-Key": "tea"}])
@pytest.mark.parametrize(
    ("who", "event", "section", "status"),
    [
        ("registered", "1", "1", 403),
        ("registered", "3", None, 404),
        ("organizer", "1", "9999", 404),
        ("organizer", "1", "3", 422),
    ],
)
def test_refused_creation_leaves_neither_row_nor_delivery(
    client: Client,
    counts: Any,
    who: str,
    event: str,
    section: str | None,
    status: int,
    headers: Mapping[str, str],
) -> None:
    before = counts()
    sent = question(event=event, section=section)
    answer = client.post("/v1/faqs", sent, as_=who, headers=dict(headers))
    assert answer.status_code == status
    assert "Location" not in answer.headers
    assert counts() == before


def test_what_is_missing_is_said_before_what_the_operation_refuses(
    client: Client, counts: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any) -> None:
        raise Invalid("Too many questions.")

    before = counts()
    monkeypatch.setattr(operations, "record_change", refuse)
    assert client.post("/v1/faqs", question(), as_="registered").status_code == 403
    assert client.post("/v1/faqs", question(event="999"), as_="organizer").status_code == 404
    assert client.post("/v1/faqs", question(), as_="organizer").status_code == 422
    assert counts() == before


@pytest.mark.parametrize("headers", [{}, {"Idempotency-Key": "tea"}])
def test_nobody_creates_what_they_could_not_see(
    settings: Settings,
    counts: Any,
    monkeypatch: pytest.MonkeyPatch,
    headers: Mapping[str, str],
) -> None:
    monkeypatch.setattr(EventChildPolicy, "visible", lambda *_: false())
    app = create_app(settings)  # statements are kept, with the policy that they were built by
    before = counts()
    client = Client(app, TokenSigner(settings.secret_key))
    answer = client.post("/v1/faqs", question(), as_="organizer", headers=dict(headers))
    assert answer.status_code == 404
    assert counts() == before
    app.close()
