"""Answers that a form makes public are for everybody, and the others stay where they are."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Engine, update

from openevent.areas.programme.models import Session
from openevent.areas.speakers.models import Speaker
from tests.areas.documents import document

ANSWERS = {"topic_tags": "networks", "budget": "500", "gone": 1}


@pytest.fixture(params=["session", "speaker"])
def answered(client: Any, engine: Engine, request: Any) -> tuple[Any, str, str]:
    """A row with answers to a public field, to a private one, and to none."""
    form = request.param
    # Another event's form does not speak for this one's, whatever it makes public.
    fields = (
        (1, "organizer", "topicTags", True),
        (1, "organizer", "budget", False),
        (2, "other-owner", "budget", True),
    )
    made = {}
    for event, who, identifier, is_public in fields:
        asked = {"form": form, "field-identifier": identifier, "name": identifier}
        asked |= {"type": "text", "is-public": is_public, "is-included": True}
        sent = document("custom-form", None, asked, event=("event", event))
        answer = client.post("/v1/custom-forms", sent, as_=who)
        assert answer.status_code == 201, answer.text
        made[identifier] = answer.json["data"]["id"]
    model = {"session": Session, "speaker": Speaker}[form]
    with engine.begin() as connection:
        values = {"complex_field_values": ANSWERS}
        connection.execute(update(model).where(model.id == 1).values(values))
    return client, f"/v1/{form}s/1", made["topicTags"]


def shown(client: Any, path: str, as_: str | None = None) -> Any:
    return client.get(path, as_=as_).json["data"]["attributes"]


def test_everybody_sees_the_public_answers_only(answered: Any) -> None:
    client, path, _ = answered
    seen = shown(client, path)
    assert seen["public-field-values"] == {"topic_tags": "networks"}
    assert "complex-field-values" not in seen
    assert "500" not in client.get(path).text


def test_the_team_sees_all(answered: Any) -> None:
    client, path, _ = answered
    seen = shown(client, path, "organizer")
    assert seen["complex-field-values"] == ANSWERS
    assert seen["public-field-values"] == {"topic_tags": "networks"}


def test_an_answer_is_private_again_with_its_field(answered: Any) -> None:
    client, path, field = answered
    hide = document("custom-form", field, {"is-public": False})
    assert client.patch(f"/v1/custom-forms/{field}", hide, as_="organizer").status_code == 200
    assert shown(client, path)["public-field-values"] is None
