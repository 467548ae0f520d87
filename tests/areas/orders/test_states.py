"""What may become of an order, by whom, and what becomes of its seats."""

from __future__ import annotations

from decimal import Decimal
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openevent.areas.orders.models import OrderStatus
from openevent.areas.orders.rules.states import MOVES, Actor, check_move, holds, sells
from openevent.errors import Conflict, DomainError, Forbidden

S = OrderStatus
#: Written down a second time on purpose: who may what, of an order that costs something.
ALLOWED = {
    Actor.BUYER: {
        *((S.INITIALIZING, s) for s in (S.PENDING, S.PLACED, S.CANCELLED)),
        *((S.PENDING, s) for s in (S.PLACED, S.CANCELLED)),
    },
    Actor.ORGANIZER: {
        *((S.INITIALIZING, s) for s in (S.PENDING, S.PLACED, S.COMPLETED, S.CANCELLED)),
        *((S.PENDING, s) for s in (S.PLACED, S.COMPLETED, S.CANCELLED)),
        *((S.PLACED, s) for s in (S.COMPLETED, S.CANCELLED)),
    },
    Actor.SYSTEM: set(MOVES) - {(S.EXPIRED, S.COMPLETED)},
    Actor.PAYMENT: {(s, S.COMPLETED) for s in (S.INITIALIZING, S.PENDING, S.PLACED, S.EXPIRED)},
}


@pytest.mark.parametrize("actor", Actor)
@pytest.mark.parametrize(("old", "new"), list(product(S, S)))
def test_moves_are_those_of_the_table(actor: Actor, old: OrderStatus, new: OrderStatus) -> None:
    try:
        check_move(old, new, actor, Decimal(10))
        moved = True
    except (Conflict, Forbidden):
        moved = False
    assert moved is ((old, new) in ALLOWED[actor])


def test_buyer_completes_what_costs_nothing_and_nothing_else() -> None:
    """The predecessor let buyers set any order to completed."""
    check_move(S.INITIALIZING, S.COMPLETED, Actor.BUYER, Decimal(0))
    with pytest.raises(Forbidden):
        check_move(S.INITIALIZING, S.COMPLETED, Actor.BUYER, Decimal("0.01"))
    with pytest.raises(Forbidden):
        check_move(S.PLACED, S.COMPLETED, Actor.BUYER, Decimal(0))


def test_organizer_cancels_a_completed_order_only_if_it_cost_nothing() -> None:
    check_move(S.COMPLETED, S.CANCELLED, Actor.ORGANIZER, Decimal(0))
    with pytest.raises(Conflict):
        check_move(S.COMPLETED, S.CANCELLED, Actor.ORGANIZER, Decimal(1))


@given(st.lists(st.tuples(st.sampled_from(S), st.sampled_from(Actor)), max_size=20), st.booleans())
def test_whatever_is_tried_seats_are_held_or_sold_or_free(
    tries: list[tuple[OrderStatus, Actor]], is_free: bool
) -> None:
    status, held, sold = S.INITIALIZING, 1, 0
    for new, actor in tries:
        try:
            check_move(status, new, actor, Decimal(0) if is_free else Decimal(5))
        except DomainError:
            continue
        assert status is not S.CANCELLED, "this is the end"
        assert status is not S.EXPIRED or actor is Actor.PAYMENT, "and so is this, but for money"
        held += holds(new) - holds(status)
        sold += sells(new) - sells(status)
        status = new
    assert (held, sold) == (holds(status), sells(status))
    assert held + sold == int(status not in (S.CANCELLED, S.EXPIRED))
