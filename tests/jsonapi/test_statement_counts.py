"""One document is one SQL statement, however many rows it has (no N+1 anywhere)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Engine, insert

from openevent.areas.events.models import Event
from openevent.areas.faq.models import Faq
from openevent.jsonapi.query import MAX_INCLUDES
from openevent.jsonapi.resource import ResourceType
from tests.conftest import Client
from tests.jsonapi.catalogue import IDS, LINKS, LISTINGS, READS, TYPES
from tests.statements import statements_sent

Count = Callable[..., tuple[int, Any]]

PATHS = (
    *(path for path, _ in LISTINGS),
    *(f"{resource.path}/{IDS[resource.type_name][0]}" for resource in TYPES),
    *(link.related(IDS[link.owner.type_name][0]) for link in LINKS),
    *(link.linkage(IDS[link.owner.type_name][0]) for link in LINKS),
)


@pytest.fixture
def statements(client: Client) -> Count:
    """Makes a GET and returns how many statements the driver sent for it, and the answer."""

    def get(path: str, as_: str | None = None) -> tuple[int, Any]:
        client.get(path, as_=as_)  # connections and catalogues are warm afterwards
        with statements_sent() as sent:
            answer = client.get(path, as_=as_)
        return len(sent), answer

    return get


@pytest.mark.parametrize("path", READS)
def test_anonymous_read_is_one_statement(statements: Count, path: str) -> None:
    count, answer = statements(path)
    assert answer.status_code in (200, 401, 404)
    assert count == (0 if answer.status_code == 401 else 1)


@pytest.mark.parametrize("path", PATHS)
def test_read_with_a_token_is_one_statement_more(statements: Count, path: str) -> None:
    count, answer = statements(path, "admin")
    assert answer.status_code == 200
    assert count == 2, "who is calling, and the document"


@pytest.mark.parametrize("resource", TYPES, ids=lambda r: r.type_name)
def test_compound_document_is_one_statement(statements: Count, resource: ResourceType) -> None:
    links = [link.wire for link in LINKS if link.owner is resource]
    include = ",".join(links[:MAX_INCLUDES])
    count, answer = statements(
        f"{resource.path}/{IDS[resource.type_name][0]}?include={include}", "admin"
    )
    assert answer.status_code == 200
    assert count == 2


@pytest.mark.parametrize(
    "path",
    [
        "/v1/events?page[size]=0",
        "/v1/events?page[size]=0&include=faqs,owner,event-topic.event-sub-topics",
        "/v1/events?page[size]=0&sort=-event-type.name&filter[state]=published",
        "/v1/events/1/faqs?page[size]=0&include=event,faq-type",
        "/v1/users/3/events?page[size]=0&include=faqs,roles.user",
        "/v1/events/1/relationships/faqs?page[size]=0",
    ],
)
def test_number_of_statements_is_constant_in_rows(
    statements: Count, engine: Engine, path: str
) -> None:
    few, before = statements(path, "owner")
    with engine.begin() as connection:
        connection.execute(insert(Event), [_event(2000 + n) for n in range(60)])
        connection.execute(insert(Faq), [_faq(2000 + n) for n in range(120)])
    many, after = statements(path, "owner")
    assert many == few == 2
    if "users/3" not in path:
        assert len(after.json["data"]) >= len(before.json["data"]) + 60


def _event(id_: int) -> dict[str, Any]:
    return {
        "id": id_,
        "identifier": f"e{id_:07x}",
        "name": f"Event {id_}",
        "state": "published",
        "starts_at": "2030-05-01T09:00:00Z",
        "ends_at": "2030-05-02T09:00:00Z",
        "timezone": "UTC",
        "event_type_id": 1,
        "event_topic_id": 1,
    }


def _faq(id_: int) -> dict[str, Any]:
    return {"id": id_, "event_id": 1, "question": f"Question {id_}?", "answer": "Yes."}
