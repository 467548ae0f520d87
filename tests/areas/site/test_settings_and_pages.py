"""What an installation says about itself, over HTTP, and where it is printed."""

from __future__ import annotations

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session as DatabaseSession

from openevent.areas.identity.models import User
from openevent.areas.invoices.models import EventInvoice
from openevent.areas.invoices.papers import event_invoice
from openevent.work.principal import SYSTEM
from openevent.work.unit import UnitOfWork
from tests.areas.documents import document, fault, ids
from tests.conftest import Client

SETTINGS = "/v1/settings"


def test_front_ends_start_with_settings_and_pages_before_anybody_logs_in(client: Client) -> None:
    shown = client.get(SETTINGS).json["data"]
    assert (shown["id"], shown["attributes"]["app-name"]) == ("1", "Open Event")
    assert shown["attributes"]["order-expiry-time"] == 15
    assert not [name for name in shown["attributes"] if "billing" in name]
    assert "admin-company" in client.get(SETTINGS, as_="registered").json["data"]["attributes"]
    assert ids(client.get("/v1/pages?sort=index")) == ["2", "1"]


def test_stripe_is_offered_once_its_public_id_is_known(client: Client) -> None:
    known = {"stripe-client-id": "ca_1", "aws-secret": "x", "smtp-password": "y"}
    sent = document("setting", 1, known)
    assert client.patch(SETTINGS, sent, as_="registered").status_code == 403
    answer = client.patch(f"{SETTINGS}/1", sent, as_="admin").json["data"]["attributes"]
    assert answer["is-stripe-activated"] is True
    assert not {"aws-secret", "smtp-password"} & answer.keys(), "secrets are the environment's"
    assert fault(client.delete(f"{SETTINGS}/1", as_="admin"))[0] == 405


def test_pages_are_cleaned_and_gone_when_deleted(client: Client) -> None:
    hostile = {"description": "<p>Hi</p><script>alert(1)</script>"}
    changed = client.patch("/v1/pages/1", document("page", 1, hostile), as_="admin")
    assert changed.json["data"]["attributes"]["description"] == "<p>Hi</p>"
    assert client.delete("/v1/pages/1", as_="admin").status_code == 200
    assert ids(client.get("/v1/pages")) == ["2"]


def test_monthly_invoices_say_who_is_paid_and_who_pays(client: Client, engine: Engine) -> None:
    with DatabaseSession(engine, autoflush=False) as db:
        invoice = db.scalars(select(EventInvoice).where(EventInvoice.user_id == 3)).first()
        assert invoice is not None
        owner = db.get_one(User, 3)
        owner.company, owner.billing_city = "Summit e.V.", "Bonn"
        work = UnitOfWork(open_db=lambda: db, principal=SYSTEM)
        paper = event_invoice(work, invoice)
        assert paper["from"][:3] == ["Open Tech e.V.", "Invalidenstr. 43", "10115 Berlin"]
        assert "DE123456789" in paper["from"][-1]
        assert paper["to"] == ["Summit e.V.", "Olivia Brandt", "Bonn", "owner@example.org"]
        db.rollback()
