"""Figures of sales: what one gets by adding up the rows, whatever was sold."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from sqlalchemy.orm import Session

from openevent.areas.orders.models import OrderStatus
from openevent.areas.orders.rules.pricing import Discount, Line, price_order
from openevent.db.engine import run_in
from tests.areas.statistics import conftest
from tests.areas.statistics.conftest import Figures
from tests.areas.statistics.sales import EVENT, TICKETS, Added, Sale, sales, sell_anew
from tests.conftest import Client

COMPLETED = OrderStatus.COMPLETED


@settings(max_examples=25)
@given(sold=sales)
def test_figures_are_what_adding_up_the_rows_gives(
    db: Session, figures: Figures, sold: list[Sale]
) -> None:
    sell_anew(db, sold)
    of_event = figures("order-statistics-event", EVENT)
    assert Added(sold) == of_event
    on_top = sum((s.price.total - s.price.sub_total for s in sold if s.status is COMPLETED), 0)
    completed = Decimal(on_top)
    for ticket in TICKETS:
        of_ticket = figures("order-statistics-ticket", ticket)
        assert Added(sold, ticket) == of_ticket
        completed += Decimal(str(of_ticket["sales"]["completed"]))
    assert completed == Decimal(str(of_event["sales"]["completed"])), "tickets and taxes on top"


def _sale(*lines: tuple[int, str, int], discount: Discount | None = None, **values: Any) -> Sale:
    bought = [Line(ticket_id=id_, price=Decimal(price), quantity=n) for id_, price, n in lines]
    price = price_order(bought, currency="EUR", discount=discount)
    return Sale(price=price, **{"status": COMPLETED, **values})


def test_total_leaves_out_what_was_cancelled_or_has_expired(db: Session, figures: Figures) -> None:
    """The predecessor's total had them in it."""
    lost = (OrderStatus.CANCELLED, OrderStatus.EXPIRED)
    sell_anew(db, [_sale((902, "10", 1), status=each) for each in (*lost, COMPLETED)])
    found = figures("order-statistics-event", EVENT)
    assert found["orders"]["total"] == 1
    assert (found["sales"]["total"], found["sales"]["cancelled"]) == (10, 10)


def test_orders_being_filled_in_are_counted_as_initializing(db: Session, figures: Figures) -> None:
    """The predecessor knew a status that no order has, and not this one."""
    sell_anew(db, [_sale((902, "10", 2), status=OrderStatus.INITIALIZING)])
    found = figures("order-statistics-event", EVENT)
    assert (found["tickets"]["initializing"], found["tickets"]["draft"]) == (2, 0)


def test_order_past_its_time_is_expired_at_once(db: Session, figures: Figures) -> None:
    sell_anew(db, [_sale((902, "10", 2), status=OrderStatus.PENDING, is_lapsed=True)])
    found = figures("order-statistics-ticket", 902)
    assert (found["tickets"]["pending"], found["tickets"]["expired"]) == (0, 2)
    assert found["orders"]["total"] == 0


def test_order_of_several_lines_is_counted_once(db: Session, figures: Figures) -> None:
    """The predecessor's joins multiplied amounts by the number of lines."""
    sell_anew(db, [_sale((901, "10", 1), (902, "20", 2), (903, "30", 3))])
    found = figures("order-statistics-event", EVENT)
    assert found["orders"]["completed"] == 1
    assert found["sales"]["completed"] == 10 + 40 + 90
    assert found["tickets"]["completed"] == 6


def test_percent_discount_is_taken_as_percent(db: Session, figures: Figures) -> None:
    """The predecessor subtracted the number itself from a ticket's sales."""
    ten = Discount(value=Decimal(10), is_percent=True, tickets=frozenset({902}))
    sell_anew(db, [_sale((902, "50", 2), discount=ten)])
    assert figures("order-statistics-ticket", 902)["sales"]["completed"] == 90


def test_max_is_how_many_tickets_there_are(client: Client) -> None:
    tickets = client.get("/v1/events/1/tickets", as_="organizer").json["data"]
    there_are = sum(ticket["attributes"]["quantity"] for ticket in tickets)
    found = client.get("/v1/events/a5b1c2d3/order-statistics", as_="organizer").json["data"]
    assert (found["type"], found["id"]) == ("order-statistics-event", "1")
    assert found["attributes"]["tickets"]["max"] == there_are
    one = client.get("/v1/tickets/1/order-statistics", as_="organizer").json["data"]
    assert one["attributes"]["tickets"]["max"] == tickets[0]["attributes"]["quantity"]


@pytest.mark.parametrize("statistics", ["general-statistics", "order-statistics"])
def test_statistics_come_along_with_a_list_of_events(client: Client, statistics: str) -> None:
    answer = client.get(f"/v1/users/4/events?include={statistics},roles", as_="organizer").json
    shown = {each["id"] for each in answer["included"] if each["type"].find("statistics") >= 0}
    assert shown
    for event in answer["data"]:
        member = event["relationships"][statistics]
        assert member["links"]["related"] == f"/v1/events/{event['id']}/{statistics}"
        assert (member["data"] is not None) == (event["id"] in shown)


def test_strangers_see_an_event_and_none_of_its_figures(client: Client) -> None:
    for path in ("/v1/events/1/general-statistics", "/v1/events/1/order-statistics"):
        assert client.get(path, as_="registered").json["data"] is None
        assert client.get(path).json["data"] is None
    assert client.get("/v1/event-order-statistics/1", as_="registrar").status_code == 404


@pytest.mark.parametrize("type_", ["event-statistics-general", "order-statistics-event"])
def test_statistics_take_one_statement(
    db: Session, figures: Figures, monkeypatch: pytest.MonkeyPatch, type_: str
) -> None:
    """The predecessor asked the database some two dozen times for each."""
    asked: list[str] = []

    def run(statement: str, values: Any) -> Any:
        asked.append(statement)
        return run_in(db)(statement, values)

    monkeypatch.setattr(conftest, "run_in", lambda _: run)
    figures(type_, EVENT)
    assert len(asked) == 1
