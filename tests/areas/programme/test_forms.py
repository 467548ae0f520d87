"""What an event asks of those who propose sessions."""

from __future__ import annotations

from typing import Any

import pytest

FIELD = {
    "type": "custom-form",
    "attributes": {
        "field-identifier": "level",
        "name": "Level",
        "form": "session",
        "type": "text",
        "is-required": True,
        "is-included": True,
    },
    "relationships": {"event": {"data": {"type": "event", "id": "1"}}},
}


@pytest.fixture
def demanding(client):
    """The event asks for the level of a session from now on."""
    assert client.post("/v1/custom-forms", {"data": FIELD}, as_="organizer").status_code == 201
    return client


def proposal(state: str, **attributes: Any) -> dict[str, Any]:
    return {
        "data": {
            "type": "session",
            "attributes": {"title": "On forms", "state": state, **attributes},
            "relationships": {"event": {"data": {"type": "event", "id": "1"}}},
        }
    }


def test_a_proposal_without_a_required_answer_is_refused_by_name(demanding) -> None:
    refused = demanding.post("/v1/sessions", proposal("pending"), as_="registered")
    assert refused.status_code == 422
    pointers = {error["source"]["pointer"] for error in refused.json["errors"]}
    assert "/data/attributes/level" in pointers


def test_a_draft_may_be_incomplete_until_it_is_submitted(demanding) -> None:
    made = demanding.post("/v1/sessions", proposal("draft"), as_="registered")
    assert made.status_code == 201
    path, id_ = made.json["data"]["links"]["self"], made.json["data"]["id"]

    def change(**attributes: Any) -> int:
        document = {"data": {"type": "session", "id": id_, "attributes": attributes}}
        return demanding.patch(path, document, as_="registered").status_code

    assert change(state="pending") == 422
    assert demanding.get(path, as_="registered").json["data"]["attributes"]["state"] == "draft"
    assert change(state="pending", level="Beginner") == 200
    assert change(level=None) == 422
    assert change(state="withdrawn") == 200


def test_organizers_schedule_what_was_proposed_before_the_question(demanding) -> None:
    room = {"data": {"type": "session", "id": "4", "attributes": {"state": "accepted"}}}
    assert demanding.patch("/v1/sessions/4", room, as_="organizer").status_code == 200
