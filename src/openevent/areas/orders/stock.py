"""Taking seats and giving them back: the rows that are contended for, and the order of locks.

An order locks its tickets by ascending id, then its codes, and changes their counts in its
own transaction. Whoever has the lock reads counts that nobody else can change; the tables'
constraints (``not_oversold``, ``not_overused``) would refuse even if somebody did.

Seats are held until ``Order.expires_at``. Nobody has to sweep for that to be true: whoever
wants a ticket first gives back what orders past their time still hold of it, under the same
lock. Orders are locked after tickets there, so those that are locked already are passed by
(``SKIP LOCKED``): their owner is changing them at this moment, and may be waiting for us.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from decimal import Decimal
from functools import cache
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    DateTime,
    Select,
    bindparam,
    func,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from openevent.areas.orders.domain_events import OrderExpired
from openevent.areas.orders.models import Order, OrderChange, OrderLine, OrderStatus
from openevent.areas.orders.rules.states import Actor
from openevent.areas.ticketing.models import AccessCode, DiscountCode, Ticket
from openevent.db.bulk import insert_rows
from openevent.db.compiled import sql_text
from openevent.db.engine import run_in
from openevent.work.unit import UnitOfWork

Codes = type[DiscountCode] | type[AccessCode]

_SHIFT: Final = (
    "UPDATE tickets SET held = tickets.held + by.held, sold = tickets.sold + by.sold,"
    " modified_at = now()"
    " FROM unnest(%(ids)s::bigint[], %(held)s::integer[], %(sold)s::integer[])"
    " AS by (id, held, sold) WHERE tickets.id = by.id RETURNING tickets.id"
)


_USE: Final = (
    "UPDATE {0} SET used = {0}.used + by.used, modified_at = now()"
    " FROM unnest(%(ids)s::bigint[], %(used)s::integer[]) AS by (id, used)"
    " WHERE {0}.id = by.id RETURNING {0}.id"
)
#: Not against those who refer to them: FOR NO KEY UPDATE.
_LOCK: Final = "SELECT id FROM {} WHERE id = ANY(%(ids)s) ORDER BY id FOR NO KEY UPDATE"
_SEATS: Final = (
    "SELECT order_id, ticket_id, quantity FROM order_lines WHERE order_id = ANY(%(ids)s)"
)
_FREE: Final = (
    "UPDATE attendees SET deleted_at = %(now)s, version = version + 1, modified_at = now()"
    " WHERE order_id = ANY(%(ids)s) AND deleted_at IS NULL RETURNING id"
)


@dataclass(frozen=True, slots=True)
class Stock:
    """A ticket as it was when it was read or locked: its terms, and how many are gone."""

    id: int
    event_id: int
    name: str
    type: str
    price: Decimal | None
    min_price: Decimal
    max_price: Decimal | None
    is_fee_absorbed: bool
    is_hidden: bool
    sales_starts_at: datetime
    sales_ends_at: datetime
    min_order: int
    max_order: int
    quantity: int
    held: int
    sold: int

    @property
    def left(self) -> int:
        """How many can still be had."""
        return self.quantity - self.held - self.sold


@dataclass(slots=True)
class Shift:
    """By how much counts change: of tickets what is held and sold, of codes what is used."""

    held: Counter[int] = field(default_factory=Counter)
    sold: Counter[int] = field(default_factory=Counter)
    discounts: Counter[int] = field(default_factory=Counter)
    accesses: Counter[int] = field(default_factory=Counter)

    def add(
        self, order: Order, seats: Mapping[int, int], *, held: int, sold: int, used: int
    ) -> None:
        """Add what an order's seats, times -1, 0 or 1, change."""
        for ticket_id, count in seats.items():
            self.held[ticket_id] += held * count
            self.sold[ticket_id] += sold * count
        if order.discount_code_id is not None:
            self.discounts[order.discount_code_id] += used * order.discount_uses
        if order.access_code_id is not None:
            self.accesses[order.access_code_id] += used * order.access_uses

    def codes(self) -> tuple[tuple[Codes, Counter[int]], ...]:
        """Return by how much the use of codes changes, of each kind."""
        return (DiscountCode, self.discounts), (AccessCode, self.accesses)


