"""Paying in tests: requests as clients and Stripe send them, and what is in the books."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Engine, text

from openevent.areas.orders.rules.states import rebuilt
from tests.areas.documents import document
from tests.areas.orders.shop import buy, introduce
from tests.conftest import Client
from tests.services.stripe_server import StripeServer, signed


def order(client: Client, *tickets: Any) -> tuple[str, str]:
    """Order tickets, one of 51 EUR unless others are named; return the id and identifier."""
    data = buy(client, *(tickets or (2,))).json["data"]
    introduce(client, data["id"])
    return data["id"], data["attributes"]["identifier"]


def charge(client: Client, id_: str, method: str | None = "pm_card_visa", **more: Any) -> Any:
    """Pay with a card."""
    values = {"stripe": method}
    who = more.pop("as_", "registered")
    return client.post(
        f"/v1/orders/{id_}/charge", document("charge", None, values), as_=who, **more
    )


def verify(client: Client, identifier: str) -> bool:
    """Open the order's page, as its buyer's browser does."""
    answer = client.rpc(f"/v1/orders/{identifier}/verify", {})
    assert answer.status_code == 200, answer.text
    return bool(answer.json["payment_status"])


def tell(client: Client, body: bytes, signature: str | None = None) -> Any:
    """Send an event as Stripe does."""
    headers = {"Stripe-Signature": signature or signed(body)}
    return client.request(
        "POST", "/v1/stripe/webhook", body, content_type="application/json", headers=headers
    )


def tell_paid(client: Client, stripe: StripeServer, intent: str, id_: str = "evt_1") -> Any:
    """Let Stripe tell that an intent is paid."""
    thing = stripe.intents[intent]
    return tell(client, stripe.event("payment_intent.succeeded", thing, id_=id_))


def books(engine: Engine, id_: str) -> tuple[str, float, float]:
    """Return an order's status, what was paid and what went back; its history says the same."""
    with engine.connect() as connection:
        values = connection.execute(
            text("SELECT status, paid_amount, refunded_amount FROM orders WHERE id = :id"),
            {"id": int(id_)},
        ).one()
    told = rebuilt(history(engine, id_))
    now = values[0], float(values[1]), float(values[2])
    kept = told["status"], float(told["paid_amount"]), float(told["refunded_amount"])
    assert kept == now, "the history tells it too"
    return now


def history(engine: Engine, id_: str) -> list[dict[str, Any]]:
    """Return the entries of an order's history, the oldest first."""
    entries = text("SELECT values FROM order_changes WHERE order_id = :id ORDER BY id")
    with engine.connect() as connection:
        return [*connection.scalars(entries, {"id": int(id_)})]


def caused(engine: Engine, job: str) -> int:
    """Return how often a job waits to be run."""
    count = text("SELECT count(*) FROM outbox WHERE actor = :actor")
    with engine.connect() as connection:
        return int(connection.scalars(count, {"actor": job}).one())
