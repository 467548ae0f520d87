"""Whose account an event's card payments go to."""

from __future__ import annotations

from typing import Any

from sqlalchemy import exists, select

from openevent.areas.payments.models import StripeAuthorization
from openevent.errors import Conflict, Invalid
from openevent.services.stripe_gateway import Account, PaymentDeclined, StripeGateway
from openevent.work.unit import UnitOfWork


def create_authorization(work: UnitOfWork, values: dict[str, Any]) -> StripeAuthorization:
    """Link an event with the account that its organizer allowed at Stripe."""
    taken = exists().where(StripeAuthorization.event_id == values["event_id"])
    if work.db.scalar(select(taken)):
        raise Conflict("The event has a Stripe account already.", code="stripe-authorized")
    account = _account(work, values.pop("stripe_auth_code"))
    row = StripeAuthorization(
        event_id=values["event_id"],
        stripe_user_id=account.id,
        stripe_publishable_key=account.publishable_key,
    )
    work.db.add(row)
    return row


def update_authorization(
    work: UnitOfWork, row: StripeAuthorization, changes: dict[str, Any]
) -> None:
    """Link the event with another account, or with the same one anew.

    What was begun keeps its account: a payment (``CardPayment.account_id``) and what goes
    back of it are where the money is.
    """
    id_, version = row.id, row.version
    account = _account(work, changes["stripe_auth_code"])
    here = select(StripeAuthorization).where(StripeAuthorization.id == id_)
    now = work.db.scalar(here.with_for_update().execution_options(populate_existing=True))
    if now is None or now.version != version:
        raise Conflict("Somebody changed the event's account meanwhile; look at it first.")
    row.stripe_user_id = account.id
    row.stripe_publishable_key = account.publishable_key


def _account(work: UnitOfWork, code: str) -> Account:
    """Return the account that a code of Stripe's stands for; what was locked is so no more."""
    gateway: StripeGateway | None = work.ports.get(StripeGateway)
    if gateway is None:
        raise Conflict("This server takes no payments by card.", code="stripe-not-set-up")
    work.db.rollback()  # no transaction stays open while Stripe thinks
    try:
        return gateway.link(code)
    except PaymentDeclined as ex:
        raise Invalid(
            str(ex), code="stripe-auth-code", pointer="/data/attributes/stripe-auth-code"
        ) from ex
