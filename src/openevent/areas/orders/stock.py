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
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Integer, Select, bindparam, column, func, select, update
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from openevent.areas.orders.domain_events import OrderExpired
from openevent.areas.orders.models import Attendee, Order, OrderChange, OrderLine, OrderStatus
from openevent.areas.orders.rules.states import Actor
from openevent.areas.ticketing.models import AccessCode, DiscountCode, Ticket
from openevent.work.unit import UnitOfWork

Codes = type[DiscountCode] | type[AccessCode]


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


def lock_stock(
    work: UnitOfWork,
    wanted: Iterable[int],
    *,
    discount_id: int | None = None,
    access_id: int | None = None,
) -> dict[int, Ticket]:
    """Lock tickets and codes, free what lapsed orders hold of them, return the tickets.

    Lapsed orders may hold other tickets and codes too, which are locked along with the
    wanted ones: of each kind in one statement, so that everybody locks in the same order.
    The statement that locks the tickets reads them, too, as they are once they are locked,
    and whether there are such orders: of those that are past their time by ``now`` there can
    only be fewer after the wait.
    """
    ids, now = sorted(set(wanted)), work.now()
    lapsed = _lapsed_orders(ids, now)
    also = select(OrderLine.ticket_id).where(OrderLine.order_id.in_(lapsed))
    concerned = (
        select(Ticket, lapsed.exists())
        .where(Ticket.id.in_(ids) | Ticket.id.in_(also))
        .order_by(Ticket.id)
        .execution_options(populate_existing=True)
    )
    tickets = _locked(work.db, concerned)
    if any(is_held_too_long for _, is_held_too_long in tickets):
        for model, id_, key in (
            (DiscountCode, discount_id, Order.discount_code_id),
            (AccessCode, access_id, Order.access_code_id),
        ):
            theirs = select(key).where(Order.id.in_(lapsed))
            _lock(work.db, model, (model.id == id_) | model.id.in_(theirs))
        release_lapsed(work, ids, now)
        return read_tickets(work.db, ids)
    for model, id_ in ((DiscountCode, discount_id), (AccessCode, access_id)):
        if id_ is not None:
            _lock(work.db, model, model.id == id_)
    return {t.id: t for t, _ in tickets if t.id in ids and t.deleted_at is None}


def read_tickets(db: Session, ids: Sequence[int]) -> dict[int, Ticket]:
    """Return live tickets by id, as they are now."""
    statement = select(Ticket).where(Ticket.id.in_(ids), Ticket.deleted_at.is_(None))
    found = db.scalars(statement.execution_options(populate_existing=True))
    return {ticket.id: ticket for ticket in found}


def release_lapsed(work: UnitOfWork, ticket_ids: Sequence[int], now: datetime) -> int:
    """Let orders past their time that hold these, locked, tickets expire; return how many."""
    lapsed = select(Order).where(Order.id.in_(_lapsed_orders(ticket_ids, now)))
    orders = work.db.scalars(
        lapsed.order_by(Order.id).with_for_update(key_share=True, skip_locked=True)
    ).all()
    if not orders:
        return 0
    seats = seats_of(work.db, [order.id for order in orders])
    shift = Shift()
    for order in orders:
        shift.add(order, seats[order.id], held=-1, sold=0, used=-1)
        order.status, order.expires_at = OrderStatus.EXPIRED.value, None
        remember(work, order, Actor.SYSTEM, {"status": order.status, "expires_at": None})
        work.record(OrderExpired(order.id))
    work.db.flush()
    free_seats(work, [order.id for order in orders])
    apply_shift(work.db, shift)
    return len(orders)


def lock_and_shift(work: UnitOfWork, shift: Shift) -> None:
    """Lock what a change of one order concerns, in the order of everybody, and count it."""
    _lock(work.db, Ticket, Ticket.id.in_({*shift.held, *shift.sold}))
    apply_shift(work.db, shift)


def apply_shift(db: Session, shift: Shift) -> None:
    """Change the counts of locked tickets, then of codes by id."""
    for model, counts in ((DiscountCode, shift.discounts), (AccessCode, shift.accesses)):
        if used := sorted(+_abs(counts)):
            _lock(db, model, model.id.in_(used))
    ids = sorted({id_ for counts in (shift.held, shift.sold) for id_ in +_abs(counts)})
    if ids:
        by = _unnested(ids, [shift.held[i] for i in ids], [shift.sold[i] for i in ids])
        db.execute(
            update(Ticket)
            .where(Ticket.id == by.c.id)
            .values(held=Ticket.held + by.c.first, sold=Ticket.sold + by.c.second)
            .execution_options(synchronize_session=False)
        )
    for model, counts in ((DiscountCode, shift.discounts), (AccessCode, shift.accesses)):
        for id_ in sorted(+_abs(counts)):
            db.execute(
                update(model)
                .where(model.id == id_)
                .values(used=model.used + counts[id_])
                .execution_options(synchronize_session=False)
            )


def seats_of(db: Session, order_ids: Sequence[int]) -> dict[int, dict[int, int]]:
    """Return order -> ticket -> how many seats."""
    found: dict[int, dict[int, int]] = {id_: {} for id_ in order_ids}
    lines = select(OrderLine.order_id, OrderLine.ticket_id, OrderLine.quantity)
    for order_id, ticket_id, quantity in db.execute(lines.where(OrderLine.order_id.in_(order_ids))):
        found[order_id][ticket_id] = quantity
    return found


def free_seats(work: UnitOfWork, order_ids: Sequence[int]) -> None:
    """Hide the attendees of orders that have no seats any more."""
    work.db.execute(
        update(Attendee)
        .where(Attendee.order_id.in_(order_ids), Attendee.deleted_at.is_(None))
        .values(deleted_at=work.now(), version=Attendee.version + 1)
        .execution_options(synchronize_session=False)
    )


def remember(work: UnitOfWork, order: Order, actor: Actor, values: Mapping[str, Any]) -> None:
    """Add an entry to an order's history."""
    work.db.add(
        OrderChange(
            order_id=order.id,
            changed_at=work.now(),
            actor=actor.value,
            user_id=work.principal.id,
            values={name: _plain(value) for name, value in values.items()},
        )
    )


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return value if value is None or isinstance(value, str | int | bool) else str(value)


def _lapsed_orders(ticket_ids: Sequence[int], now: datetime) -> Any:
    return (
        select(OrderLine.order_id)
        .join(Order, Order.id == OrderLine.order_id)
        .where(OrderLine.ticket_id.in_(ticket_ids), Order.expires_at <= now)
    )


def _lock(db: Session, model: type[Ticket] | Codes, where: Any) -> None:
    """Lock rows by id."""
    _locked(db, select(model.id).where(where).order_by(model.id))


def _locked(db: Session, rows: Select[Any]) -> Sequence[Any]:
    """Lock and return rows. Not against those who refer to them: FOR NO KEY UPDATE."""
    return db.execute(rows.with_for_update(key_share=True)).all()


def _abs(counts: Counter[int]) -> Counter[int]:
    return Counter({id_: abs(count) for id_, count in counts.items()})


def _unnested(ids: list[int], first: list[int], second: list[int]) -> Any:
    return (
        func.unnest(
            bindparam(None, ids, type_=ARRAY(BigInteger)),
            bindparam(None, first, type_=ARRAY(Integer)),
            bindparam(None, second, type_=ARRAY(Integer)),
        )
        .table_valued(column("id", BigInteger), column("first", Integer), column("second", Integer))
        .render_derived(name="by")
    )
