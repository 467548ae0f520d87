"""Placing orders: on the web by buyers, at the door by those who run the event."""

from __future__ import annotations

import uuid
from decimal import Decimal
from typing import Any, Final

from openevent.areas.orders.domain_events import OrderCompleted
from openevent.areas.orders.models import (
    Attendee,
    Order,
    OrderChange,
    OrderLine,
    OrderStatus,
    PaymentMode,
)
from openevent.areas.orders.operations.offers import (
    Basket,
    Offer,
    check_sale,
    check_stock,
    check_tickets,
    find_codes,
    find_seller,
    judge,
)
from openevent.areas.orders.rules.states import HELD_FOR, Actor, holds, sells
from openevent.areas.orders.stock import (
    Shift,
    apply_shift,
    entry,
    lock_stock,
    read_tickets,
)
from openevent.db.bulk import insert_rows
from openevent.db.engine import run_in
from openevent.db.writing import write_pending
from openevent.errors import Forbidden, Invalid
from openevent.work.unit import UnitOfWork

#: To the coin, as the history and the table tell it.
NOTHING = Decimal("0.00")
#: What a seat is called until its buyer says who takes it.
GUEST, ON_SITE = "Guest", "On-site"

_NAMES: Final = "SELECT first_name, public_name, last_name, email FROM users WHERE id = %(id)s"


def quote(work: UnitOfWork, basket: Basket) -> Offer:
    """Return what a basket would cost, without holding anything."""
    seller = find_seller(work, basket)
    tickets = read_tickets(work.db, basket.ticket_ids)
    check_tickets(basket, tickets, seller)
    return judge(work, basket, seller, tickets, *find_codes(work, basket, seller.event_id))


def create_order(work: UnitOfWork, basket: Basket) -> Order:
    """Hold seats for the principal, as long as it takes to give names and pay."""
    # Before the lock, for which others wait.
    buyer = _names(work)
    offer = _lock_and_judge(work, basket)
    check_sale(work, basket, offer)
    if offer.price.total == 0 and not work.principal.is_verified:
        raise Forbidden(
            "Verify your e-mail address first: only verified users order free tickets.",
            code="unverified-user",
            source={"code": "unverified-user"},
        )
    check_stock(basket, offer.tickets)
    order = _order(offer, OrderStatus.INITIALIZING)
    order.expires_at = work.now() + HELD_FOR[OrderStatus.INITIALIZING]
    order.user_id = work.principal.id
    _store(work, order, offer, Actor.BUYER, buyer)
    return order


def create_onsite_order(work: UnitOfWork, values: dict[str, Any]) -> Order:
    """Sell seats at the door: paid there and then, whatever the sales window says."""
    wished = values.get("on_site_tickets")
    if not wished:
        raise Invalid(
            "An order made here names its on-site-tickets; buyers use /v1/orders/create-order.",
            code="on-site-tickets",
            pointer="/data/attributes/on-site-tickets",
        )
    basket = Basket(wishes=wished)
    offer = _lock_and_judge(work, basket)
    if offer.seller.event_id != values["event_id"]:
        raise Invalid(
            "The tickets are of another event.",
            code="other-event",
            pointer="/data/attributes/on-site-tickets",
        )
    check_stock(basket, offer.tickets)
    order = _order(offer, OrderStatus.COMPLETED)
    order.completed_at = work.now()
    order.payment_mode = PaymentMode.ONSITE if offer.price.total else PaymentMode.FREE
    order.paid_via = order.payment_mode
    order.paid_amount = order.amount
    _store(work, order, offer, Actor.ORGANIZER, None)
    work.record(OrderCompleted(order.id))
    return order


def _lock_and_judge(work: UnitOfWork, basket: Basket) -> Offer:
    """Judge a basket with its tickets and codes locked, so that what is true stays true."""
    seller = find_seller(work, basket)
    discount_id, access_id = find_codes(work, basket, seller.event_id)
    tickets = lock_stock(work, basket.ticket_ids, discount_id=discount_id, access_id=access_id)
    check_tickets(basket, tickets, seller)
    # The codes are read now that nobody else can change them.
    return judge(work, basket, seller, tickets, discount_id, access_id)


