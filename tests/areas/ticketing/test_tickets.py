"""Tickets: what fits together, what is sold stays sold."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import Engine, text

from tests.areas.documents import document, fault, ids
from tests.conftest import Client

TICKET = {
    "name": "Family",
    "type": "paid",
    "price": 80,
    "sales-starts-at": "2026-01-01T00:00:00Z",
    "sales-ends-at": "2030-04-30T22:00:00Z",
}


def _create(client: Client, as_: str = "organizer", event: int = 1, **attributes: Any) -> Any:
    values = {**TICKET, **{k.replace("_", "-"): v for k, v in attributes.items()}}
    body = document("ticket", None, values, event=("event", event))
    return client.post("/v1/tickets", body, as_=as_)


def _change(client: Client, id_: int, **attributes: Any) -> Any:
    values = {k.replace("_", "-"): v for k, v in attributes.items()}
    return client.patch(f"/v1/tickets/{id_}", document("ticket", id_, values), as_="organizer")


@pytest.mark.parametrize(
    ("attributes", "pointer"),
    [
        ({"price": 0}, "price"),
        ({"price": None}, "price"),
        ({"type": "free", "price": 5}, "price"),
        ({"price": 10.005}, "price"),
        ({"price": -1}, "price"),
        ({"type": "donation", "min-price": 10, "max-price": 9.99}, "max-price"),
        ({"min-order": 3, "max-order": 2}, "max-order"),
        ({"quantity": 5, "max-order": 6}, "max-order"),
        ({"sales-ends-at": "2026-01-01T00:00:00Z"}, "sales-ends-at"),
        ({"sales-ends-at": "2030-05-03T17:00:01Z"}, "sales-ends-at"),
        ({"type": "lottery"}, "type"),
    ],
)
def test_parts_that_do_not_fit_are_422(
    client: Client, attributes: dict[str, Any], pointer: str
) -> None:
    answer = _create(client, **attributes)
    assert fault(answer) == (422, "invalid", f"/data/attributes/{pointer}")


def test_rules_hold_for_a_change_together_with_what_stays(client: Client) -> None:
    assert fault(_change(client, 2, price=0))[0] == 422
    assert fault(_change(client, 2, max_order=101))[0] == 422
    assert fault(_change(client, 2, sales_ends_at="2025-01-01T00:00:00Z"))[0] == 422


@pytest.mark.parametrize("price", [0.1, 19.99, 99999.99, 1, 80.5])
def test_price_comes_back_as_the_number_that_was_sent(
    client: Client, engine: Engine, price: float
) -> None:
    answer = _create(client, price=price)
    assert answer.json["data"]["attributes"]["price"] == price
    with engine.connect() as connection:
        stored = connection.scalar(text("SELECT price FROM tickets WHERE id = 1001"))
    assert stored == Decimal(str(price))


def test_name_is_unique_among_the_events_live_tickets(client: Client) -> None:
    assert fault(_create(client, name="Visitor"))[:2] == (409, "name-taken")
    assert fault(_change(client, 2, name="Visitor"))[:2] == (409, "name-taken")
    assert _create(client, name="Combined").status_code == 201, "the other one is deleted"
    assert _create(client, "other-owner", 2, name="Visitor", type="free", price=None)


def test_names_raced_for_are_had_by_one(client: Client, engine: Engine) -> None:
    with engine.begin() as connection, pytest.raises(Exception, match="uq_tickets_event_id_name"):
        connection.execute(text("UPDATE tickets SET name = 'Visitor' WHERE id = 2"))


def test_what_is_paid_for_needs_a_way_to_pay(client: Client) -> None:
    assert fault(_create(client, "other-owner", 2))[:2] == (409, "no-payment-method")
    assert _create(client, "other-owner", 2, type="free", price=None).status_code == 201


def test_most_of_an_order_follows_the_quantity(client: Client) -> None:
    attributes = _create(client, quantity=3).json["data"]["attributes"]
    assert (attributes["quantity"], attributes["max-order"]) == (3, 3)


def test_hidden_ticket_exists_for_those_who_handle_it(client: Client) -> None:
    for name, seen in (("registrar", True), ("coorganizer", True), ("moderator", False)):
        assert ("3" in ids(client.get("/v1/events/1/tickets", as_=name))) is seen, name
    assert client.get("/v1/tickets/3").status_code == 404
    assert client.get("/v1/tickets/3", as_="registered").status_code == 404
    shown = client.get("/v1/events/1?include=tickets").json["included"]
    assert [item["id"] for item in shown] == ["1", "2", "4"]


def test_quantity_never_goes_below_what_is_taken(client: Client, engine: Engine) -> None:
    assert fault(_change(client, 2, quantity=3, max_order=1))[:2] == (409, "already-sold")
    assert _change(client, 2, quantity=4, max_order=1).status_code == 200
    with engine.begin() as connection, pytest.raises(Exception, match="not_oversold"):
        connection.execute(text("UPDATE tickets SET held = held + 1 WHERE id = 2"))


def test_ticket_in_live_orders_is_not_deleted(client: Client) -> None:
    assert fault(client.delete("/v1/tickets/2", as_="organizer"))[:2] == (409, "has-orders")
    assert client.get("/v1/tickets/2").status_code == 200


def test_stock_is_nobodys_to_write(client: Client, engine: Engine) -> None:
    assert _change(client, 2, sold=0, held=0).status_code == 200
    with engine.connect() as connection:
        taken = connection.execute(text("SELECT sold, held FROM tickets WHERE id = 2")).one()
    assert tuple(taken) == (3, 1)


def test_event_has_one_tax_and_only_when_taxes_are_on(client: Client, engine: Engine) -> None:
    tax = document("tax", None, {"name": "VAT", "rate": 7}, event=("event", 1))
    assert fault(client.post("/v1/taxes", tax, as_="organizer"))[:2] == (409, "has-tax")
    with engine.begin() as connection:
        connection.execute(text("UPDATE events SET is_tax_enabled = false WHERE id = 3"))
    tax = document("tax", None, {"name": "VAT", "rate": 7}, event=("event", 3))
    assert fault(client.post("/v1/taxes", tax, as_="owner"))[:2] == (409, "tax-not-enabled")


def test_whose_tax_it_is_is_known_to_those_who_run_the_event(client: Client) -> None:
    public = client.get("/v1/taxes/1").json["data"]["attributes"]
    assert public.keys() == {"name", "rate", "is-tax-included-in-price", "deleted-at"}
    assert "tax-id" not in client.get("/v1/taxes/1", as_="registrar").json["data"]["attributes"]
    team = client.get("/v1/events/1/tax", as_="coorganizer").json["data"]["attributes"]
    assert team["tax-id"] == "DE123456789"


def test_code_is_made_together_with_its_tickets(client: Client) -> None:
    code = document("discount-code", None, {"code": "X", "type": "amount", "value": 5})
    code["data"]["relationships"] = {
        "event": {"data": {"type": "event", "id": "1"}},
        "tickets": {"data": [{"type": "ticket", "id": "2"}, {"type": "ticket", "id": "4"}]},
    }
    made = client.post("/v1/discount-codes", code, as_="coorganizer")
    assert made.status_code == 201, made.text
    path = f"/v1/discount-codes/{made.json['data']['id']}/relationships/tickets"
    assert ids(client.get(path, as_="coorganizer")) == ["2", "4"]
    only = {"data": [{"type": "ticket", "id": "4"}]}
    assert client.delete(path, only, as_="coorganizer").status_code == 200
    assert ids(client.get(path, as_="coorganizer")) == ["2"]
    assert client.patch(path, only, as_="registrar").status_code == 403
    theirs = {"data": [{"type": "ticket", "id": "5"}]}
    assert client.post(path, theirs, as_="coorganizer").status_code == 403, "another event's"
    free = {"data": [{"type": "ticket", "id": "1"}]}
    assert client.post(path, free, as_="coorganizer").status_code == 422, "nothing to take off"
    assert ids(client.get(path, as_="coorganizer")) == ["2"]
    more = document("discount-code", made.json["data"]["id"], {"value": 50.01})
    path = f"/v1/discount-codes/{made.json['data']['id']}"
    assert client.patch(path, more, as_="coorganizer").status_code == 422, "more than it costs"


def test_code_opens_hidden_tickets_alone(client: Client) -> None:
    path = "/v1/access-codes/1/relationships/tickets"
    public = {"data": [{"type": "ticket", "id": "1"}]}
    assert fault(client.post(path, public, as_="organizer"))[:2] == (409, "not-hidden")
    assert ids(client.get(path, as_="organizer")) == ["3"]


def test_discount_on_what_organizers_owe_is_the_admins_and_one_for_an_event(client: Client) -> None:
    path = "/v1/discount-codes/6"
    before = client.get("/v1/events/1/discount-code", as_="registrar").json["data"]
    assert (before["id"], before["attributes"]["used-for"]) == ("6", "event")
    more = document("discount-code", 6, {"value": 100})
    for who in ("owner", "organizer"):
        assert client.patch(path, more, as_=who).status_code == 403
        assert client.delete(path, as_=who).status_code == 403
    client.delete("/v1/events/1/discount-codes/delete-unused", as_="owner")
    assert client.get(path, as_="owner").json["data"] == before
    assert client.get("/v1/events/1/discount-code", as_="registered").status_code == 404
    assert client.get("/v1/events/1/discount-codes/PARTNER").status_code == 404, "no ticket's"
    assert ids(client.get(f"{path}/events", as_="owner")) == ["1"]
    assert ids(client.get("/v1/discount-codes/1/events", as_="owner")) == []
    values = {"code": "MORE", "type": "percent", "value": 100, "used-for": "event"}
    another = document("discount-code", None, values, event=("event", 1))
    assert client.post("/v1/discount-codes", another, as_="owner").status_code == 403
    assert client.post("/v1/discount-codes", another, as_="admin").status_code == 409
    assert client.delete(path, as_="admin").status_code == 200
    assert client.post("/v1/discount-codes", another, as_="admin").status_code == 201
