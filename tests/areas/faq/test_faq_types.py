"""Sections of an event's FAQ, over HTTP and below it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import insert, text, update
from sqlalchemy.exc import IntegrityError

from openevent.areas.faq.models import Faq, FaqType
from tests.areas.documents import document, fault, ids, linkage

NAME_TAKEN = (409, "name-taken", "/data/attributes/name")


def add(client: Any, name: str, who: str | None = "coorganizer", event: int = 1) -> Any:
    sent = document("faq-type", None, {"name": name}, event=("event", event))
    return client.post("/v1/faq-types", sent, as_=who)


def test_anybody_reads_the_types_of_a_published_event(client: Any) -> None:
    assert ids(client.get("/v1/events/1/faq-types")) == ["1", "2"]
    assert client.get("/v1/faq-types/1").json["data"]["attributes"]["name"] == "Tickets"
    assert ids(client.get("/v1/faq-types/1/faqs")) == ["1", "2"]
    assert client.get("/v1/faq-types/1/event").json["data"]["id"] == "1"


@pytest.mark.parametrize("who", ["coorganizer", "organizer", "owner", "admin"])
def test_those_who_run_the_event_write_its_types(client: Any, who: str) -> None:
    made = add(client, "Children", who)
    assert made.status_code == 201
    id_ = made.json["data"]["id"]
    sent = document("faq-type", id_, {"name": "Families", "position": 0})
    changed = client.patch(f"/v1/faq-types/{id_}", sent, as_=who)
    assert changed.json["data"]["attributes"]["name"] == "Families"
    assert ids(client.get("/v1/events/1/faq-types"))[0] == id_
    assert client.delete(f"/v1/faq-types/{id_}", as_=who).status_code == 200


@pytest.mark.parametrize(
    "who", ["registered", "registrar", "moderator", "track-organizer", "other-owner"]
)
def test_others_do_not_write_types(client: Any, who: str) -> None:
    assert add(client, "Children", who).status_code == 403
    sent = document("faq-type", 1, {"name": "Mine"})
    assert client.patch("/v1/faq-types/1", sent, as_=who).status_code == 403
    assert client.delete("/v1/faq-types/1", as_=who).status_code == 403


def test_anonymous_does_not_write_types(client: Any) -> None:
    assert add(client, "Children", None).status_code == 401
    assert client.delete("/v1/faq-types/1").status_code == 401


@pytest.mark.parametrize("name", ["Tickets", "tickets", "  TICKETS ", "\u00a0Tickets\t"])
def test_name_is_unique_within_its_event_whatever_case_and_space(client: Any, name: str) -> None:
    assert fault(add(client, name)) == NAME_TAKEN
    renamed = document("faq-type", 2, {"name": name})
    assert fault(client.patch("/v1/faq-types/2", renamed, as_="owner")) == NAME_TAKEN


def test_same_name_is_free_in_another_event(client: Any) -> None:
    assert add(client, "Tickets", "other-owner", event=2).status_code == 201


def test_name_of_a_deleted_type_is_free_again(client: Any) -> None:
    assert add(client, "Parking").status_code == 201
    assert client.delete("/v1/faq-types/1", as_="owner").status_code == 200
    assert add(client, "tickets").status_code == 201


def test_deleted_type_comes_back_unless_its_name_was_taken(client: Any) -> None:
    back = document("faq-type", 4, {"deleted-at": None})
    taken = add(client, "parking").json["data"]["id"]
    assert fault(client.patch("/v1/faq-types/4", back, as_="admin"))[:2] == (409, "duplicate")
    assert client.delete(f"/v1/faq-types/{taken}", as_="owner").status_code == 200
    assert client.patch("/v1/faq-types/4", back, as_="owner").status_code == 404
    assert client.patch("/v1/faq-types/4", back, as_="admin").status_code == 200
    assert ids(client.get("/v1/events/1/faq-types")) == ["1", "2", "4"]


def test_type_may_be_renamed_to_itself(client: Any) -> None:
    sent = document("faq-type", 1, {"name": "TICKETS"})
    answer = client.patch("/v1/faq-types/1", sent, as_="owner")
    assert answer.json["data"]["attributes"]["name"] == "TICKETS"


def test_of_eight_who_take_one_name_at_once_one_gets_it(client: Any) -> None:
    names = [" children", "Children", "CHILDREN ", "children"] * 2
    with ThreadPoolExecutor(len(names)) as pool:
        statuses = [answer.status_code for answer in pool.map(lambda n: add(client, n), names)]
    assert sorted(statuses) == [201] + [409] * 7


def test_deleting_a_type_leaves_its_faqs_without_one(client: Any) -> None:
    before = client.get("/v1/faqs/1").headers["etag"]
    assert client.delete("/v1/faq-types/1", as_="coorganizer").status_code == 200
    assert ids(client.get("/v1/events/1/faqs")) == ["1", "2", "3", "4"]
    answer = client.get("/v1/faqs/1", headers={"If-None-Match": before})
    assert answer.json["data"]["relationships"]["faq-type"]["data"] is None
    assert client.get("/v1/faq-types/1/faqs").status_code == 404


def test_type_takes_and_releases_faqs_of_its_event(client: Any) -> None:
    path = "/v1/faq-types/2/relationships/faqs"
    added = client.post(path, {"data": [linkage("faq", 1), linkage("faq", 4)]}, as_="owner")
    assert ids(added) == ["1", "3", "4"]
    removed = client.delete(path, {"data": [linkage("faq", 3)]}, as_="owner")
    assert ids(removed) == ["1", "4"]
    replaced = client.patch(path, {"data": [linkage("faq", 2)]}, as_="owner")
    assert ids(replaced) == ["2"]


def test_type_takes_no_faqs_of_another_event(client: Any) -> None:
    path = "/v1/faq-types/2/relationships/faqs"
    for who in ("owner", "admin"):
        refused = client.post(path, {"data": [linkage("faq", 1), linkage("faq", 5)]}, as_=who)
        assert refused.status_code in (403, 422)
        assert ids(client.get("/v1/faq-types/2/faqs")) == ["3"]


def test_database_itself_keeps_a_faq_from_a_type_of_another_event(engine: Any) -> None:
    with engine.connect() as connection, pytest.raises(IntegrityError):
        connection.execute(update(Faq).where(Faq.id == 1).values(faq_type_id=3))


def test_database_itself_keeps_names_unique_among_live_types(engine: Any) -> None:
    row = {"event_id": 1, "name": "tickets", "name_key": "tickets", "position": 0}
    with engine.connect() as connection, pytest.raises(IntegrityError):
        connection.execute(insert(FaqType).values(row))
    with engine.connect() as connection:
        connection.execute(insert(FaqType).values(row | {"deleted_at": text("now()")}))
