"""Placing orders: on the web by buyers, at the door by those who run the event."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from openevent.areas.identity.models import User
from openevent.areas.orders.domain_events import OrderCompleted
from openevent.areas.orders.models import Attendee, Order, OrderLine, OrderStatus, PaymentMode
from openevent.areas.orders.operations.offers import (
    Basket,
    Offer,
    check_sale,
    check_stock,
    event_of,
    find_codes,
    find_seller,
    judge,
)
from openevent.areas.orders.rules.pricing import PricedLine
from openevent.areas.orders.rules.states import HELD_FOR, Actor, holds, sells
from openevent.areas.orders.stock import (
    Shift,
    apply_shift,
    lock_stock,
    read_tickets,
    remember,
)
from openevent.errors import Forbidden, Invalid
from openevent.work.unit import UnitOfWork

#: To the coin, as the history and the table tell it.
NOTHING = Decimal("0.00")
#: What a seat is called until its buyer says who takes it.
GUEST, ON_SITE = "Guest", "On-site"


def quote(work: UnitOfWork, basket: Basket) -> Offer:
    """Return what a basket would cost, without holding anything."""
    tickets = read_tickets(work.db, basket.ticket_ids)
    event_id = event_of(tickets, basket)
    seller = find_seller(work, event_id)
    return judge(work, basket, seller, tickets, *find_codes(work, basket, event_id))


def create_order(work: UnitOfWork, basket: Basket) -> Order:
    """Hold seats for the principal, as long as it takes to give names and pay."""
    # Before the lock, for which others wait.
    buyer = work.db.scalar(select(User).where(User.id == work.principal.id))
    offer = _lock_and_judge(work, basket)
    check_sale(work, basket, offer)
    if offer.price.total == 0 and not work.principal.is_verified:
        raise Forbidden(
            "Verify your e-mail address first: only verified users order free tickets.",
            code="unverified-user",
            source={"code": "unverified-user"},
        )
    check_stock(basket, offer.tickets)
    order = _order(offer, OrderStatus.INITIALIZING, work)
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
    if offer.seller.event.id != values["event_id"]:
        raise Invalid(
            "The tickets are of another event.",
            code="other-event",
            pointer="/data/attributes/on-site-tickets",
        )
    check_stock(basket, offer.tickets)
    order = _order(offer, OrderStatus.COMPLETED, work)
    order.completed_at = work.now()
    order.payment_mode = PaymentMode.ONSITE if offer.price.total else PaymentMode.FREE
    order.paid_via = order.payment_mode
    order.paid_amount = order.amount
    _store(work, order, offer, Actor.ORGANIZER, None)
    work.record(OrderCompleted(order.id))
    return order


def _lock_and_judge(work: UnitOfWork, basket: Basket) -> Offer:
    """Judge a basket with its tickets and codes locked, so that what is true stays true."""
    event_id = event_of(read_tickets(work.db, basket.ticket_ids), basket)
    seller = find_seller(work, event_id)
    discount, access = find_codes(work, basket, event_id)
    tickets = lock_stock(
        work,
        basket.ticket_ids,
        discount_id=None if discount is None else discount.id,
        access_id=None if access is None else access.id,
    )
    event_of(tickets, basket)  # one may have been deleted meanwhile
    for code in (discount, access):
        if code is not None:
            work.db.refresh(code)  # as it is, now that nobody else can change it
    return judge(work, basket, seller, tickets, discount, access)


def _order(offer: Offer, status: OrderStatus, work: UnitOfWork) -> Order:
    price, seller = offer.price, offer.seller
    return Order(
        identifier=str(uuid.uuid4()),
        event_id=seller.event.id,
        status=status.value,
        amount=price.total,
        currency=seller.currency,
        tax_amount=price.tax,
        fee_amount=price.fees,
        discount_amount=price.discount,
        paid_amount=NOTHING,
        refunded_amount=NOTHING,
        is_billing_enabled=seller.event.is_billing_info_mandatory,
        discount_code_id=None if offer.discount is None else offer.discount.id,
        access_code_id=None if offer.access is None else offer.access.id,
        discount_uses=offer.discount_uses,
        access_uses=offer.access_uses,
        marketer_id=_marketer(offer),
        created_at=work.now(),
    )


def _marketer(offer: Offer) -> int | None:
    codes = (offer.discount, offer.access)
    return next((code.marketer_id for code in codes if code and code.marketer_id), None)


def _store(work: UnitOfWork, order: Order, offer: Offer, actor: Actor, buyer: User | None) -> None:
    """Write an order with its lines, attendees and first entry of history; take its seats."""
    status = OrderStatus(order.status)
    seats = {line.line.ticket_id: line.line.quantity for line in offer.price.lines}
    shift = Shift()
    shift.add(order, seats, held=holds(status), sold=sells(status), used=1)
    apply_shift(work.db, shift)
    work.db.add(order)
    work.db.flush()  # what follows needs the order's id
    work.db.add_all(_lines(order, offer))
    work.db.add_all(_attendees(order, offer, buyer))
    remember(work, order, actor, {name: getattr(order, name) for name in REMEMBERED})
    work.db.flush()


#: What the history tells of an order; with the lines, all that anybody decides by.
REMEMBERED = (
    *("status", "expires_at", "completed_at", "payment_mode", "paid_via"),
    *("amount", "currency", "tax_amount", "fee_amount", "discount_amount"),
    *("paid_amount", "refunded_amount"),
    *("discount_code_id", "access_code_id", "discount_uses", "access_uses", "user_id"),
    *("is_billing_enabled", "company", "tax_business_info", "address", "city", "state"),
    *("country", "zipcode", "order_notes", "cancel_note"),
)


def _lines(order: Order, offer: Offer) -> list[OrderLine]:
    return [
        OrderLine(
            order_id=order.id,
            event_id=order.event_id,
            ticket_id=line.line.ticket_id,
            quantity=line.line.quantity,
            price=line.line.price,
            discount=line.discount,
            fee=line.fee,
        )
        for line in offer.price.lines
    ]


def _attendees(order: Order, offer: Offer, buyer: User | None) -> list[Attendee]:
    """Return a seat's attendee each; the first is the buyer, until the buyer says otherwise."""
    stranger = ON_SITE if buyer is None else GUEST
    found: list[Attendee] = []
    for line in offer.price.lines:
        for _ in range(line.line.quantity):
            number = len(found) + 1
            names: dict[str, Any] = {"firstname": stranger, "lastname": str(number)}
            if buyer is not None and number == 1:
                names = _names(buyer)
            found.append(_attendee(order, offer, line, names))
    return found


def _names(buyer: User) -> dict[str, Any]:
    return {
        "firstname": buyer.first_name or buyer.public_name or GUEST,
        "lastname": buyer.last_name,
        "email": buyer.email,
        "user_id": buyer.id,
    }


def _attendee(order: Order, offer: Offer, line: PricedLine, names: Mapping[str, Any]) -> Attendee:
    ticket = offer.tickets[line.line.ticket_id]
    return Attendee(
        order_id=order.id,
        event_id=order.event_id,
        ticket_id=ticket.id,
        is_discount_applied=line.is_discounted,
        is_access_code_applied=offer.access is not None and ticket.is_hidden,
        **names,
    )
