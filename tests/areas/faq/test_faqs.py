"""Questions and answers of an event, over HTTP."""

from __future__ import annotations

from typing import Any

import pytest

from tests.areas.documents import document, fault, filtered, ids, included, linkage

TEXT = {"question": "Is there Wi-Fi?", "answer": "Yes, and it works."}


def ask(client: Any, who: str | None = "coorganizer", event: int = 1, **to_one: Any) -> Any:
    sent = document("faq", None, TEXT, event=("event", event), **to_one)
    return client.post("/v1/faqs", sent, as_=who)


def test_anybody_reads_the_faqs_of_a_published_event(client: Any) -> None:
    for path in ("/v1/events/1/faqs", "/v1/events/a5b1c2d3/faqs"):
        assert ids(client.get(path)) == ["1", "2", "3", "4"]
    assert client.get("/v1/faqs/1").status_code == 200
    assert client.get("/v1/faqs/1/event").json["data"]["id"] == "1"
    assert client.get("/v1/faqs/1/faq-type").json["data"]["id"] == "1"
    assert client.get("/v1/faqs/4/faq-type").json["data"] is None


def test_list_that_attendee_apps_ask_for_is_answered_anonymously(client: Any) -> None:
    assert ids(client.get("/v1/events/1/faqs?sort=question&filter=[]")) == ["1", "3", "2", "4"]


def test_list_that_the_organiser_app_asks_for_is_whole(client: Any) -> None:
    answer = client.get(
        "/v1/events/1/faqs?include=event&fields[event]=id&page[size]=0", as_="organizer"
    )
    assert ids(answer) == ["1", "2", "3", "4"]
    assert included(answer) == {("event", "1")}
    assert "attributes" not in answer.json["included"][0]


def test_faqs_by_id_do_not_show_what_belongs_to_drafts(client: Any) -> None:
    assert client.get("/v1/faqs/7").status_code == 404
    assert client.get("/v1/faqs/7", as_="registered").status_code == 404
    assert client.get("/v1/faqs/7", as_="owner").status_code == 200


def test_faqs_are_ordered_by_position_then_id(client: Any) -> None:
    for id_, position in ((4, 0), (1, 9)):
        sent = document("faq", id_, {"position": position})
        assert client.patch(f"/v1/faqs/{id_}", sent, as_="organizer").status_code == 200
    assert ids(client.get("/v1/events/1/faqs")) == ["4", "2", "3", "1"]
    client.patch("/v1/faqs/3", document("faq", 3, {"position": 2}), as_="organizer")
    assert ids(client.get("/v1/events/1/faqs")) == ["4", "2", "3", "1"]


def test_new_faq_comes_last(client: Any) -> None:
    made = ask(client).json["data"]["id"]
    assert ids(client.get("/v1/events/1/faqs"))[-1] == made


def test_first_faq_of_an_event_has_the_first_place(client: Any) -> None:
    assert client.delete("/v1/faqs/7", as_="owner").status_code == 200
    places = [
        ask(client, "owner", event=3).json["data"]["attributes"]["position"] for _ in range(3)
    ]
    assert places == [0, 1, 2]


@pytest.mark.parametrize("who", ["coorganizer", "organizer", "owner", "admin", "super-admin"])
def test_those_who_run_the_event_write_its_faqs(client: Any, who: str) -> None:
    made = ask(client, who, faq_type=("faq-type", 1))
    assert made.status_code == 201
    id_ = made.json["data"]["id"]
    assert made.json["data"]["relationships"]["faq-type"]["data"] == linkage("faq-type", 1)
    changed = client.patch(f"/v1/faqs/{id_}", document("faq", id_, {"answer": "No."}), as_=who)
    assert changed.json["data"]["attributes"]["answer"] == "No."
    assert client.delete(f"/v1/faqs/{id_}", as_=who).status_code == 200
    assert client.get(f"/v1/faqs/{id_}").status_code == 404


