"""Badges: fields that are sent along with them, and what scanning apps are told."""

from __future__ import annotations

from tests.areas.documents import document
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
