"""Stripe, through its official library: intents, refunds, signed events.

Money stays the organizers': calls about orders are made for the event's connected account,
and only what organizers owe the system goes to its own, for which no account is named. Calls
that move money carry an idempotency key, so that the library's and our own repetitions of
one are one. Nothing here knows of orders or of the database.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

import stripe

from openevent.errors import BadRequest, Unavailable
from openevent.settings import Settings

#: Currencies that Stripe counts in whole units; the others it counts in hundredths.
_WHOLE: Final = frozenset(
    "BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF UGX VND VUV XAF XOF XPF".split()  # noqa: SIM905
)
#: How old a signed event may be, in seconds: Stripe's own figure.
TOLERANCE_S: Final = 300
#: How long one call may take, and how often the library repeats it.
_TIMEOUT_S, _REPEATS = 10, 1


class PaymentDeclined(Exception):  # noqa: N818 - what happened, not what went wrong with us
    """Stripe will not do this, however often it is asked; the message is for people."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Intent:
    """A payment as Stripe knows it."""

    id: str
    status: str
    amount: Decimal
    currency: str
    #: What it was opened for, by kind: one of our own names each.
    metadata: Mapping[str, str]
    client_secret: str | None = None

    @property
    def is_paid(self) -> bool:
        """Whether the money is there."""
        return self.status == "succeeded"


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayRefund:
    """A refund as Stripe knows it."""

    id: str
    status: str
    failure: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedEvent:
    """What Stripe tells on its own, its signature verified."""

    id: str
    type: str
    account: str | None
    intent: Intent | None
    refund: GatewayRefund | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A connected account, as an organizer has just allowed it."""

    id: str
    publishable_key: str | None


class StripeGateway:
    """The calls that this server makes, and what it is told."""

    def __init__(self, secret_key: str, webhook_secret: str, api_base: str = "") -> None:
        bases: Any = {"api": api_base, "connect": api_base} if api_base else None
        self._client = stripe.StripeClient(
            secret_key,
            base_addresses=bases,
            max_network_retries=_REPEATS,
            http_client=stripe.RequestsClient(timeout=_TIMEOUT_S),
        )
        self._webhook_secret = webhook_secret

    def open_intent(
        self,
        metadata: dict[str, str],
        amount: Decimal,
        currency: str,
        account: str | None,
        *,
        key: str,
    ) -> Intent:
        """Return the intent of what is told: asked again with the same key, the same one."""
        with _refusals():
            return _intent(
                self._client.v1.payment_intents.create(
                    {
                        "amount": minor_units(amount, currency),
                        "currency": currency.lower(),
                        "metadata": metadata,
                        "automatic_payment_methods": {"enabled": True, "allow_redirects": "never"},
                    },
                    _options(account, key),
                )
            )

    def confirm(self, intent_id: str, method: str, account: str | None, *, key: str) -> Intent:
        """Take the money with a payment method."""
        with _refusals():
            return _intent(
                self._client.v1.payment_intents.confirm(
                    intent_id,
                    {"payment_method": method},
                    _options(account, key),
                )
            )

    def find_intent(self, intent_id: str, account: str | None) -> Intent:
        """Return an intent as it is now."""
        with _refusals():
            return _intent(
                self._client.v1.payment_intents.retrieve(intent_id, None, _options(account))
            )

    def refund(
        self, intent_id: str, amount: Decimal, currency: str, account: str, *, key: str
    ) -> GatewayRefund:
        """Give money back."""
        with _refusals():
            return _refund(
                self._client.v1.refunds.create(
                    {"payment_intent": intent_id, "amount": minor_units(amount, currency)},
                    {"stripe_account": account, "idempotency_key": key},
                )
            )

    def link(self, code: str) -> Account:
        """Exchange the code that an organizer brings from Stripe for their account."""
        with _refusals():
            token = self._client.oauth.token({"grant_type": "authorization_code", "code": code})
        if not token.stripe_user_id:
            raise PaymentDeclined("Stripe named no account.")
        return Account(id=token.stripe_user_id, publishable_key=token.stripe_publishable_key)

    def read_event(self, payload: bytes, signature: str | None) -> SignedEvent:
        """Return an event that Stripe signed, not long ago; refuse every other."""
        try:
            event = self._client.construct_event(
                payload, signature or "", self._webhook_secret, TOLERANCE_S
            )
        except (ValueError, stripe.SignatureVerificationError) as ex:
            raise BadRequest(
                "The signature is not Stripe's, or too old.",
                code="signature",
                source={"header": "Stripe-Signature"},
            ) from ex
        thing: Any = event.data.object
        kind = getattr(thing, "object", "")
        return SignedEvent(
            id=event.id,
            type=event.type,
            account=getattr(event, "account", None),
            intent=_intent(thing) if kind == "payment_intent" else None,
            refund=_refund(thing) if kind == "refund" else None,
        )


def make_gateway(settings: Settings) -> StripeGateway | None:
    """Return the gateway that the settings describe; without both secrets there is none."""
    if not (settings.stripe_secret_key and settings.stripe_webhook_secret):
        return None
    return StripeGateway(
        settings.stripe_secret_key, settings.stripe_webhook_secret, settings.stripe_api_base
    )


def minor_units(amount: Decimal, currency: str) -> int:
    """Return an amount in the currency's smallest coin, as Stripe counts."""
    coins = amount if currency.upper() in _WHOLE else amount * 100
    if coins != coins.to_integral_value():
        raise ValueError(f"{amount} {currency} is no whole number of coins")
    return int(coins)


def _intent(thing: Any) -> Intent:
    currency = str(thing.currency).upper()
    amount = Decimal(thing.amount)
    return Intent(
        id=thing.id,
        status=thing.status,
        amount=amount if currency in _WHOLE else amount / 100,
        currency=currency,
        metadata=_metadata_of(thing),
        client_secret=getattr(thing, "client_secret", None),
    )


def _metadata_of(thing: Any) -> dict[str, str]:
    metadata = getattr(thing, "metadata", None)
    return {} if metadata is None else metadata.to_dict()


def _options(account: str | None, key: str | None = None) -> Any:
    """Return whose account a call is made for, and what makes repetitions of it one."""
    given = {"stripe_account": account, "idempotency_key": key}
    return {name: value for name, value in given.items() if value is not None}


def _refund(thing: Any) -> GatewayRefund:
    return GatewayRefund(
        id=thing.id, status=thing.status, failure=getattr(thing, "failure_reason", None)
    )


@contextmanager
def _refusals() -> Iterator[None]:
    """Tell what will never work from what may work later."""
    try:
        yield
    except (stripe.CardError, stripe.InvalidRequestError, stripe.oauth_error.OAuthError) as ex:
        raise PaymentDeclined(ex.user_message or "Stripe refused this.") from ex
    except stripe.StripeError as ex:
        raise Unavailable("Stripe does not answer; try again in a moment.") from ex
