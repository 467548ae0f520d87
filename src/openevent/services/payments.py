"""Paying: one port, a gateway for each way to pay.

An order asks the port what paying in some way makes of it. A gateway that takes money
elsewhere answers when it has been verified there; the ones here need nobody else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Final, Protocol

from openevent.errors import Invalid


class Standing(StrEnum):
    """What has become of a charge."""

    PAID = "paid"
    PROMISED = "promised"


@dataclass(frozen=True, slots=True, kw_only=True)
class Charge:
    """What is to be paid for which order, and how."""

    reference: str
    mode: str
    amount: Decimal
    currency: str | None


class Gateway(Protocol):
    """One way to pay."""

    def settle(self, charge: Charge, /) -> Standing:
        """Return how far the charge is; raise a refusal where it cannot be paid so."""
        ...


class FreeGateway:
    """Nothing is to be paid."""

    def settle(self, charge: Charge) -> Standing:
        """Refuse what costs something."""
        if charge.amount > 0:
            raise Invalid(
                "This order is not free; choose how to pay.",
                code="payment-mode",
                pointer="/data/attributes/payment-mode",
            )
        return Standing.PAID


class OfflineGateway:
    """The money comes by another way, and the organizer says when it has."""

    def settle(self, charge: Charge) -> Standing:
        """Take the buyer's word."""
        return Standing.PROMISED if charge.amount > 0 else Standing.PAID


class CardGateway:
    """Cards are charged at a route of their own, which asks Stripe."""

    def settle(self, _: Charge, /) -> Standing:
        """Refuse to take anybody's word for it."""
        raise Invalid(
            "Paid by stripe, an order goes on by its charge.",
            code="payment-mode",
            pointer="/data/attributes/payment-mode",
        )


class Payments:
    """The port: knows the gateway of each way to pay that this server offers."""

    def __init__(self, gateways: Mapping[str, Gateway]) -> None:
        self._gateways = dict(gateways)

    def settle(self, charge: Charge) -> Standing:
        """Return how far a charge is; refuse a way to pay that is not offered."""
        gateway = self._gateways.get(charge.mode)
        if gateway is None:
            raise Invalid(
                f"Paying by {charge.mode} is not offered here.",
                code="payment-mode",
                pointer="/data/attributes/payment-mode",
            )
        return gateway.settle(charge)


_OFFLINE: Final = OfflineGateway()


def known_payments() -> Payments:
    """Return the ways to pay that there are."""
    offline = dict.fromkeys(("bank", "cheque", "onsite", "invoice"), _OFFLINE)
    return Payments({"free": FreeGateway(), "stripe": CardGateway(), **offline})
