"""To-many relationships in documents: as at their own URL, by the same rules."""

from __future__ import annotations

from typing import Any

from openevent.jsonapi.members import MAX_MEMBERS
from tests.areas.documents import fault, ids, linkage
from tests.conftest import Client

FAQS = "/v1/faq-types/1/relationships/faqs"


def section(*faqs: int, id_: int | None = 1, **attributes: Any) -> dict[str, Any]:
    """Return a document of an FAQ type that names its questions."""
    relationships: dict[str, Any] = {"faqs": {"data": [linkage("faq", n) for n in faqs]}}
    data: dict[str, Any] = {"type": "faq-type", "attributes": attributes}
    if id_ is None:
        relationships["event"] = {"data": linkage("event", 1)}
    else:
        data["id"] = str(id_)
    return {"data": {**data, "relationships": relationships}}


def test_new_resource_gets_the_members_it_names(client: Client) -> None:
    answer = client.post("/v1/faq-types", section(1, 4, id_=None, name="Mixed"), as_="organizer")
    assert answer.status_code == 201, answer.text
    made = f"{answer.headers['Location']}/faqs"
    assert ids(client.get(made)) == ["1", "4"]
    assert ids(client.get("/v1/faq-types/1/faqs")) == ["2"]


def test_changed_resource_has_the_members_it_names_and_no_others(client: Client) -> None:
    answer = client.patch("/v1/faq-types/1", section(2, 3, name="Seats"), as_="organizer")
    assert answer.status_code == 200, answer.text
    assert answer.json["data"]["attributes"]["name"] == "Seats"
    assert ids(client.get("/v1/faq-types/1/faqs")) == ["2", "3"]
    assert client.get("/v1/faqs/1/faq-type").json["data"] is None


def test_document_without_linkage_leaves_members_alone(client: Client) -> None:
    document = section(name="Seats")
    document["data"]["relationships"] = {"faqs": {"links": {"self": FAQS}}}
    assert client.patch("/v1/faq-types/1", document, as_="organizer").status_code == 200
    assert ids(client.get("/v1/faq-types/1/faqs")) == ["1", "2"]


def test_what_cannot_join_takes_the_whole_change_with_it(client: Client) -> None:
    for other, status in ((5, 403), (6, 404), (7, 404), (99, 404)):
        answer = client.patch("/v1/faq-types/1", section(1, other, name="No"), as_="organizer")
        assert answer.status_code == status, answer.text
    answer = client.post("/v1/faq-types", section(1, 99, id_=None, name="No"), as_="organizer")
    assert answer.status_code == 404
    assert client.get("/v1/faq-types/1").json["data"]["attributes"]["name"] == "Tickets"
    assert ids(client.get("/v1/faq-types/1/faqs")) == ["1", "2"]


def test_malformed_linkage_is_refused_where_it_stands(client: Client) -> None:
    document = section(1)
    document["data"]["relationships"]["faqs"]["data"].append({"type": "event", "id": "1"})
    answer = client.patch("/v1/faq-types/1", document, as_="organizer")
    assert answer.status_code == 409
    assert fault(answer)[2] == "/data/relationships/faqs/data/1/type"
    document["data"]["relationships"]["faqs"]["data"] = None
    answer = client.patch("/v1/faq-types/1", document, as_="organizer")
    assert answer.status_code == 422
    assert fault(answer)[2] == "/data/relationships/faqs/data"


def test_a_document_names_no_more_members_than_a_relationship_takes(client: Client) -> None:
    answer = client.patch("/v1/faq-types/1", section(*range(1, MAX_MEMBERS + 2)), as_="organizer")
    assert answer.status_code == 400


def test_read_only_relationship_in_a_document_is_ignored(client: Client) -> None:
    path = "/v1/event-topics/1"
    present = client.get(f"{path}/relationships/event-sub-topics").json["data"]
    assert present
    data: dict[str, Any] = {"type": "event-topic", "id": "1", "attributes": {"name": "Other"}}
    data["relationships"] = {"event-sub-topics": {"data": present[1:]}}
    answer = client.patch(path, {"data": data}, as_="admin")
    assert answer.status_code == 200, answer.text
    assert answer.json["data"]["attributes"]["name"] == "Other"
    assert client.get(f"{path}/relationships/event-sub-topics").json["data"] == present
