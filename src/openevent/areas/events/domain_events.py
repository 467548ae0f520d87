"""What happens to events, for whom it may concern: ids and plain values."""

from __future__ import annotations

from dataclasses import dataclass

from openevent.work.unit import DomainEvent


@dataclass(frozen=True, slots=True)
class EventCreated(DomainEvent):
    """There is a new event, and its creator owns it."""

    event_id: int


@dataclass(frozen=True, slots=True)
class EventChanged(DomainEvent):
    """Somebody changed attributes or relationships of an event, or its FAQ.

    ``key`` names this change and no other; ``changed`` holds the names of the columns;
    ``changed_at`` is ISO 8601 in UTC.
    """

    event_id: int
    key: str
    user_id: int | None
    changed: tuple[str, ...]
    changed_at: str


@dataclass(frozen=True, slots=True)
class EventPublished(DomainEvent):
    """A draft, or a new event, became public."""

    event_id: int


@dataclass(frozen=True, slots=True)
class EventUnpublished(DomainEvent):
    """A public event became a draft again."""

    event_id: int


@dataclass(frozen=True, slots=True)
class EventDeleted(DomainEvent):
    """An event, and with it everything below it, was hidden from everybody."""

    event_id: int
