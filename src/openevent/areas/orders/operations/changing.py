"""Changing orders and attendees: paying, calling off, filling in names."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import BigInteger, bindparam, exists, select

from openevent.areas.events.models import Event, Tag
from openevent.areas.identity.models import RoleName
from openevent.areas.identity.policy import EVENT_ACCESS, has_role
from openevent.areas.orders.domain_events import (
    AttendeeRenamed,
    OrderCancelled,
    OrderCompleted,
    OrderPlaced,
)
from openevent.areas.orders.models import (
    OFFERED,
    Attendee,
    Order,
    OrderLine,
    OrderStatus,
    PaymentMode,
)
from openevent.areas.orders.operations.completeness import check_complete
from openevent.areas.orders.rules.states import (
    HELD_FOR,
    Actor,
    check_move,
    counts,
    holds,
    sells,
)
from openevent.areas.orders.stock import (
    Shift,
    free_seats,
    lock_and_shift,
    lock_stock,
    remember,
    seats_of,
)
from openevent.areas.ticketing.policy import AT_THE_DOOR
from openevent.db.compiled import sql_text
from openevent.db.engine import run_in
from openevent.db.loading import get_row
from openevent.db.writing import write_pending
from openevent.errors import Conflict, Forbidden, Invalid
from openevent.services.payments import Charge, Payments, Standing
from openevent.work.principal import Audience, Who
from openevent.work.unit import DomainEvent, UnitOfWork

BILLING: Final = frozenset(
    {
        *("is_billing_enabled", "company", "tax_business_info", "address", "city", "state"),
        *("country", "zipcode"),
    }
)
#: What a buyer writes, and what those who run the event write in others' orders.
BUYERS: Final = BILLING | {"status", "payment_mode", "order_notes"}
ORGANIZERS: Final = frozenset({"status", "cancel_note"})
#: What says who takes a seat: with another one, a ticket is another person's.
WHO: Final = frozenset({"firstname", "lastname", "email"})

_BECAME: Final[dict[OrderStatus, Callable[[int], DomainEvent]]] = {
    OrderStatus.PLACED: OrderPlaced,
    OrderStatus.COMPLETED: OrderCompleted,
    OrderStatus.CANCELLED: OrderCancelled,
}
_STANDING: Final = {
    Standing.PAID: OrderStatus.COMPLETED,
    Standing.PROMISED: OrderStatus.PLACED,
}


def update_order(work: UnitOfWork, order: Order, changes: dict[str, Any]) -> None:
    """Change an order as its buyer, or as one of those who run the event."""
    old = OrderStatus(order.status)
    changes = {n: value for n, value in changes.items() if n != "on_site_tickets"}
    if order.expires_at is not None and order.expires_at <= work.now():
        raise Conflict("This order has expired; its seats are free again.", code="order-expired")
    runs_event = _runs_event(work, order.event_id)
    is_buyer = order.user_id is not None and order.user_id == work.principal.id
    actor = Actor.ORGANIZER if runs_event else Actor.BUYER
    new = OrderStatus(changes.get("status", old))
    if new is OrderStatus.CANCELLED:
        changes = {n: changes[n] for n in ("status", "cancel_note") if n in changes}
    allowed = (ORGANIZERS if runs_event else frozenset()) | (BUYERS if is_buyer else frozenset())
    if refused := sorted(changes.keys() - allowed):
        name = refused[0].replace("_", "-")
        whose = "its buyer" if refused[0] in BUYERS else "an organizer of the event"
        raise Forbidden(f"Only {whose} sets {name!r}.", pointer=f"/data/attributes/{name}")
    if new is not old:
        check_move(old, new, actor, order.amount)
    elif changes.keys() & BUYERS and not holds(old):
        raise Conflict(f"An order that is {old.value} does not change.", code="order-closed")
    event = get_row(work.db, Event, order.event_id)
    _check_mode(changes, event)
    for name, value in changes.items():
        setattr(order, name, value)
    if new is not old:
        _check_paying(work, order, new, actor, event)
        move(work, order, old, new)
    kept: dict[str, Any] = {"status": order.status, "expires_at": order.expires_at}
    kept |= {"completed_at": order.completed_at, "paid_via": order.paid_via}
    kept |= {"paid_amount": order.paid_amount}
    remember(work, order, actor, {**changes, **kept})


def move(work: UnitOfWork, order: Order, old: OrderStatus, new: OrderStatus) -> None:
    """Give an order its new status, and its seats theirs."""
    order.status = new.value
    order.expires_at = work.now() + HELD_FOR[new] if holds(new) else None
    if new is OrderStatus.COMPLETED:
        order.completed_at = work.now()
        is_unsaid = order.amount and order.payment_mode == PaymentMode.FREE
        order.paid_via = None if is_unsaid else order.payment_mode
        order.paid_amount = max(order.paid_amount, order.amount)
    seats = seats_of(work.db, [order.id])[order.id]
    shift = Shift()
    held, sold = holds(new) - holds(old), sells(new) - sells(old)
    shift.add(order, seats, held=held, sold=sold, used=counts(new) - counts(old))
    write_pending(work.db, order)
    lock_and_shift(work, shift)
    if not counts(new):
        free_seats(work, [order.id])
    if became := _BECAME.get(new):
        work.record(became(order.id))


def expire_lapsed(work: UnitOfWork, at_once: int) -> None:
    """Let orders past their time expire, so many and whatever holds the same tickets."""
    lapsed = select(Order.id).where(Order.expires_at <= work.now())
    oldest = lapsed.order_by(Order.expires_at).limit(at_once).subquery()
    tickets = select(OrderLine.ticket_id).where(OrderLine.order_id.in_(select(oldest.c.id)))
    if wanted := set(work.db.scalars(tickets)):
        lock_stock(work, wanted)


def has_event_role(work: UnitOfWork, event_id: int, *roles: RoleName) -> bool:
    """Whether the principal has one of these roles on an event."""
    sql = _role_statement(work.principal.audience, roles)
    ((has,),) = run_in(work.db)(sql, {**work.principal.parameters(), "event_id": event_id})
    return bool(has)


@lru_cache(maxsize=32)
def _role_statement(audience: Audience, roles: tuple[RoleName, ...]) -> str:
    event_id = bindparam("event_id", type_=BigInteger())
    return sql_text(select(has_role(Who(audience), event_id, *roles)))


def _runs_event(work: UnitOfWork, event_id: int) -> bool:
    return has_event_role(work, event_id, *EVENT_ACCESS)


def _check_mode(changes: dict[str, Any], event: Event) -> None:
    """Refuse a way to pay that nobody offers here, or the event does not."""
    mode = changes.get("payment_mode")
    if mode is None or mode == PaymentMode.FREE:
        return
    if mode not in OFFERED:
        raise Invalid(
            f"Paying by {mode} is not offered here.",
            code="payment-mode",
            pointer="/data/attributes/payment-mode",
        )
    flag = "can_pay_onsite" if mode == PaymentMode.ONSITE else f"can_pay_by_{mode}"
    if not getattr(event, flag):
        raise Invalid(
            f"The event does not take payments by {mode}.",
            code="payment-mode",
            pointer="/data/attributes/payment-mode",
        )


def prepare_payment(work: UnitOfWork, order: Order, event: Event) -> None:
    """Let a locked order wait for a payment by card, once it says who comes and whom to bill."""
    check_complete(work, order, event)
    order.payment_mode = PaymentMode.STRIPE.value
    if order.status == OrderStatus.INITIALIZING:
        move(work, order, OrderStatus.INITIALIZING, OrderStatus.PENDING)
    kept = ("status", "expires_at", "payment_mode")
    remember(work, order, Actor.BUYER, {name: getattr(order, name) for name in kept})


def _check_paying(
    work: UnitOfWork, order: Order, new: OrderStatus, actor: Actor, event: Event
) -> None:
    """Refuse to go on without paying, or without saying who comes and whom to bill."""
    if actor is not Actor.BUYER or new is OrderStatus.CANCELLED:
        return
    check_complete(work, order, event)
    if not sells(new):
        return
    charge = Charge(
        reference=order.identifier,
        mode=order.payment_mode,
        amount=order.amount,
        currency=order.currency,
    )
    reached = _STANDING[work.port(Payments).settle(charge)]
    if reached is not new:
        raise Invalid(
            f"Paid by {order.payment_mode}, this order becomes {reached.value}.",
            code="payment-mode",
            pointer="/data/attributes/status",
        )


def update_attendee(work: UnitOfWork, attendee: Attendee, changes: dict[str, Any]) -> None:
    """Say who takes a seat."""
    if "attendee_notes" in changes and not _runs_event(work, attendee.event_id):
        raise Forbidden("Notes are the organizers'.")
    if "tag_id" in changes and not has_event_role(work, attendee.event_id, *AT_THE_DOOR):
        raise Forbidden("Tags are the event's team's.")
    if changes.get("tag_id") is not None:
        same = exists().where(Tag.id == changes["tag_id"], Tag.event_id == attendee.event_id)
        if not work.db.scalar(select(same)):
            raise Invalid(
                "The tag belongs to another event.",
                code="other-event",
                pointer="/data/relationships/tag",
            )
    is_somebody_else = any(changes[n] != getattr(attendee, n) for n in WHO & changes.keys())
    for name, value in changes.items():
        setattr(attendee, name, value)
    if is_somebody_else and sells(OrderStatus(work.db.get_one(Order, attendee.order_id).status)):
        work.record(AttendeeRenamed(attendee_id=attendee.id, order_id=attendee.order_id))