def _order(offer: Offer, status: OrderStatus) -> Order:
    price, seller = offer.price, offer.seller
    return Order(
        identifier=str(uuid.uuid4()),
        event_id=seller.event_id,
        status=status.value,
        amount=price.total,
        currency=seller.currency,
        tax_amount=price.tax,
        fee_amount=price.fees,
        discount_amount=price.discount,
        paid_amount=NOTHING,
        refunded_amount=NOTHING,
        is_billing_enabled=seller.is_billing_mandatory,
        discount_code_id=None if offer.discount is None else offer.discount.id,
        access_code_id=None if offer.access is None else offer.access.id,
        discount_uses=offer.discount_uses,
        access_uses=offer.access_uses,
        marketer_id=_marketer(offer),
    )


def _marketer(offer: Offer) -> int | None:
    codes = (offer.discount, offer.access)
    return next((code.marketer_id for code in codes if code and code.marketer_id), None)


def _store(
    work: UnitOfWork, order: Order, offer: Offer, actor: Actor, buyer: dict[str, Any] | None
) -> None:
    """Write an order with its lines, attendees and first entry of history; take its seats."""
    status = OrderStatus(order.status)
    seats = {line.line.ticket_id: line.line.quantity for line in offer.price.lines}
    shift = Shift()
    shift.add(order, seats, held=holds(status), sold=sells(status), used=1)
    apply_shift(work.db, shift)
    work.db.add(order)
    write_pending(work.db, order)  # what follows needs the order's id
    told = {name: getattr(order, name) for name in REMEMBERED}
    insert_rows(
        work.db,
        (OrderLine, _lines(order, offer)),
        (Attendee, _attendees(order, offer, buyer)),
        (OrderChange, [entry(work, order.id, actor, told)]),
    )


#: What the history tells of an order; with the lines, all that anybody decides by.
REMEMBERED = (
    *("status", "expires_at", "completed_at", "payment_mode", "paid_via"),
    *("amount", "currency", "tax_amount", "fee_amount", "discount_amount"),
    *("paid_amount", "refunded_amount"),
    *("discount_code_id", "access_code_id", "discount_uses", "access_uses", "user_id"),
    *("is_billing_enabled", "company", "tax_business_info", "address", "city", "state"),
    *("country", "zipcode", "order_notes", "cancel_note"),
)


def _lines(order: Order, offer: Offer) -> list[dict[str, Any]]:
    return [
        {
            "order_id": order.id,
            "event_id": order.event_id,
            "ticket_id": line.line.ticket_id,
            "quantity": line.line.quantity,
            "price": line.line.price,
            "discount": line.discount,
            "fee": line.fee,
        }
        for line in offer.price.lines
    ]


def _attendees(order: Order, offer: Offer, buyer: dict[str, Any] | None) -> list[dict[str, Any]]:
    """Return a seat's attendee each; the first is the buyer, until the buyer says otherwise."""
    names = {"firstname": ON_SITE if buyer is None else GUEST, "email": None, "user_id": None}
    found: list[dict[str, Any]] = []
    for line in offer.price.lines:
        ticket = offer.tickets[line.line.ticket_id]
        seat = {
            "order_id": order.id,
            "event_id": order.event_id,
            "ticket_id": ticket.id,
            "is_discount_applied": line.is_discounted,
            "is_access_code_applied": offer.access is not None and ticket.is_hidden,
        }
        for _ in range(line.line.quantity):
            found.append({**seat, **names, "lastname": str(len(found) + 1)})
    if buyer is not None:
        found[0] |= buyer
    return found


def _names(work: UnitOfWork) -> dict[str, Any]:
    """Return the principal as an attendee."""
    id_ = work.principal.id
    ((first, public, last, email),) = run_in(work.db)(_NAMES, {"id": id_})
    names = {"firstname": first or public or GUEST, "lastname": last}
    return {**names, "email": email, "user_id": id_}
