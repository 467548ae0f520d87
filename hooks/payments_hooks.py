"""Requests that Stripe has a part in: some that ask it, and one that it sends."""

from __future__ import annotations

from functools import cache
from typing import Any
from urllib.parse import urlsplit

from dredd_hooks import before

from openevent.areas.orders.world import IDENTIFIERS
from openevent.contract.backstage import use_up
from openevent.services.rate_limits import VERIFY_BY_ORDER
from openevent.settings import Settings
from tests.services.stripe_server import StripeServer, signed


@cache
def stripe() -> StripeServer:
    """Return a Stripe where the server under replay looks for one; it stays until the end."""
    return StripeServer(urlsplit(Settings.from_environment().stripe_api_base).port or 0)


@before("Stripe > Stripe Authorizations Collection > Link a Stripe Account > Example 1")
@before("Stripe > Stripe Authorization Details > Link Another Stripe Account > Example 1")
def stripe_knows_the_code(_: dict[str, Any]) -> None:
    stripe()


@before("Event Invoices > Charge of an Event Invoice > Charge an Event Invoice > Example 1")
def stripe_takes_what_is_owed(_: dict[str, Any]) -> None:
    stripe()


@before("Stripe > Stripe Webhook > Tell of a Payment > Example 1")
def stripe_signs(transaction: dict[str, Any]) -> None:
    body = transaction["request"]["body"].encode()
    secret = Settings.from_environment().stripe_webhook_secret
    transaction["request"]["headers"]["Stripe-Signature"] = signed(body, secret=secret)


@before("Stripe > Verification > Verify a Payment > Example 3")
def after_questions(_: dict[str, Any]) -> None:
    use_up(VERIFY_BY_ORDER, account=IDENTIFIERS[1])
