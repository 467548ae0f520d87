"""What may become of an order: one table of moves, and what each does to the seats."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final

from openevent.areas.orders.models import OrderStatus
from openevent.errors import Conflict, Forbidden

#: How long seats are held for a buyer who fills in names, and for one who is paying.
HELD_FOR: Final = {
    OrderStatus.INITIALIZING: timedelta(minutes=15),
    OrderStatus.PENDING: timedelta(minutes=30),
}


class Actor(StrEnum):
    """On whose behalf an order changes."""

    BUYER = "buyer"
    ORGANIZER = "organizer"
    SYSTEM = "system"
    PAYMENT = "payment"


_ANYBODY: Final = frozenset({Actor.BUYER, Actor.ORGANIZER, Actor.SYSTEM})
_ALL: Final = frozenset(Actor)
_STAFFED: Final = frozenset({Actor.ORGANIZER, Actor.SYSTEM})
_PAID: Final = _STAFFED | {Actor.PAYMENT}
_SYSTEM: Final = frozenset({Actor.SYSTEM})

#: Who may move an order from one status to another. What is not here, nobody may. A buyer
#: completes what costs nothing, an organizer cancels what has not been paid for; a verified
#: payment completes, and does nothing else.
MOVES: Final[Mapping[tuple[OrderStatus, OrderStatus], frozenset[Actor]]] = {
    (OrderStatus.INITIALIZING, OrderStatus.PENDING): _ANYBODY,
    (OrderStatus.INITIALIZING, OrderStatus.PLACED): _ANYBODY,
    (OrderStatus.INITIALIZING, OrderStatus.COMPLETED): _ALL,
    (OrderStatus.INITIALIZING, OrderStatus.CANCELLED): _ANYBODY,
    (OrderStatus.INITIALIZING, OrderStatus.EXPIRED): _SYSTEM,
    (OrderStatus.PENDING, OrderStatus.PLACED): _ANYBODY,
    (OrderStatus.PENDING, OrderStatus.COMPLETED): _ALL,
    (OrderStatus.PENDING, OrderStatus.CANCELLED): _ANYBODY,
    (OrderStatus.PENDING, OrderStatus.EXPIRED): _SYSTEM,
    (OrderStatus.PLACED, OrderStatus.COMPLETED): _PAID,
    (OrderStatus.PLACED, OrderStatus.CANCELLED): _STAFFED,
    (OrderStatus.COMPLETED, OrderStatus.CANCELLED): _STAFFED,
    # Paid too late, while there were seats still: they are taken anew.
    (OrderStatus.EXPIRED, OrderStatus.COMPLETED): frozenset({Actor.PAYMENT}),
}

_HOLDING: Final = frozenset({OrderStatus.INITIALIZING, OrderStatus.PENDING})
#: Orders whose seats are sold: they have tickets and an invoice.
SOLD: Final = (OrderStatus.PLACED, OrderStatus.COMPLETED)


def check_move(old: OrderStatus, new: OrderStatus, actor: Actor, amount: Decimal) -> None:
    """Refuse a change of status that is not in the table, or not for this actor."""
    allowed = MOVES.get((old, new))
    if allowed is None:
        raise Conflict(
            f"An order that is {old.value} does not become {new.value}.",
            code="no-such-transition",
            pointer="/data/attributes/status",
        )
    if actor not in allowed:
        raise _forbidden(f"The {actor.value} does not make an order {new.value}.")
    if actor is Actor.BUYER and new is OrderStatus.COMPLETED and amount > 0:
        raise _forbidden("An order is completed when it is paid, not by its buyer.")
    if old is OrderStatus.COMPLETED and actor is Actor.ORGANIZER and amount > 0:
        raise Conflict(
            "The order is paid; refund it (/v1/refunds), which cancels it.",
            code="order-paid",
            pointer="/data/attributes/status",
        )


def _forbidden(sentence: str) -> Forbidden:
    return Forbidden(sentence, code="not-your-move", pointer="/data/attributes/status")


def holds(status: OrderStatus) -> int:
    """Return 1 where an order's seats are held for a while, else 0."""
    return int(status in _HOLDING)


def sells(status: OrderStatus) -> int:
    """Return 1 where an order's seats are sold, else 0."""
    return int(status in SOLD)


def counts(status: OrderStatus) -> int:
    """Return 1 where an order has its seats and uses its codes, else 0."""
    return holds(status) | sells(status)


def rebuilt(history: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Return an order's values as its history tells them: each entry overwrites the former."""
    values: dict[str, Any] = {}
    for entry in history:
        values |= entry
    return values
