"""Badges as PDF, read by others' software: what is on them, for whom, and what it leaves behind."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
import vobject
from sqlalchemy import Engine, text

from openevent.areas.exports.formats.badge import contact, size_of
from tests.areas.exports.test_lists import fetched, task
from tests.areas.passes.test_papers import codes_on, pages_of
from tests.conftest import Client

PRINT, PREVIEW = "/v1/badge-forms/print-badge-pdf", "/v1/badge-forms/preview-badge-pdf"
#: Rahel Tesfaye, whose ticket has the badge 'patron': her first name, and a QR code.
RAHEL = "?attendee_id=9"


def _printed(client: Client, query: str = RAHEL) -> bytes:
    asked = client.get(PRINT + query, as_="coorganizer")
    assert asked.status_code == 200, asked.text
    done = task(client, asked.json, as_="coorganizer")
    assert done["state"] == "SUCCESS", "published apps ask once"
    return fetched(client, done)


def test_badge_says_who_wears_it(client: Client, engine: Engine) -> None:
    with engine.begin() as connection:
        fields = "UPDATE badge_field_forms SET qr_custom_field = '{firstname,address,email}'"
        connection.execute(text(f"{fields} WHERE custom_field = 'QR'"))
        connection.execute(text("UPDATE attendees SET address = repeat('ö', 5000) WHERE id = 9"))
    content = _printed(client)
    assert pages_of(content) == ["Rahel"]
    (code,) = codes_on(content)
    card = vobject.readOne(code)
    assert "adr" not in card.contents, "too long for a code"
    assert (card.fn.value, card.email.value) == ("Rahel", "rahel@example.org")
    assert card.contents["eventyay"][0].value == "9"
    shown = client.get("/v1/attendees/9", as_="coorganizer").json["data"]["attributes"]
    assert shown["is-badge-printed"] is True
    assert shown["badge-printed-at"] is not None


def test_what_people_write_adds_no_lines_to_their_contact() -> None:
    """An app takes the ``EVENTYAY`` of a badge for who wears it."""
    forged = "x\r\nEND:VCARD\r\nEVENTYAY:7"
    person = SimpleNamespace(
        id=9, firstname="A;b,c", lastname=forged, company=forged, complex_field_values={"n": forged}
    )
    card = vobject.readOne(contact(person, ("firstname", "lastname", "company", "n")))
    assert [line.value for line in card.contents["eventyay"]] == ["9"]
    assert card.n.value.given == "A;b,c"
    assert {"org", "note"} <= card.contents.keys()


def test_badge_has_the_chosen_fields_alone(client: Client, engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO badge_field_forms (badge_form_id, field_identifier, text_type)"
                " VALUES (1, 'jobTitle', 'uppercase'), (1, 'shirtSize', NULL)"
            )
        )
        connection.execute(
            text(
                "UPDATE attendees SET job_title = 'Engineer', complex_field_values ="
                ' \'{"shirt_size": "L"}\' WHERE id = 9'
            )
        )
    assert pages_of(_printed(client)) == ["Rahel ENGINEER L"]
    assert pages_of(_printed(client, RAHEL + "&list_field_show=jobTitle,shirtSize")) == [
        "ENGINEER L"
    ]
    assert pages_of(_printed(client, RAHEL + "&list_field_show=")) == [""]


@pytest.mark.parametrize(
    ("query", "caller", "status"),
    [
        (RAHEL, "registrar", 403),
        (RAHEL, "registered", 403),
        (RAHEL, "other-owner", 404),
        ("?attendee_id=8", "coorganizer", 404),
        ("?attendee_id=1", "coorganizer", 404),
        ("?attendee_id=6", "coorganizer", 409),
        ("?attendee_id=x", "coorganizer", 400),
    ],
)
def test_badges_are_printed_by_who_runs_the_event(
    client: Client, engine: Engine, query: str, caller: str, status: int
) -> None:
    assert client.get(PRINT + query, as_=caller).status_code == status
    with engine.connect() as connection:
        printed = connection.scalar(text("SELECT count(*) FROM attendees WHERE is_badge_printed"))
    assert printed == 0


def test_preview_shows_the_samples(client: Client) -> None:
    fields: list[dict[str, Any]] = [
        {"field_identifier": "firstname", "sample_text": "Ada", "font_size": 30, "margin_top": 5},
        {"custom_field": "City", "text_rotation": 90, "font_color": "no colour"},
        {"custom_field": "Gone", "isDeleted": True},
        {"custom_field": "QR", "sample_text": "hello"},
    ]
    form = {"badgeID": "x", "badgeSize": "A6", "badgeColor": "#fff", "badgeFields": fields}
    answer = client.rpc(PREVIEW, {"badgeForms": [form]}, as_="registered")
    assert answer.status_code == 200, answer.text
    (page,) = pages_of(answer.content)
    assert "Ada" in page
    assert "Gone" not in page
    assert codes_on(answer.content) == {"hello"}
    assert client.rpc(PREVIEW, {"badgeForms": [form]}).status_code == 401
    form["badgeFields"] = [{"font_size": "big"}]
    assert client.rpc(PREVIEW, {"badgeForms": [form]}, as_="registered").status_code == 422


@pytest.mark.parametrize(
    ("size", "held", "expected"),
    [
        ('4" x 3"', "Portrait", (76.2, 101.6)),
        ('4" x 3"', None, (101.6, 76.2)),
        ("86x54 mm", "landscape", (86, 54)),
        ("a6", None, (105, 148)),
        ("999 x 1 cm", None, (500, 20)),
        ("huge", None, (101.6, 76.2)),
    ],
)
def test_paper_is_as_large_as_it_is_said(
    size: str, held: str | None, expected: tuple[float, float]
) -> None:
    assert size_of(size, held) == pytest.approx(expected)
