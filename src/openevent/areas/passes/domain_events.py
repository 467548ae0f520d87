"""What happens to tickets in people's hands, for whom it may concern."""

from __future__ import annotations

from dataclasses import dataclass

from openevent.work.unit import DomainEvent


@dataclass(frozen=True, slots=True)
class PassReissued(DomainEvent):
    """An attendee's ticket was issued anew; the ones before are worth nothing."""

    attendee_id: int
    order_id: int


@dataclass(frozen=True, slots=True)
class TicketsIssued(DomainEvent):
    """The tickets of an order can be fetched; ``revision`` is the latest issue among them."""

    order_id: int
    revision: int