@pytest.mark.parametrize(
    "who", ["registered", "registrar", "moderator", "track-organizer", "other-owner"]
)
def test_others_do_not_write_faqs(client: Any, who: str) -> None:
    assert fault(ask(client, who))[:2] == (403, "forbidden")
    changed = document("faq", 1, {"answer": "No."})
    assert client.patch("/v1/faqs/1", changed, as_=who).status_code == 403
    assert client.delete("/v1/faqs/1", as_=who).status_code == 403
    cleared = client.patch("/v1/faqs/1/relationships/faq-type", {"data": None}, as_=who)
    assert cleared.status_code == 403


def test_anonymous_does_not_write_faqs(client: Any) -> None:
    assert ask(client, None).status_code == 401
    assert client.patch("/v1/faqs/1", document("faq", 1, TEXT)).status_code == 401
    assert client.delete("/v1/faqs/1").status_code == 401


def test_faq_needs_question_answer_and_event(client: Any) -> None:
    for missing in TEXT:
        sent = {name: text for name, text in TEXT.items() if name != missing}
        refused = client.post(
            "/v1/faqs", document("faq", None, sent, event=("event", 1)), as_="owner"
        )
        assert fault(refused) == (422, "invalid", f"/data/attributes/{missing}")
    assert client.post("/v1/faqs", document("faq", None, TEXT), as_="owner").status_code == 422
    assert fault(ask(client, event=999))[2] == "/data/relationships/event"


def test_blank_question_is_refused(client: Any) -> None:
    sent = document("faq", 1, {"question": " \n"})
    refused = client.patch("/v1/faqs/1", sent, as_="owner")
    assert fault(refused) == (422, "invalid", "/data/attributes/question")


@pytest.mark.parametrize("type_id", [3, 5])
def test_faq_cannot_take_a_type_of_another_event(client: Any, type_id: int) -> None:
    expected = (422, "other-event", "/data/relationships/faq-type")
    to_one = {"faq_type": ("faq-type", type_id)}
    assert fault(ask(client, "admin", **to_one)) == expected
    changed = client.patch("/v1/faqs/1", document("faq", 1, None, **to_one), as_="admin")
    assert fault(changed) == expected
    related = client.patch(
        "/v1/faqs/1/relationships/faq-type", {"data": linkage("faq-type", type_id)}, as_="admin"
    )
    assert related.status_code == 422


def test_faq_cannot_take_a_deleted_type(client: Any) -> None:
    refused = ask(client, faq_type=("faq-type", 4))
    assert fault(refused) == (404, "not-found", "/data/relationships/faq-type")


def test_faq_stays_with_its_event(client: Any) -> None:
    moved = document("faq", 1, None, event=("event", 2))
    assert client.patch("/v1/faqs/1", moved, as_="owner").status_code == 403
    assert client.patch("/v1/faqs/1", moved, as_="admin").status_code == 403
    same = document("faq", 1, {"answer": "No."}, event=("event", 1))
    assert client.patch("/v1/faqs/1", same, as_="owner").status_code == 200


def test_faq_changes_its_type_and_leaves_it(client: Any) -> None:
    path = "/v1/faqs/1/relationships/faq-type"
    client.patch(path, {"data": linkage("faq-type", 2)}, as_="coorganizer")
    assert ids(client.get("/v1/faq-types/2/faqs")) == ["1", "3"]
    client.patch(path, {"data": None}, as_="coorganizer")
    assert ids(client.get("/v1/faq-types/2/faqs")) == ["3"]


def test_faqs_are_filtered_by_type(client: Any) -> None:
    of_type = {"name": "faq-type", "op": "has", "val": {"name": "name", "op": "eq", "val": "Venue"}}
    assert ids(client.get(filtered("/v1/events/1/faqs", of_type))) == ["3"]


def test_deleted_faq_is_restored_by_staff_only(client: Any) -> None:
    assert client.get("/v1/faqs/6", as_="owner").status_code == 404
    back = document("faq", 6, {"deleted-at": None})
    assert client.patch("/v1/faqs/6", back, as_="owner").status_code == 404
    assert client.patch("/v1/faqs/6", back, as_="admin").status_code == 200
    assert client.get("/v1/faqs/6").status_code == 200
