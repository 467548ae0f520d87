"""What an event's orders add up to: told to those who run it, and only when asked for."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Engine, text

from openevent.areas.events.sums import SUMS
from openevent.jsonapi.schema import dasherize
from tests.conftest import Client

NAMES = [dasherize(name) for name in SUMS]
ASKED = f"?fields[event]={','.join(NAMES)}"


def sums(client: Client, path: str = "/v1/events/1", who: str = "coorganizer") -> dict[str, Any]:
    found: dict[str, Any] = client.get(path + ASKED, as_=who).json["data"].get("attributes", {})
    return found


def test_sums_are_what_adding_up_the_rows_gives(client: Client, engine: Engine) -> None:
    """The predecessor's joins multiplied amounts by the number of lines."""
    found = sums(client)
    with engine.connect() as db:
        for status in ("completed", "placed", "pending"):
            orders = db.execute(
                text("SELECT id, amount FROM orders WHERE event_id = 1 AND status = :s"),
                {"s": status},
            ).all()
            lines = db.execute(
                text("SELECT quantity FROM order_lines WHERE order_id = ANY(:ids)"),
                {"ids": [order.id for order in orders]},
            )
            assert found[f"{status}-order-sales"] == float(sum(order.amount for order in orders))
            assert found[f"{status}-order-tickets"] == sum(line.quantity for line in lines)
    assert found["revenue"] == found["completed-order-sales"] > 0
    statistics = client.get("/v1/events/1/order-statistics", as_="coorganizer").json["data"]
    tickets = statistics["attributes"]["tickets"]
    assert found["tickets-sold"] == tickets["placed"] + tickets["completed"]
    left = client.get("/v1/events/1/tickets/availability", as_="coorganizer").json
    assert found["tickets-available"] == sum(ticket["available"] for ticket in left)


def test_pending_order_past_its_time_is_in_no_sum(client: Client, engine: Engine) -> None:
    with engine.begin() as db:
        db.execute(text("UPDATE orders SET status = 'pending' WHERE id = 3"))
    assert sums(client)["pending-order-sales"] == 51
    with engine.begin() as db:
        db.execute(text("UPDATE orders SET expires_at = now() WHERE id = 3"))
    assert sums(client)["pending-order-sales"] == 0


def test_those_who_run_an_event_learn_whether_stripe_is_linked(client: Client) -> None:
    def linked(id_: int, who: str | None) -> Any:
        path = f"/v1/events/{id_}?fields[event]=is-stripe-linked"
        return client.get(path, as_=who).json["data"].get("attributes", {}).get("is-stripe-linked")

    assert [linked(1, "coorganizer"), linked(3, "owner")] == [True, False]
    assert [linked(1, who) for who in (None, "registrar", "other-owner")] == [None] * 3


@pytest.mark.parametrize("who", [None, "registered", "registrar", "moderator", "other-owner"])
def test_strangers_are_told_no_sum(client: Client, who: str | None) -> None:
    assert client.get("/v1/events/1" + ASKED, as_=who).json["data"].get("attributes", {}) == {}
    assert client.get("/v1/events?sort=revenue", as_=who).status_code in (200, 400)


def test_sums_are_not_told_unasked(client: Client) -> None:
    for path in ("/v1/events/1", "/v1/tickets/1?include=event"):
        document = client.get(path, as_="organizer").json
        event = document["data"] if path.endswith("events/1") else document["included"][0]
        assert "paypal-email" in event["attributes"]
        assert event["attributes"].keys().isdisjoint(NAMES)
