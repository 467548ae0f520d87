"""Mails of an order that somebody asks for once more."""

from __future__ import annotations

import secrets

from sqlalchemy import ColumnElement, and_, or_, select

from openevent.areas.events.policy import event_exists
from openevent.areas.identity.operations.logins import present_user
from openevent.areas.identity.policy import EVENT_ACCESS, TEAM, has_role
from openevent.areas.orders.domain_events import OrderMailsWanted
from openevent.areas.orders.models import Order
from openevent.areas.orders.operations.changing import has_event_role
from openevent.areas.orders.policy import ORDER
from openevent.areas.orders.rules.states import SOLD
from openevent.areas.ticketing.policy import AT_THE_DOOR
from openevent.errors import Conflict, Forbidden, Missing
from openevent.services.rate_limits import (
    ORDER_MAILS_BY_ACCOUNT,
    ORDER_MAILS_BY_ADDRESS,
    ORDER_MAILS_OF_ORDER,
    RateLimits,
)
from openevent.work.principal import Who
from openevent.work.unit import UnitOfWork


def resend_mails(work: UnitOfWork, identifier: str) -> Order:
    """Have an order's mails sent again, to buyer and attendees; for those who run the event."""
    order = _find(work, identifier, ORDER.visible(Who(work.principal.audience), Order))
    if not has_event_role(work, order.event_id, *EVENT_ACCESS):
        raise Forbidden("Only those who run the event have its mails sent again.")
    _ask(work, order, buyer=True)
    return order


def send_receipts(work: UnitOfWork, identifier: str) -> Order:
    """Have an order's attendees sent their tickets again; for its buyer, and at the door."""
    who = Who(work.principal.audience)
    team = and_(has_role(who, Order.event_id, *TEAM), event_exists(who, Order.event_id))
    order = _find(work, identifier, or_(Order.user_id == who.id, team))
    is_buyer = order.user_id == work.principal.id
    if not (is_buyer or has_event_role(work, order.event_id, *AT_THE_DOOR)):
        raise Forbidden("Only the buyer, and those who let visitors in, have receipts sent.")
    _ask(work, order, buyer=False)
    return order


def _find(work: UnitOfWork, identifier: str, may: ColumnElement[bool]) -> Order:
    """Return an order that is the caller's to ask for; asking counts, whatever comes of it."""
    user = present_user(work)
    work.port(RateLimits).spend(
        ORDER_MAILS_BY_ACCOUNT,
        ORDER_MAILS_BY_ADDRESS,
        account=f"user {user.id}",
        address=work.client_address,
    )
    found = work.db.scalar(
        select(Order).where(Order.identifier == identifier, may), work.principal.parameters()
    )
    if found is None:
        raise Missing("There is no such order.")
    return found


def _ask(work: UnitOfWork, order: Order, *, buyer: bool) -> None:
    if order.status not in SOLD:
        raise Conflict("Only what was sold has tickets to send.", code="not-sold")
    work.port(RateLimits).spend(ORDER_MAILS_OF_ORDER, account=order.identifier)
    work.record(OrderMailsWanted(order_id=order.id, key=secrets.token_hex(16), buyer=buyer))
