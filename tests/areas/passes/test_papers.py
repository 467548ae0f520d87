"""Printed tickets: what is on them, read by others' software, and who gets them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pypdfium2
import pytest
import zxingcpp
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from openevent.areas.orders.world import IDENTIFIERS
from openevent.areas.passes.actors import forget_old_papers, issue_tickets, withdraw_tickets
from openevent.areas.passes.domain_events import TicketsIssued
from openevent.areas.passes.rules import period_in_words
from openevent.services import pdf
from openevent.services.pdf import TRANSLATIONS, stored
from openevent.services.signing import Claims, verify
from openevent.services.storage import Storage
from openevent.settings import Settings
from openevent.work.principal import SYSTEM
from openevent.work.unit import UnitOfWork
from openevent.worker import worker_ports
from tests.areas.communication.test_texts import shape
from tests.areas.documents import document
from tests.areas.passes.test_passes import keys_of
from tests.conftest import Client

ENGLISH = TRANSLATIONS.catalogue("en")
ONE, ALL = "/v1/orders/attendees/4.pdf", "/v1/orders/2/tickets-pdf"


@pytest.fixture
def work(engine: Engine, settings: Settings) -> Iterator[UnitOfWork]:
    with Session(engine) as db:
        yield UnitOfWork(open_db=lambda: db, principal=SYSTEM, ports=worker_ports(settings))


def pages_of(content: bytes) -> list[str]:
    """Return the text of each page."""
    with pypdfium2.PdfDocument(content) as paper:
        return [" ".join(page.get_textpage().get_text_range().split()) for page in paper]


def codes_on(content: bytes, page: int = 0) -> set[str]:
    """Return what a scanner reads on a page."""
    with pypdfium2.PdfDocument(content) as paper:
        picture = paper[page].render(scale=2.5).to_pil()
    return {code.text for code in zxingcpp.read_barcodes(picture)}


def test_a_ticket_says_who_comes_where_and_when(client: Client) -> None:
    answer = client.get(ONE, as_="registered")
    assert answer.headers["Content-Type"] == "application/pdf"
    (page,) = pages_of(answer.content)
    for words in (
        *("Open Tech Summit", "Ida Lund", "Supporter", "€25.00", IDENTIFIERS[2]),
        "Wednesday, 1 May 2030, 11:00 to Friday, 3 May 2030, 19:00 (Europe/Berlin, GMT+02:00)",
        "Kalkscheune",
    ):
        assert words in page


def test_a_scanner_reads_both_codes_and_the_signed_one_verifies(client: Client) -> None:
    codes = codes_on(client.get(ONE, as_="registered").content)
    assert f"{IDENTIFIERS[2]}-4" in codes
    (signed,) = codes - {f"{IDENTIFIERS[2]}-4"}
    read = verify(signed, keys_of(client), datetime(2030, 5, 2, tzinfo=UTC), event_id=1)
    assert isinstance(read, Claims)
    assert read.attendee_id == 4


def test_the_same_ticket_is_the_same_bytes_and_not_drawn_again(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = client.get(ALL, as_="registered")
    monkeypatch.setattr(pdf, "qr_svg", None)
    again = client.get(ALL, as_="coorganizer")
    assert first.content == again.content
    cached = client.get(ALL, as_="registered", headers={"If-None-Match": first.headers["ETag"]})
    assert cached.status_code == 304


def test_a_ticket_is_made_anew_when_what_it_shows_changes(client: Client) -> None:
    client.get(ONE, as_="registered")
    name = document("attendee", 4, {"firstname": "מרים", "lastname": "بن علي"})
    assert client.patch("/v1/attendees/4", name, as_="organizer").status_code == 200
    moved = document("event", 1, {"location-name": "Neue Halle"})
    assert client.patch("/v1/events/1", moved, as_="organizer").status_code == 200
    (page,) = pages_of(client.get(ONE, as_="registered").content)
    assert "Ida" not in page
    assert "Neue Halle" in page


@pytest.mark.parametrize(
    "name", ["Ωμέγα", "Жанна", "佐藤", "한국", "สมชาย", "தமிழ்", "हिन्दी", "Łódź"]
)
def test_names_in_every_script_are_on_the_ticket(client: Client, name: str) -> None:
    changed = document("attendee", 4, {"firstname": name, "lastname": None})
    assert client.patch("/v1/attendees/4", changed, as_="organizer").status_code == 200
    (page,) = pages_of(client.get(ONE, as_="registered").content)
    assert name[0] in page


def test_names_are_text_and_never_markup(client: Client) -> None:
    name = '#panic() $x$ *b* [a] \\ "q" <x>'
    changed = document("attendee", 4, {"firstname": name})
    assert client.patch("/v1/attendees/4", changed, as_="organizer").status_code == 200
    assert name in pages_of(client.get(ONE, as_="registered").content)[0]


def test_an_order_has_a_page_for_each_attendee(client: Client) -> None:
    pages = pages_of(client.get(ALL, as_="registered").content)
    assert [name in page for name, page in zip(("Rahel", "Ida", "Jonas"), pages, strict=True)]
    by_identifier = client.get(f"/v1/orders/{IDENTIFIERS[2]}/tickets-pdf", as_="organizer")
    as_old_clients = client.get(f"/v1/tickets/{IDENTIFIERS[2]}", as_="organizer")
    assert pages == pages_of(by_identifier.content) == pages_of(as_old_clients.content)
    assert client.get("/v1/tickets/2", as_="organizer").json["data"]["type"] == "ticket"


def test_an_attendee_gets_no_ticket_but_their_own(client: Client, engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("UPDATE attendees SET user_id = 10 WHERE id = 4"))
    pages = pages_of(client.get(ALL, as_="unverified").content)
    assert len(pages) == 1
    assert "Ida" in pages[0]
    assert client.get("/v1/orders/attendees/3.pdf", as_="unverified").status_code == 404


@pytest.mark.parametrize("caller", ["unverified", "registrar", "other-owner"])
@pytest.mark.parametrize("path", [ONE, ALL])
def test_tickets_of_others_do_not_exist(client: Client, path: str, caller: str) -> None:
    assert client.get(path, as_=caller).status_code == 404
    assert client.get(path).status_code == 401


def test_a_cancelled_order_has_no_tickets(client: Client) -> None:
    assert client.get("/v1/orders/4/tickets-pdf", as_="unverified").status_code == 404
    assert client.get("/v1/orders/3/tickets-pdf", as_="other-owner").status_code == 409


def test_the_job_makes_the_papers_and_says_where_they_are(client: Client, work: UnitOfWork) -> None:
    issue_tickets(work, order_id=2)
    work.db.commit()
    assert work.recorded == [TicketsIssued(order_id=2, revision=1)]
    order = client.get("/v1/orders/2", as_="registered").json["data"]["attributes"]
    assert order["tickets-pdf-url"].endswith(f"/v1/orders/{IDENTIFIERS[2]}/tickets-pdf")
    attendee = client.get("/v1/attendees/4", as_="registered").json["data"]["attributes"]
    assert attendee["pdf-url"].endswith("/v1/orders/attendees/4.pdf")
    version = work.db.scalar(text("SELECT version FROM attendees WHERE id = 4"))
    issue_tickets(work, order_id=2)
    again = work.db.scalar(text("SELECT version FROM attendees WHERE id = 4"))
    assert again == version, "a job that runs twice changes nothing"


def test_the_job_issues_nothing_that_is_not_sold_and_takes_back_what_was(
    client: Client, work: UnitOfWork
) -> None:
    issue_tickets(work, order_id=3)
    issue_tickets(work, order_id=4)
    assert work.recorded == []
    issue_tickets(work, order_id=2)
    work.db.commit()
    cancelled = document("order", 2, {"status": "cancelled"})
    assert client.patch("/v1/orders/2", cancelled, as_="organizer").status_code == 200
    withdraw_tickets(work, order_id=2)
    work.db.commit()
    order = client.get("/v1/orders/2", as_="registered").json["data"]["attributes"]
    assert order["tickets-pdf-url"] is None


def test_an_order_called_off_while_its_papers_are_made_names_none(
    client: Client, work: UnitOfWork, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slowly(*arguments: Any) -> bytes:
        cancelled = document("order", 2, {"status": "cancelled"})
        assert client.patch("/v1/orders/2", cancelled, as_="organizer").status_code == 200
        return stored(*arguments)

    monkeypatch.setattr(pdf, "stored", slowly)
    issue_tickets(work, order_id=2)
    work.db.commit()
    assert work.recorded == []
    order = client.get("/v1/orders/2", as_="registered").json["data"]["attributes"]
    assert (order["status"], order["tickets-pdf-url"]) == ("cancelled", None)


def test_old_papers_are_forgotten_and_made_again(client: Client, work: UnitOfWork) -> None:
    first = client.get(ONE, as_="registered").content
    storage: Storage = work.ports[Storage]
    work.now = lambda: datetime.now(UTC) + timedelta(days=31)
    forget_old_papers(work)
    later = datetime.now(UTC) + timedelta(days=1)
    kept = list(storage.older_than(later))
    assert not [key for key in kept if key.startswith("papers/")]
    assert client.get(ONE, as_="registered").content == first


def test_times_are_at_the_clocks_of_the_place() -> None:
    start = datetime(2030, 1, 5, 18, 0, tzinfo=UTC)
    assert period_in_words(start, start + timedelta(hours=2), "Asia/Kolkata", ENGLISH) == (
        "Saturday, 5 January 2030, 23:30 to Sunday, 6 January 2030, 01:30 (Asia/Kolkata, GMT+05:30)"
    )
    assert period_in_words(start, start + timedelta(hours=2), "UTC", ENGLISH).endswith(
        "18:00 to 20:00 (UTC, GMT+00:00)"
    )


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("de", ("Mittwoch, 1. Mai 2030, 11:00 bis", "25,00 €", "BESTELLUNG", "Ausgabe 1")),
        ("ar", ("السعر", "إلى", "25.00", "عبر")),
    ],
)
def test_papers_speak_the_buyers_language_whoever_fetches_them(
    client: Client, engine: Engine, language: str, words: tuple[str, ...]
) -> None:
    speak = text("UPDATE users SET language_prefrence = :tag WHERE id = 9")
    with engine.begin() as connection:
        connection.execute(speak, {"tag": language})
        connection.execute(text("UPDATE events SET online = true, location_name = NULL"))
    (page,) = pages_of(client.get(ONE, as_="organizer").content)
    assert [word for word in words if word not in page] == []
    (bill,) = pages_of(client.get("/v1/orders/invoices/2", as_="organizer").content)
    assert "78" in bill
    assert "Invoice" not in bill, "whoever fetches it"


@pytest.mark.parametrize("tag", TRANSLATIONS.tags)
def test_papers_say_the_same_things_in_every_language(tag: str) -> None:
    assert shape(tag, TRANSLATIONS) == shape("en", TRANSLATIONS)
