"""What an event lacks before it can be published, over HTTP."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Engine, text

from tests.areas.documents import document
from tests.jsonapi.samples import EVENT


def checklist(client: Any, id_: Any = 3, who: str | None = "owner") -> Any:
    return client.get(f"/v1/events/{id_}/publish-checklist", as_=who)


def codes(answer: Any) -> dict[str, bool]:
    """What is missing, and whether it is blocking."""
    assert answer.status_code == 200, answer.text
    return {e["code"]: e["meta"]["blocking"] for e in answer.json["meta"]["errors"]}


def publish(client: Any, id_: Any = 3, who: str = "owner") -> Any:
    sent = document("event", id_, {"state": "published"})
    return client.patch(f"/v1/events/{id_}", sent, as_=who)


def let(engine: Engine, statement: str, **values: Any) -> None:
    with engine.begin() as connection:
        connection.execute(text(statement), values)


OVER = "UPDATE events SET starts_at = '2020-01-01', ends_at = '2020-01-02' WHERE id = :id"


def test_list_is_of_error_objects_in_a_document_without_errors(client: Any) -> None:
    answer = checklist(client)
    assert answer.json.keys() == {"meta", "links", "jsonapi"}
    for error in answer.json["meta"]["errors"]:
        assert error.keys() == {"status", "code", "title", "detail", "source", "meta"}
        assert error["source"]["pointer"].startswith("/data/")


def test_advice_does_not_keep_an_event_from_being_published(client: Any) -> None:
    found = codes(checklist(client))
    assert {"description-missing", "location-missing", "image-missing", "logo-missing"} <= (
        found.keys()
    )
    assert not any(found.values())
    assert checklist(client).json["meta"]["is-publishable"] is True
    assert publish(client).status_code == 200


def test_complete_event_lacks_nothing_of_its_own(client: Any) -> None:
    found = codes(checklist(client, 1, "coorganizer"))
    assert not {"description-missing", "location-missing", "sessions-missing"} & found.keys()
    assert not any(found.values())


def test_blocking_errors_are_those_that_publishing_is_refused_with(
    client: Any, engine: Engine
) -> None:
    made = client.post("/v1/events", document("event", None, EVENT), as_="unverified")
    id_ = made.json["data"]["id"]
    let(engine, OVER, id=int(id_))
    shown = checklist(client, id_, "unverified").json["meta"]
    blocking = [e for e in shown["errors"] if e.pop("meta")["blocking"]]
    assert shown["is-publishable"] is False
    assert [e["code"] for e in blocking] == ["unverified-user", "event-over"]
    refused = publish(client, id_, "unverified")
    assert refused.status_code == 403
    assert refused.json["errors"] == blocking
    assert client.get(f"/v1/events/{id_}").status_code == 404, "still a draft"


def test_one_blocking_error_gives_its_own_status(client: Any, engine: Engine) -> None:
    let(engine, OVER, id=3)
    assert publish(client).status_code == 422
    created = {**EVENT, "state": "published"}
    created |= {"starts-at": "2020-01-01T09:00:00Z", "ends-at": "2020-01-01T10:00:00Z"}
    answer = client.post("/v1/events", document("event", None, created), as_="registered")
    assert (answer.status_code, answer.json["errors"][0]["code"]) == (422, "event-over")


def test_change_of_a_published_event_is_not_judged_again(client: Any, engine: Engine) -> None:
    let(engine, OVER, id=1)
    sent = document("event", 1, {"state": "published", "name": "It was nice"})
    assert client.patch("/v1/events/1", sent, as_="organizer").status_code == 200


def test_tickets_that_cost_something_need_a_way_to_pay(client: Any, engine: Engine) -> None:
    copy = client.post("/v1/events/1/copy", as_="organizer", content_type="application/json").json
    found = codes(checklist(client, copy["id"], "organizer"))
    assert found["payment-missing"] is True
    assert publish(client, copy["id"], "organizer").status_code == 422
    way = document("event", copy["id"], {"can-pay-onsite": True, "state": "published"})
    assert client.patch(f"/v1/events/{copy['id']}", way, as_="organizer").status_code == 200


def test_sessions_are_missed_only_where_there_are_to_be_some(client: Any, engine: Engine) -> None:
    assert "sessions-missing" not in codes(checklist(client))
    let(engine, "UPDATE events SET is_sessions_speakers_enabled = true WHERE id = 3")
    let(engine, "UPDATE sessions SET state = 'draft' WHERE event_id = 3")
    assert "sessions-missing" in codes(checklist(client))


@pytest.mark.parametrize(
    ("who", "id_", "status"),
    [
        (None, 1, 401),
        ("registered", 3, 404),
        ("registered", 1, 403),
        ("moderator", 1, 403),
        ("coorganizer", "a5b1c2d3", 200),
        ("admin", 3, 200),
        ("owner", 9999, 404),
    ],
)
def test_list_is_for_those_who_run_the_event(
    client: Any, who: str | None, id_: Any, status: int
) -> None:
    assert checklist(client, id_, who).status_code == status
