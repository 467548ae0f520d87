"""Which actors want which domain events: a Dramatiq middleware that collects subscriptions.

Subscribing is an actor option, ``on``, so the table builds itself as actors are
declared (Dramatiq's ``after_declare_actor``), in the web process as in the worker.
"""

from __future__ import annotations

import inspect
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import dramatiq

from openevent.work.unit import DomainEvent

#: Says of an event, from its own values alone, whether a subscriber has to do with it.
When = Callable[[Any], bool]


@dataclass(frozen=True, slots=True)
class Subscription:
    """One actor's interest in one kind of domain event, and the fields it takes of it."""

    actor: str
    fields: tuple[str, ...]
    when: When | None = None

    def wants(self, event: DomainEvent) -> bool:
        """Whether this event, of a kind subscribed to, is one that the actor has to hear of."""
        return self.when is None or self.when(event)

    def arguments(self, event: DomainEvent) -> dict[str, Any]:
        """Return the fields of the event that the actor asks for by parameter name."""
        return {name: getattr(event, name) for name in self.fields}


def parameters(fn: Callable[..., Any]) -> Iterator[inspect.Parameter]:
    """Yield the parameters of a job's function after the unit of work."""
    found = iter(inspect.signature(fn).parameters.values())
    next(found)
    yield from found


class EventDispatcher(dramatiq.Middleware):
    """Collects ``on=`` subscriptions, and turns recorded events into deliveries.

    A subscriber takes the fields it needs and ignores the rest, so that an event can
    grow without breaking any of them.
    """

    def __init__(self) -> None:
        self.subscriptions: dict[type[DomainEvent], list[Subscription]] = defaultdict(list)

    @property
    def actor_options(self) -> set[str]:
        return {"on", "when"}

    def after_declare_actor(
        self,
        broker: dramatiq.Broker,
        actor: dramatiq.Actor[..., Any],
    ) -> None:
        for event_type in actor.options.get("on", ()):
            fields = event_type.__dataclass_fields__
            takes = tuple(p.name for p in parameters(actor.fn) if p.name in fields)
            self.subscriptions[event_type].append(
                Subscription(actor.actor_name, takes, actor.options.get("when"))
            )

    def deliveries(
        self, events: Iterable[DomainEvent]
    ) -> Iterator[tuple[Subscription, DomainEvent]]:
        """Yield each recorded event once per subscriber; an event nobody wants costs nothing."""
        for event in events:
            for subscription in self.subscriptions.get(type(event), ()):
                if subscription.wants(event):
                    yield subscription, event
