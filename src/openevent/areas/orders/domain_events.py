"""What happens to orders, for whom it may concern: ids and plain values."""

from __future__ import annotations

from dataclasses import dataclass

from openevent.work.unit import DomainEvent


@dataclass(frozen=True, slots=True)
class OrderPlaced(DomainEvent):
    """Seats are sold; the money is to come by bank, cheque, on site or on invoice."""

    order_id: int


@dataclass(frozen=True, slots=True)
class OrderCompleted(DomainEvent):
    """Seats are sold and nothing is left to pay."""

    order_id: int


@dataclass(frozen=True, slots=True)
class OrderCancelled(DomainEvent):
    """Somebody called an order off; its seats are free again."""

    order_id: int


@dataclass(frozen=True, slots=True)
class OrderExpired(DomainEvent):
    """A buyer took too long; the seats are free again."""

    order_id: int


@dataclass(frozen=True, slots=True)
class OrderMailsWanted(DomainEvent):
    """Somebody asks for the mails of an order once more; ``key`` names this request."""

    order_id: int
    key: str
    #: Whether the buyer gets one too, and not the attendees alone.
    buyer: bool


@dataclass(frozen=True, slots=True)
class AttendeeRenamed(DomainEvent):
    """A seat that is sold goes to somebody else: another name, or another address."""

    attendee_id: int
    order_id: int


@dataclass(frozen=True, slots=True)
class AttendeeRemoved(DomainEvent):
    """Somebody was taken out of an order that is sold; its other seats stay."""

    attendee_id: int
    order_id: int