def lock_order(work: UnitOfWork, order_id: int) -> Order:
    """Return an order that nobody else can change, as it is now."""
    statement = select(Order).where(Order.id == order_id)
    locked = statement.with_for_update(key_share=True).execution_options(populate_existing=True)
    return work.db.scalars(locked).one()


def lock_stock(
    work: UnitOfWork,
    wanted: Iterable[int],
    *,
    discount_id: int | None = None,
    access_id: int | None = None,
) -> dict[int, Stock]:
    """Lock tickets and codes, free what lapsed orders hold of them, return the tickets.

    Lapsed orders may hold other tickets and codes too, which are locked along with the
    wanted ones: of each kind in one statement, so that everybody locks in the same order.
    The statement that locks the tickets reads them, too, as they are once they are locked,
    and whether there are such orders: of those that are past their time by ``now`` there can
    only be fewer after the wait.
    """
    ids, now = sorted(set(wanted)), work.now()
    tickets = _lock_tickets(work.db, ids, now)
    has_lapsed = any(is_held_too_long for is_held_too_long, *_ in tickets)
    for model, id_, key in (
        (DiscountCode, discount_id, Order.discount_code_id),
        (AccessCode, access_id, Order.access_code_id),
    ):
        codes = set() if id_ is None else {id_}
        if has_lapsed:
            theirs = select(key).where(Order.id.in_(_lapsed_orders()), key.is_not(None))
            codes.update(work.db.scalars(theirs, {"ids": ids, "now": now}))
        _lock(work.db, model, codes)
    if has_lapsed:
        release_lapsed(work, ids, now)
        return read_tickets(work.db, ids)
    found = (Stock(*values) for _, is_live, *values in tickets if is_live)
    return {ticket.id: ticket for ticket in found if ticket.id in ids}


def read_tickets(db: Session, ids: Sequence[int]) -> dict[int, Stock]:
    """Return live tickets by id, as they are now."""
    return {id_: Stock(id_, *rest) for id_, *rest in run_in(db)(_reading(), {"ids": ids})}


def release_lapsed(work: UnitOfWork, ticket_ids: Sequence[int], now: datetime) -> int:
    """Let orders past their time that hold these, locked, tickets expire; return how many."""
    lapsed = select(Order.id).where(Order.id.in_(_lapsed_orders()), Order.expires_at <= _now())
    locked = lapsed.order_by(Order.id).with_for_update(key_share=True, skip_locked=True)
    ids = work.db.scalars(locked, {"ids": ticket_ids, "now": now}).all()
    if not ids:
        return 0
    told = {"status": OrderStatus.EXPIRED.value, "expires_at": None}
    work.db.flush()  # one of them may be known to the session, and changed
    orders: Any = work.db.execute(
        update(Order)
        .where(Order.id == func.any(_ids()))
        .values(**told, version=Order.version + 1)
        .returning(
            *(Order.id, Order.discount_code_id, Order.discount_uses),
            *(Order.access_code_id, Order.access_uses),
        )
        .execution_options(synchronize_session="fetch"),
        {"ids": ids},
    )
    seats, shift = seats_of(work.db, ids), Shift()
    for order in orders:
        shift.add(order, seats[order.id], held=-1, sold=0, used=-1)
        work.record(OrderExpired(order.id))
    entries = [entry(work, id_, Actor.SYSTEM, told) for id_ in ids]
    insert_rows(work.db, (OrderChange, entries))
    free_seats(work, ids)
    apply_shift(work.db, shift)
    return len(ids)


def lock_and_shift(work: UnitOfWork, shift: Shift) -> None:
    """Lock what a change of one order concerns, in the order of everybody, and count it."""
    _lock(work.db, Ticket, {*shift.held, *shift.sold})
    for model, counts in shift.codes():
        _lock(work.db, model, _changed(counts))
    apply_shift(work.db, shift)


