"""What happens to money, for whom it may concern: ids and plain values."""

from __future__ import annotations

from dataclasses import dataclass

from openevent.work.unit import DomainEvent


@dataclass(frozen=True, slots=True)
class RefundRequested(DomainEvent):
    """Money is to go back by card."""

    refund_id: int
    order_id: int


@dataclass(frozen=True, slots=True)
class RefundMade(DomainEvent):
    """Money went back, or the organizer says it did."""

    refund_id: int
    order_id: int


@dataclass(frozen=True, slots=True)
class RefundFailed(DomainEvent):
    """The gateway refused to give money back; the organizers have to see to it."""

    refund_id: int
    order_id: int


@dataclass(frozen=True, slots=True)
class LatePaymentReturned(DomainEvent):
    """A buyer paid for seats that are gone, or that were paid already; the money goes back."""

    order_id: int
    was_paid: bool


@dataclass(frozen=True, slots=True)
class PaymentUnmatched(DomainEvent):
    """Money came in that names an order and does not fit it; the organizers have to look."""

    order_id: int
    intent_id: str
    amount: str
    currency: str


@dataclass(frozen=True, slots=True)
class InvoiceMoneyCame(DomainEvent):
    """Stripe has money for the system itself, in coins of a currency, for an invoice."""

    invoice: str
    intent_id: str
    amount: str
    currency: str
