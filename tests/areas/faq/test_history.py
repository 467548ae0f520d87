"""Changes of an event's FAQ appear in the event's history."""

from __future__ import annotations

from typing import Any

from openevent.areas.events.actors import note_change
from tests.areas.documents import document
from tests.areas.events.test_actors import deliveries

FAQ = document("faq", None, {"question": "Tea?", "answer": "Yes."}, event=("event", 1))
FAQ_TYPE = document("faq-type", None, {"name": "Food"}, event=("event", 1))


def test_every_change_of_the_faq_is_noted_once(client: Any, app: Any, engine: Any) -> None:
    for answer in (
        client.post("/v1/faqs", FAQ, as_="organizer"),
        client.patch("/v1/faqs/1", document("faq", 1, {"answer": "No."}), as_="owner"),
        client.delete("/v1/faqs/2", as_="coorganizer"),
        client.post("/v1/faq-types", FAQ_TYPE, as_="organizer"),
        client.patch("/v1/faq-types/1", document("faq-type", 1, {"name": "A"}), as_="owner"),
        client.delete("/v1/faq-types/2", as_="coorganizer"),
    ):
        assert answer.status_code < 300, answer.text
    waiting = deliveries(engine)
    assert len(waiting) == 6
    for id_, arguments in waiting:
        app.background.runner.deliver(note_change, arguments, id_, request_id=None)
    entries = client.get("/v1/events/1/changes?page[size]=6", as_="organizer").json["data"]
    noted = [
        (entry["attributes"]["changed"], entry["relationships"]["user"]["data"]["id"])
        for entry in entries
    ]
    whose = ("4", "3", "5")
    assert noted[::-1] == [
        *((["faqs"], user) for user in whose),
        *((["faq-types"], user) for user in whose),
    ]


def test_refused_change_is_not_noted(client: Any, engine: Any) -> None:
    assert client.post("/v1/faqs", FAQ, as_="registered").status_code == 403
    assert client.delete("/v1/faqs/1", as_="other-owner").status_code == 403
    blank = document("faq", 1, {"answer": " "})
    assert client.patch("/v1/faqs/1", blank, as_="organizer").status_code == 422
    assert deliveries(engine) == []
