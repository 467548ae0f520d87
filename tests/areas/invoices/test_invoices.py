"""Invoices: gapless numbers whatever fails, each order once, for those whom they concern."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pypdfium2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from openevent.areas.invoices.actors import begin_invoicing, make_invoices
from openevent.areas.invoices.domain_events import EventInvoiceIssued, InvoicingDue
from openevent.areas.invoices.models import EventInvoice, InvoiceStatus
from openevent.areas.invoices.papers import event_invoice
from openevent.areas.invoices.rules import MOVES, check_move, number, share
from openevent.areas.orders.rules.pricing import Fee
from openevent.areas.orders.world import IDENTIFIERS
from openevent.errors import Conflict
from openevent.work.principal import SYSTEM
from openevent.work.unit import UnitOfWork
from tests.areas.documents import document
from tests.conftest import Client

#: What completed orders of event 1 bring in these tests.
SELL = text(
    """
    INSERT INTO orders (identifier, event_id, status, amount, currency, completed_at)
    SELECT gen_random_uuid()::text, :event, 'completed', :amount, 'EUR', now()
    FROM generate_series(1, :count)
    """
)
#: The fee of countries without one of their own.
ANYWHERE = text(
    "INSERT INTO ticket_fees (currency, country, service_fee)"
    " VALUES (:currency, 'global', :percent)"
)
NUMBERS = text("SELECT identifier FROM event_invoices ORDER BY identifier")
#: Of the demo world.
THERE = ["202512U-000001", "202512U-000002"]


@pytest.fixture
def db(engine: Engine) -> Iterator[Session]:
    with Session(engine) as session:
        yield session


def work_on(db: Session) -> UnitOfWork:
    return UnitOfWork(open_db=lambda: db, principal=SYSTEM)


def sell(engine: Engine, *, amount: Any = 100, count: int = 2, event: int = 1) -> None:
    with engine.begin() as connection:
        connection.execute(SELL, {"event": event, "amount": amount, "count": count})


def counts_of(engine: Engine) -> list[int]:
    """Return the counts in the numbers of all invoices."""
    with engine.connect() as connection:
        return [int(name.split("-")[1]) for name in connection.scalars(NUMBERS)]


def pages_of(content: bytes) -> list[str]:
    with pypdfium2.PdfDocument(content) as paper:
        return [" ".join(page.get_textpage().get_text_range().split()) for page in paper]


def test_an_invoice_is_the_share_of_what_completed_orders_brought(
    client: Client, engine: Engine, db: Session
) -> None:
    sell(engine, amount="62.50", count=3)
    work = work_on(db)
    make_invoices(work, event_id=1)
    db.commit()
    (issued,) = work.recorded
    assert isinstance(issued, EventInvoiceIssued)
    shown = client.get(f"/v1/event-invoices/{issued.event_invoice_id}", as_="owner").json
    attributes = shown["data"]["attributes"]
    assert attributes["amount"] == 3.75
    assert attributes["status"] == "due"
    issued_at, due_at = (
        datetime.fromisoformat(attributes[name]) for name in ("issued-at", "due-at")
    )
    assert (due_at - issued_at).days == 30
    assert attributes["identifier"] == number(3, issued_at.astimezone(UTC))
    assert shown["data"]["relationships"]["user"]["data"] == {"type": "user", "id": "3"}


@pytest.mark.parametrize(
    ("type_", "value", "amount", "status"),
    [("percent", 50, "2.00", "due"), ("amount", "1.25", "2.75", "due"),
     ("amount", 9, "0.00", "paid"), ("percent", 100, "0.00", "paid")],
)  # fmt: skip
def test_a_code_for_the_event_takes_its_part_off_what_is_owed(
    client: Client, engine: Engine, db: Session, type_: str, value: Any, amount: str, status: str
) -> None:
    sell(engine, amount=100, count=2)
    with engine.begin() as connection:
        works = "UPDATE discount_codes SET valid_from = NULL, type = :type, value = :value"
        connection.execute(text(f"{works} WHERE id = 6"), {"type": type_, "value": value})
    work = work_on(db)
    make_invoices(work, event_id=1)
    db.commit()
    assert len(work.recorded) == (status == "due"), "nobody is asked for nothing"
    (made,) = client.get("/v1/events/1/event-invoices?sort=-id&page[size]=1", as_="owner").json[
        "data"
    ]
    shown = made["attributes"]
    assert (shown["amount"], shown["status"]) == (float(amount), status)
    assert made["relationships"]["discount-code"]["data"] == {"type": "discount-code", "id": "6"}
    paper = event_invoice(work, db.get_one(EventInvoice, int(made["id"])))
    assert "4.00" in paper["lines"][0]["price"]
    assert amount in paper["total"]


def test_the_share_is_capped_by_the_fees_maximum(engine: Engine, db: Session) -> None:
    sell(engine, amount=5000)
    make_invoices(work_on(db), event_id=1)
    amount = db.scalar(text("SELECT amount FROM event_invoices ORDER BY id DESC LIMIT 1"))
    assert amount == Decimal(5)


def test_less_than_two_is_not_invoiced_and_waits_for_the_next_one(
    engine: Engine, db: Session
) -> None:
    sell(engine, amount="99.50", count=1)
    make_invoices(work_on(db), event_id=1)
    db.commit()
    assert counts_of(engine) == [1, 2]
    sell(engine, amount="0.50", count=1)
    make_invoices(work_on(db), event_id=1)
    db.commit()
    assert counts_of(engine) == [1, 2, 3]
    revenue = db.scalar(text("SELECT revenue FROM event_invoices ORDER BY id DESC LIMIT 1"))
    assert revenue == Decimal(100)


def test_an_order_is_in_one_invoice_at_most(engine: Engine, db: Session) -> None:
    sell(engine)
    for _ in range(3):
        make_invoices(work_on(db), event_id=1)
        db.commit()
    assert counts_of(engine) == [1, 2, 3]


def test_where_the_country_has_no_fee_the_one_of_everywhere_counts(
    engine: Engine, db: Session
) -> None:
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM ticket_fees"))
    sell(engine)
    make_invoices(work_on(db), event_id=1)
    assert counts_of(engine) == [1, 2]
    db.execute(ANYWHERE, {"currency": "USD", "percent": 3})
    make_invoices(work_on(db), event_id=1)
    amount = db.scalar(text("SELECT amount FROM event_invoices ORDER BY id DESC LIMIT 1"))
    assert amount == Decimal(6)


def test_the_month_begins_with_a_job_for_each_event_that_sold_something(
    engine: Engine, db: Session
) -> None:
    sell(engine)
    sell(engine, event=2)
    work = work_on(db)
    begin_invoicing(work)
    assert work.recorded == [InvoicingDue(event_id=1), InvoicingDue(event_id=2)]


def test_makers_at_the_same_moment_and_crashing_ones_leave_no_gap_and_no_duplicate(
    engine: Engine, db: Session
) -> None:
    anywhere = (
        "INSERT INTO ticket_fees (currency, country, service_fee) VALUES ('EUR', 'global', 2)"
    )
    with engine.begin() as connection:
        connection.execute(text(anywhere))

    # Every third maker ends before its commit, as a killed worker does.
    def make(turn: int) -> None:
        with Session(engine) as session:
            sell(engine, event=1 + turn % 2)
            make_invoices(work_on(session), event_id=1 + turn % 2)
            if turn % 3:
                session.commit()

    with ThreadPoolExecutor(8) as makers:
        list(makers.map(make, range(24)))
    for event_id in (1, 2):
        make_invoices(work_on(db), event_id=event_id)
        db.commit()
    counts = counts_of(engine)
    assert counts == list(range(1, len(counts) + 1))
    last, open_ = db.execute(
        text(
            "SELECT (SELECT last FROM invoice_counters), (SELECT count(*) FROM orders WHERE"
            " status = 'completed' AND amount > 0 AND currency IS NOT NULL"
            " AND id NOT IN (SELECT order_id FROM invoiced_orders))"
        )
    ).one()
    assert (last, open_) == (len(counts), 0)


@given(st.decimals(0, 10**9, places=2), st.decimals(0, 100, places=2), st.decimals(0, 99, places=2))
def test_a_share_is_never_more_than_its_maximum_nor_than_the_revenue(
    revenue: Decimal, percent: Decimal, maximum: Decimal
) -> None:
    amount = share(revenue, Fee(percent=percent, maximum=maximum), "EUR")
    assert 0 <= amount <= min(revenue, maximum)
    assert amount == round(amount, 2)


@pytest.mark.parametrize("old", InvoiceStatus)
@pytest.mark.parametrize("new", InvoiceStatus)
def test_an_invoice_changes_by_the_table_of_moves_only(
    old: InvoiceStatus, new: InvoiceStatus
) -> None:
    if new is old or new in MOVES[old]:
        check_move(old, new)
    else:
        with pytest.raises(Conflict):
            check_move(old, new)


def test_only_who_owes_it_and_staff_read_an_invoice(client: Client) -> None:
    path = "/v1/event-invoices/1"
    for caller, status in (("owner", 200), ("admin", 200), ("organizer", 404), (None, 401)):
        assert client.get(path, as_=caller).status_code == status
        assert client.get("/v1/events/invoices/202512U-000001", as_=caller).status_code == status
    assert client.get("/v1/event-invoices", as_="other-owner").json["meta"]["count"] == 1
    assert client.get("/v1/events/1/event-invoices", as_="organizer").json["meta"]["count"] == 0


def test_a_paid_invoice_knows_since_when(client: Client) -> None:
    paid = document("event-invoice", 1, {"status": "paid", "paid-via": "transfer"})
    assert client.patch("/v1/event-invoices/1", paid, as_="owner").status_code == 403
    answer = client.patch("/v1/event-invoices/1", paid, as_="admin")
    assert answer.json["data"]["attributes"]["completed-at"] is not None


def test_the_paper_of_an_invoice_says_what_is_owed_until_when(client: Client) -> None:
    (page,) = pages_of(client.get("/v1/events/invoices/1", as_="owner").content)
    for words in ("202512U-000001", "31 December 2025", "€4.00", "2 % of €200.00", "Olivia"):
        assert words in page


def test_the_invoice_of_an_order_adds_up_to_what_the_order_costs(client: Client) -> None:
    answer = client.get(f"/v1/orders/invoices/{IDENTIFIERS[2]}", as_="registered")
    (page,) = pages_of(answer.content)
    for words in (
        *("Open Tech e.V.", "DE123456789", "Rahel Tesfaye", "Supporter", "€50.00"),
        *("discount €25.00", "service fee €3.00", "of which VAT €11.97", "Total €78.00"),
    ):
        assert words in page
    again = client.get("/v1/orders/invoices/2", as_="organizer")
    assert again.content == answer.content


@pytest.mark.parametrize(
    ("path", "caller", "status"),
    [
        ("2", "unverified", 404),
        ("2", "registrar", 404),
        ("2", None, 401),
        ("3", "other-owner", 409),
    ],
)
def test_invoices_of_orders_are_between_buyer_and_organizers(
    client: Client, path: str, caller: str | None, status: int
) -> None:
    assert client.get(f"/v1/orders/invoices/{path}", as_=caller).status_code == status