def apply_shift(db: Session, shift: Shift) -> None:
    """Change the counts of tickets and codes, which are locked."""
    if ids := sorted({*_changed(shift.held), *_changed(shift.sold)}):
        held, sold = [shift.held[id_] for id_ in ids], [shift.sold[id_] for id_ in ids]
        run_in(db)(_SHIFT, {"ids": ids, "held": held, "sold": sold})
    for model, counts in shift.codes():
        if used := _changed(counts):
            given = {"ids": used, "used": [counts[id_] for id_ in used]}
            run_in(db)(_USE.format(model.__tablename__), given)


def seats_of(db: Session, order_ids: Sequence[int]) -> dict[int, dict[int, int]]:
    """Return order -> ticket -> how many seats."""
    found: dict[int, dict[int, int]] = {id_: {} for id_ in order_ids}
    for order_id, ticket_id, quantity in run_in(db)(_SEATS, {"ids": order_ids}):
        found[order_id][ticket_id] = quantity
    return found


def free_seats(work: UnitOfWork, order_ids: Sequence[int]) -> None:
    """Hide the attendees of orders that have no seats any more."""
    run_in(work.db)(_FREE, {"ids": order_ids, "now": work.now()})


def remember(work: UnitOfWork, order: Order, actor: Actor, values: Mapping[str, Any]) -> None:
    """Add an entry to an order's history."""
    insert_rows(work.db, (OrderChange, [entry(work, order.id, actor, values)]))


def entry(
    work: UnitOfWork, order_id: int, actor: Actor, values: Mapping[str, Any]
) -> dict[str, Any]:
    """Return an entry of an order's history as a row to insert."""
    return {
        "order_id": order_id,
        "changed_at": work.now(),
        "actor": actor.value,
        "user_id": work.principal.id,
        "values": {name: _plain(value) for name, value in values.items()},
    }


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return value if value is None or isinstance(value, str | int | bool) else str(value)


def _lock_tickets(db: Session, ids: Sequence[int], now: datetime) -> Sequence[Any]:
    """Lock tickets and what lapsed orders hold besides; return each as :func:`_locking` says."""
    return run_in(db)(_locking(), {"ids": ids, "now": now})


@cache
def _locking() -> str:
    """Return the SQL that locks: whether there are lapsed orders, whether it is live, the ticket.

    What lapsed is asked for by arrays of ids: plans are made once, for whatever the ids are,
    and those of arrays go by the indexes, however many orders there are.
    """
    lapsed = _lapsed_orders().cte("lapsed")
    is_theirs = OrderLine.order_id == func.any(_array(select(lapsed.c.order_id)))
    also = _array(select(OrderLine.ticket_id).where(is_theirs))
    is_live = Ticket.deleted_at.is_(None)
    statement = select(select(lapsed).exists(), is_live, *_columns())
    concerned = statement.where(Ticket.id == func.any(_ids().concat(also))).order_by(Ticket.id)
    return sql_text(concerned.with_for_update(key_share=True, of=Ticket))


@cache
def _reading() -> str:
    live = select(*_columns()).where(Ticket.id == func.any(_ids()), Ticket.deleted_at.is_(None))
    return sql_text(live)


def _columns() -> list[ColumnElement[Any]]:
    return [getattr(Ticket, given.name) for given in fields(Stock)]


def _ids() -> Any:
    return bindparam("ids", type_=ARRAY(BigInteger))


def _now() -> Any:
    return bindparam("now", type_=DateTime(timezone=True))


def _lapsed_orders() -> Select[Any]:
    """Return the orders past ``now`` that hold tickets of ``ids``: both are parameters."""
    # Of a time between two others the planner expects few, and goes by the index.
    past = select(Order.id).where(Order.expires_at.between(text("'-infinity'"), _now()))
    return select(OrderLine.order_id).where(
        OrderLine.order_id == func.any(_array(past)), OrderLine.ticket_id == func.any(_ids())
    )


def _array(ids: Select[Any]) -> Any:
    return func.array(ids.scalar_subquery())


def _lock(db: Session, model: type[Ticket] | Codes, ids: Iterable[int]) -> None:
    if wanted := list(ids):
        run_in(db)(_LOCK.format(model.__tablename__), {"ids": wanted})


def _changed(counts: Counter[int]) -> list[int]:
    return sorted(id_ for id_, count in counts.items() if count)
