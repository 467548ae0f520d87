"""Whose account an event's card payments go to."""

from __future__ import annotations

from typing import Any

from sqlalchemy import exists, select

from openevent.areas.payments.models import StripeAuthorization
from openevent.errors import Conflict, Invalid
from openevent.services.stripe_gateway import PaymentDeclined, StripeGateway
from openevent.work.unit import UnitOfWork


def create_authorization(work: UnitOfWork, values: dict[str, Any]) -> StripeAuthorization:
    """Link an event with the account that its organizer allowed at Stripe."""
    taken = exists().where(StripeAuthorization.event_id == values["event_id"])
    if work.db.scalar(select(taken)):
        raise Conflict("The event has a Stripe account already.", code="stripe-authorized")
    gateway: StripeGateway | None = work.ports.get(StripeGateway)
    if gateway is None:
        raise Conflict("This server takes no payments by card.", code="stripe-not-set-up")
    code = values.pop("stripe_auth_code")
    work.db.rollback()  # no transaction stays open while Stripe thinks
    try:
        account = gateway.link(code)
    except PaymentDeclined as ex:
        raise Invalid(
            str(ex), code="stripe-auth-code", pointer="/data/attributes/stripe-auth-code"
        ) from ex
    row = StripeAuthorization(
        event_id=values["event_id"],
        stripe_user_id=account.id,
        stripe_publishable_key=account.publishable_key,
    )
    work.db.add(row)
    return row
