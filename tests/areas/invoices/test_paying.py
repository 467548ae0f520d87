"""What organizers owe is paid by card: to the system, to the coin, once."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from openevent.areas.invoices.actors import settle
from openevent.work.principal import SYSTEM
from openevent.work.unit import UnitOfWork
from tests.areas.documents import document, fault
from tests.areas.payments.till import tell_paid
from tests.conftest import Client
from tests.services.stripe_server import StripeServer

NUMBER = "202512U-000001"
TOLD = text("SELECT args FROM outbox WHERE actor = 'invoices.settle' ORDER BY id")


@pytest.fixture
def stripe(stripe_server: StripeServer) -> StripeServer:
    """The local Stripe, which remembers nothing."""
    stripe_server.forget()
    return stripe_server


def charge(
    client: Client, method: str | None = "pm_card_visa", *, id_: Any = 1, as_: str | None = "owner"
) -> Any:
    sent = document("charge", None, {"stripe": method})
    return client.post(f"/v1/event-invoices/{id_}/charge", sent, as_=as_)


def invoice(client: Client) -> dict[str, Any]:
    found = client.get(f"/v1/event-invoices/{NUMBER}", as_="owner").json["data"]
    attributes: dict[str, Any] = found["attributes"]
    return attributes


def hear(engine: Engine) -> int:
    """Run the job for what Stripe told, and return how often it told."""
    with Session(engine) as db:
        deliveries = list(db.scalars(TOLD))
        for args in deliveries:
            settle(UnitOfWork(open_db=lambda: db, principal=SYSTEM), **args)
        db.commit()
    return len(deliveries)


def test_card_pays_an_invoice_once_to_the_system_itself(
    client: Client, stripe: StripeServer
) -> None:
    answer = charge(client, id_=NUMBER)
    assert answer.json["data"]["attributes"]["status"] is True
    assert charge(client).json["data"]["attributes"] == answer.json["data"]["attributes"]
    ((id_, intent),) = stripe.intents.items()
    assert (intent["amount"], intent["currency"], intent["account"]) == (400, "eur", "")
    paid = invoice(client)
    assert (paid["status"], paid["paid-via"], paid["transaction-id"]) == ("paid", "stripe", id_)
    assert paid["completed-at"] is not None


def test_invoice_is_paid_when_the_bank_has_consented_and_stripe_tells(
    client: Client, stripe: StripeServer, engine: Engine
) -> None:
    declined = charge(client, "pm_card_declined").json["data"]["attributes"]
    assert (declined["status"], declined["message"]) == (False, "Your card was declined.")
    asked = charge(client, "pm_card_3ds").json["data"]["attributes"]
    ((id_, _),) = stripe.intents.items()
    assert (asked["status"], asked["client-secret"]) == (False, f"{id_}_secret")
    stripe.consent(id_)
    for event in ("evt_1", "evt_1", "evt_2"):
        assert tell_paid(client, stripe, id_, event).status_code == 200
    assert invoice(client)["status"] == "due"
    assert hear(engine) == 2, "each event once"
    paid = invoice(client)
    assert (paid["status"], paid["transaction-id"]) == ("paid", id_)


def test_connected_account_cannot_say_that_the_system_was_paid(
    client: Client, stripe: StripeServer, engine: Engine
) -> None:
    charge(client, None)
    ((id_, intent),) = stripe.intents.items()
    stripe.consent(id_)
    intent["account"] = "acct_demo1"
    assert tell_paid(client, stripe, id_).status_code == 200
    assert hear(engine) == 0
    intent.update(account="", amount=399)
    assert tell_paid(client, stripe, id_, "evt_2").status_code == 200
    assert hear(engine) == 1
    assert invoice(client)["status"] == "due", "a coin is missing"


def test_who_owes_it_pays_it_and_nobody_else(client: Client, stripe: StripeServer) -> None:
    """The predecessor let anybody charge any invoice."""
    answers = {None: 401, "organizer": 404, "admin": 403}
    assert {who: charge(client, as_=who).status_code for who in answers} == answers
    closed = charge(client, id_=2, as_="other-owner")
    assert fault(closed)[:2] == (409, "invoice-closed")
    assert stripe.requests == []
