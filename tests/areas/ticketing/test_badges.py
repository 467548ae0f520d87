"""Badges: fields that are sent along with them, and what scanning apps are told."""

from __future__ import annotations

from tests.areas.documents import document, fault
from tests.conftest import Client


def test_fields_sent_along_are_added_changed_and_removed(client: Client) -> None:
    sent = [
        {"badge_field_id": 1, "font_size": 30, "is_field_expanded": None},
        {"id": 2, "isDeleted": True},
        {"custom_field": "Organisation", "sample_text": "ACME"},
    ]
    changed = document("badge-form", 1, {"badge-fields": sent})
    answer = client.patch("/v1/badge-forms/1", changed, as_="coorganizer")
    first, added = answer.json["data"]["attributes"]["badge-fields"]
    assert (first["id"], first["font_size"], first["sample_text"]) == (1, 30, "Ada")
    assert (added["sample_text"], added["badge_id"]) == ("ACME", "patron")
    printed = client.get("/v1/tickets/4/badge-forms", as_="registered").json
    assert [field["custom_field"] for field in printed] == ["First Name", "Organisation"]


def test_field_of_another_badge_is_not_reached(client: Client) -> None:
    sent = document("badge-form", 1, {"badge-fields": [{"id": 3, "is_deleted": True}]})
    assert client.patch("/v1/badge-forms/1", sent, as_="coorganizer").status_code == 404
    assert client.get("/v1/badge-field-forms/3", as_="admin").status_code == 200


def test_copied_event_keeps_its_badges(client: Client) -> None:
    order = {"name": "Again", "parts": ["tickets"]}
    copy = client.post("/v1/events/1/copy", order, as_="organizer").json
    path = f"/v1/events/{copy['id']}/badge-forms"
    (badge,) = client.get(path, as_="organizer").json["data"]
    assert len(badge["attributes"]["badge-fields"]) == 2
    assert client.get(path, as_="registered").status_code == 404


def test_field_that_is_added_below_a_badge_is_of_that_badge(client: Client) -> None:
    path = "/v1/badge-forms/1/badge-field-forms"
    sent = document("badge-field-form", None, {"custom_field": "Motto"})
    made = client.post(path, sent, as_="coorganizer")
    assert made.status_code == 201, made.text
    assert made.headers["Location"] == made.json["data"]["links"]["self"]
    of_badge = {"type": "badge-form", "id": "1"}
    assert made.json["data"]["relationships"]["badge-form"]["data"] == of_badge
    other = document("badge-field-form", None, {}, badge_form=("badge-form", 2))
    pointer = "/data/relationships/badge-form"
    assert fault(client.post(path, other, as_="coorganizer")) == (409, "conflict", pointer)
    for nothing in ([], {"data": []}, {"data": {"relationships": 1}}):
        assert client.post(path, nothing, as_="coorganizer").status_code == 422
    assert len(client.get(path, as_="coorganizer").json["data"]) == 3
