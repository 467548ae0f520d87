"""Who finds which events, and what of them, on every route that could show them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.areas.documents import document, fault, filtered, ids, included

EVERYBODY = (
    None,
    "unverified",
    "registered",
    "registrar",
    "moderator",
    "track-organizer",
    "coorganizer",
    "organizer",
    "owner",
    "other-owner",
    "admin",
)
#: Of the draft event 3.
STRANGERS = (None, "registered", "organizer", "other-owner")
RUNS = ("coorganizer", "organizer", "owner")
PRIVATE = {"paypal-email", "bank-details", "cheque-details", "invoice-details", "onsite-details"}

DRAFT_ROUTES = (
    "/v1/events/3",
    "/v1/events/c7d3e4f5",
    "/v1/events/3/faqs",
    "/v1/events/c7d3e4f5/faqs",
    "/v1/events/3/faq-types",
    "/v1/events/3/tags",
    "/v1/events/3/changes",
    "/v1/events/3/event-type",
    "/v1/events/3/relationships/faqs",
    "/v1/events/3/relationships/event-type",
    "/v1/faqs/7",
    "/v1/faqs/7/event",
    "/v1/faqs/7/faq-type",
    "/v1/faqs/7/relationships/faq-type",
    "/v1/faq-types/5",
    "/v1/faq-types/5/faqs",
    "/v1/faq-types/5/event",
)


@pytest.mark.parametrize("who", EVERYBODY)
@pytest.mark.parametrize("path", ["/v1/events/1", "/v1/events/a5b1c2d3"])
def test_published_event_is_visible_to_everybody(client: Any, who: str | None, path: str) -> None:
    answer = client.get(path, as_=who)
    assert answer.status_code == 200
    assert answer.json["data"]["attributes"]["identifier"] == "a5b1c2d3"


@pytest.mark.parametrize("path", DRAFT_ROUTES)
def test_draft_and_all_below_it_is_missing_for_strangers(client: Any, path: str) -> None:
    for who in STRANGERS:
        assert client.get(path, as_=who).status_code == 404, who


@pytest.mark.parametrize("path", DRAFT_ROUTES)
def test_draft_and_all_below_it_is_there_for_its_team_and_staff(client: Any, path: str) -> None:
    for who in ("owner", "admin", "super-admin"):
        assert client.get(path, as_=who).status_code == 200, who


def test_draft_is_no_target_for_what_strangers_write(client: Any) -> None:
    faq = document("faq", None, {"question": "?", "answer": "!"}, event=("event", 3))
    assert client.post("/v1/faqs", faq, as_="other-owner").status_code == 404
    assert client.patch("/v1/faqs/7", document("faq", 7), as_="other-owner").status_code == 404
    assert client.delete("/v1/events/3", as_="other-owner").status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "/v1/events",
        "/v1/event-types/1/events",
        "/v1/event-topics/1/events",
        "/v1/event-types/1/relationships/events",
    ],
)
def test_lists_under_a_type_or_topic_do_not_leak_drafts(client: Any, path: str) -> None:
    for who in STRANGERS:
        assert "3" not in ids(client.get(path, as_=who)), who
    assert "3" in ids(client.get(path, as_="owner"))
    assert "3" in ids(client.get(path, as_="admin"))


def test_includes_do_not_leak_drafts(client: Any) -> None:
    answer = client.get("/v1/event-types/1?include=events,events.faqs")
    assert ("event", "1") in included(answer)
    assert ("event", "3") not in included(answer)
    assert ("faq", "7") not in included(answer)


def test_filters_do_not_leak_drafts(client: Any) -> None:
    below = {"name": "faqs", "op": "any", "val": {"name": "id", "op": "eq", "val": "7"}}
    draft = {"name": "events", "op": "any", "val": {"name": "state", "op": "eq", "val": "draft"}}
    assert ids(client.get(filtered("/v1/events", below))) == []
    assert ids(client.get(filtered("/v1/event-types", draft))) == []
    assert ids(client.get(filtered("/v1/event-types", draft), as_="owner")) == ["1"]


@pytest.mark.parametrize("who", EVERYBODY)
def test_payment_details_are_for_those_who_run_the_event(client: Any, who: str | None) -> None:
    attributes = client.get("/v1/events/1", as_=who).json["data"]["attributes"]
    expected = PRIVATE if who in (*RUNS, "admin") else set()
    assert attributes.keys() & PRIVATE == expected
    assert "can-pay-by-bank" in attributes


def test_payment_details_are_not_on_other_routes_either(client: Any) -> None:
    for path in ("/v1/events", "/v1/faqs/1/event", "/v1/events/1/faqs?include=event"):
        assert "treasurer@example.org" not in client.get(path, as_="registrar").text, path
        assert "IBAN" not in client.get(path).text, path


def test_payment_details_of_others_cannot_be_found_by_filter_or_order(client: Any) -> None:
    guess = {"name": "paypal-email", "op": "ilike", "val": "treas%"}
    assert client.get(filtered("/v1/events", guess)).status_code == 400
    assert client.get("/v1/events?sort=bank-details").status_code == 400
    assert ids(client.get(filtered("/v1/events", guess), as_="other-owner")) == []
    assert ids(client.get(filtered("/v1/events", {"not": guess}), as_="other-owner")) == []
    assert ids(client.get(filtered("/v1/events", guess), as_="owner")) == ["1"]


def test_a_list_shows_each_event_in_the_callers_view(client: Any) -> None:
    events = client.get("/v1/events", as_="other-owner").json["data"]
    views = {event["id"]: event["attributes"].keys() >= PRIVATE for event in events}
    assert views == {"1": False, "2": True}


def test_private_event_is_listed_to_its_team_and_staff_only(client: Any) -> None:
    made = client.patch(
        "/v1/events/1", document("event", 1, {"privacy": "private"}), as_="organizer"
    )
    assert made.status_code == 200
    lists = ("/v1/events", "/v1/events/upcoming", "/v1/event-types/1/events")
    for who in (None, "registered", "other-owner"):
        for path in lists:
            assert "1" not in ids(client.get(path, as_=who)), (who, path)
    for who in ("registrar", "owner", "admin"):
        assert "1" in ids(client.get("/v1/events", as_=who)), who


def test_private_event_is_found_by_its_address(client: Any) -> None:
    client.patch("/v1/events/1", document("event", 1, {"privacy": "private"}), as_="organizer")
    for path in ("/v1/events/1", "/v1/events/a5b1c2d3", "/v1/events/1/faqs", "/v1/faqs/1"):
        assert client.get(path).status_code == 200, path


def test_deleted_event_is_invisible_everywhere(client: Any) -> None:
    for who in (None, "owner", "admin"):
        assert client.get("/v1/events/4", as_=who).status_code == 404
        assert client.get("/v1/events/d8e4f5a6", as_=who).status_code == 404
        assert "4" not in ids(client.get("/v1/events", as_=who))
        assert "4" not in ids(client.get("/v1/event-types/1/events", as_=who))


def test_deleting_an_event_hides_what_is_below_it(client: Any) -> None:
    assert client.delete("/v1/events/1", as_="super-admin").status_code == 200
    for path in ("/v1/faqs/1", "/v1/faq-types/1", "/v1/tags/1", "/v1/events/1/faqs"):
        for who in (None, "owner", "admin"):
            assert client.get(path, as_=who).status_code == 404, (path, who)


def test_deleted_event_and_what_is_below_it_is_restored_by_staff_only(client: Any) -> None:
    assert client.delete("/v1/events/1", as_="super-admin").status_code == 200
    back = document("event", 1, {"deleted-at": None})
    assert client.patch("/v1/events/1", back, as_="owner").status_code == 404
    assert client.patch("/v1/events/1", back, as_="admin").status_code == 200
    assert client.get("/v1/events/1").json["data"]["attributes"]["deleted-at"] is None
    assert ids(client.get("/v1/events/1/faqs")) == ["1", "2", "3", "4"]


@pytest.mark.parametrize("who", [*RUNS, "admin"])
def test_those_who_run_the_event_read_its_history(client: Any, who: str) -> None:
    assert ids(client.get("/v1/events/1/changes", as_=who)) == ["2", "1"]
    assert client.get("/v1/event-changes/1", as_=who).status_code == 200


@pytest.mark.parametrize("who", ["registered", "registrar", "track-organizer", "other-owner"])
def test_others_do_not_read_the_history(client: Any, who: str) -> None:
    assert ids(client.get("/v1/events/1/changes", as_=who)) == []
    assert client.get("/v1/event-changes/1", as_=who).status_code == 404


def test_anonymous_logs_in_to_read_an_entry_of_the_history(client: Any) -> None:
    assert client.get("/v1/event-changes/1").status_code == 401
    assert ids(client.get("/v1/events/1/changes")) == []


def test_upcoming_shows_promoted_events_that_have_not_begun(client: Any) -> None:
    assert ids(client.get("/v1/events/upcoming")) == ["1"]
    assert ids(client.get("/v1/events/upcoming", as_="admin")) == ["1"]


def test_upcoming_leaves_out_what_staff_demoted_or_is_incomplete(client: Any) -> None:
    demoted = {"is-promoted": False, "is-demoted": True}
    client.patch("/v1/events/1", document("event", 1, demoted), as_="admin")
    assert ids(client.get("/v1/events/upcoming")) == []
    client.patch("/v1/events/1", document("event", 1, {"is-demoted": False}), as_="admin")
    assert ids(client.get("/v1/events/upcoming")) == ["1"]
    client.patch("/v1/events/1", document("event", 1, {"logo-url": None}), as_="owner")
    assert ids(client.get("/v1/events/upcoming")) == []


def test_events_are_listed_by_start(client: Any) -> None:
    assert ids(client.get("/v1/events", as_="admin")) == ["1", "2", "3"]
    assert ids(client.get("/v1/events?sort=-starts-at", as_="admin")) == ["3", "2", "1"]


def test_history_cannot_be_written(client: Any) -> None:
    for who in ("owner", "super-admin"):
        change = document("event-change", 1, {"changed": []})
        assert fault(client.patch("/v1/event-changes/1", change, as_=who))[0] == 405
        assert fault(client.delete("/v1/event-changes/1", as_=who))[0] == 405
        assert client.post("/v1/event-changes", change, as_=who).status_code in (404, 405)
