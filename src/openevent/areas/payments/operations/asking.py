"""Asking Stripe for one payment of something: opened once, then tried with one card or another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from openevent.services.stripe_gateway import Intent, PaymentDeclined, StripeGateway

#: What an intent that is not paid waits for, in words for who pays.
_WAITS: Final[Mapping[str, str]] = {
    "requires_action": "Your bank wants you to confirm the payment.",
    "processing": "The payment is under way.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """What Stripe is asked for: plain values, which outlive the transaction.

    ``about`` names it by kind, an order or an invoice; ``account`` is whom the money goes
    to, the system itself without one.
    """

    about: tuple[str, str]
    account: str | None
    amount: Decimal
    currency: str
    intent_id: str | None

    @property
    def key(self) -> str:
        """What makes Stripe open one intent for a thing, however often it is asked."""
        return f"{'-'.join(self.about)}-{self.amount}-{self.currency}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Charged:
    """How far a charge came, in words for who pays."""

    is_paid: bool
    message: str
    client_secret: str | None = None


def opened(gateway: StripeGateway, due: Due) -> Intent:
    """Return the one intent of what is due, as it is now."""
    id_ = due.intent_id
    if id_ is None:
        made = gateway.open_intent(
            dict([due.about]), due.amount, due.currency, due.account, key=due.key
        )
        id_ = made.id  # as it was when it was opened: Stripe repeats its answer
    return gateway.find_intent(id_, due.account)


def tried(
    gateway: StripeGateway, due: Due, method: str | None, attempt: str
) -> tuple[Intent, str | None]:
    """Return the intent after a payment method was tried, if there is one, and what it waits for.

    Of several who try at once one pays, and all are told that it is paid.
    """
    try:
        intent = opened(gateway, due)
        if method is not None and not intent.is_paid:
            key = f"confirm-{intent.id}-{attempt}"
            intent = gateway.confirm(intent.id, method, due.account, key=key)
    except PaymentDeclined as ex:
        # Somebody may have paid at the same time: then it is Stripe's refusal to take it twice.
        return opened(gateway, due), str(ex)
    return intent, None


def waiting(intent: Intent, declined: str | None = None) -> Charged:
    """Return what to say of an intent that is not paid."""
    message = declined or _WAITS.get(intent.status, "The payment waits for a card.")
    return Charged(is_paid=False, message=message, client_secret=intent.client_secret)
