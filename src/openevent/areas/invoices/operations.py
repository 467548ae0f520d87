"""Making the monthly invoices, and what becomes of them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

from sqlalchemy import and_, case, func, insert, or_, select
from sqlalchemy.dialects.postgresql import insert as upsert

from openevent.areas.events.models import Event
from openevent.areas.identity.models import Role, RoleName, UsersEventsRoles
from openevent.areas.invoices.domain_events import EventInvoiceIssued, InvoicingDue
from openevent.areas.invoices.models import (
    EventInvoice,
    InvoiceCounter,
    InvoicedOrder,
    InvoiceStatus,
    PaidVia,
)
from openevent.areas.invoices.rules import LEAST, TERM, check_move, number, share, taken_off
from openevent.areas.orders.models import Order, OrderStatus
from openevent.areas.orders.rules.pricing import Fee
from openevent.areas.ticketing.models import DiscountCode, DiscountUse, TicketFee
from openevent.work.unit import UnitOfWork

SERIES: Final = "event-invoice"
#: The fee of currencies and countries that have none of their own.
_ANYWHERE: Final = "global"

#: Orders that brought money and are in no invoice.
_OPEN: Final = and_(
    Order.status == OrderStatus.COMPLETED,
    Order.amount > 0,
    Order.currency.is_not(None),
    Order.id.not_in(select(InvoicedOrder.order_id)),
)


def begin_invoicing(work: UnitOfWork) -> None:
    """Have every event's invoice made that has something to invoice, each on its own."""
    for event_id in work.db.scalars(
        select(Order.event_id).where(_OPEN).distinct().order_by(Order.event_id)
    ):
        work.record(InvoicingDue(event_id=event_id))


def make_invoices(work: UnitOfWork, event_id: int) -> None:
    """Make the invoice of an event, of all orders that are in none yet: one a currency.

    The counter is locked first: whoever else makes one waits, and then sees what is left.
    """
    event = work.db.get(Event, event_id)
    if event is None:
        return
    _count(work, 0)
    orders = work.db.execute(
        select(Order.id, Order.amount, Order.currency)
        .where(_OPEN, Order.event_id == event_id)
        .order_by(Order.id)
    ).all()
    for currency in sorted({order.currency for order in orders}):
        mine = [order for order in orders if order.currency == currency]
        revenue = sum((order.amount for order in mine), Decimal(0))
        _make_invoice(work, event, currency, revenue, [order.id for order in mine])


def _make_invoice(
    work: UnitOfWork, event: Event, currency: str, revenue: Decimal, order_ids: list[int]
) -> None:
    fee = _fee_of(work, event, currency)
    amount = share(revenue, fee, currency) if fee else Decimal(0)
    if fee is None or amount < LEAST:
        return
    now = work.now()
    code = _discount_of(work, event)
    discount = taken_off(amount, code, currency)
    is_free = discount == amount
    invoice = EventInvoice(
        identifier=number(_count(work, 1), now),
        event_id=event.id,
        user_id=_owner_of(work, event.id),
        amount=amount - discount,
        discount=discount,
        discount_code_id=None if code is None else code.id,
        status=(InvoiceStatus.PAID if is_free else InvoiceStatus.DUE).value,
        paid_via=PaidVia.FREE.value if is_free else None,
        completed_at=now if is_free else None,
        currency=currency,
        revenue=revenue,
        fee_percent=fee.percent,
        issued_at=now,
        due_at=now + TERM,
    )
    work.db.add(invoice)
    work.db.flush()
    links = [{"order_id": id_, "event_invoice_id": invoice.id} for id_ in order_ids]
    work.db.execute(insert(InvoicedOrder), links)
    if not is_free:
        work.record(EventInvoiceIssued(event_invoice_id=invoice.id))


def _discount_of(work: UnitOfWork, event: Event) -> DiscountCode | None:
    """Return the code that makes cheaper what an event's organizers owe, if it works now."""
    now = work.now()
    return work.db.scalar(
        select(DiscountCode).where(
            DiscountCode.event_id == event.id,
            DiscountCode.used_for == DiscountUse.EVENT,
            DiscountCode.is_active,
            DiscountCode.deleted_at.is_(None),
            func.coalesce(DiscountCode.valid_from, now) <= now,
            func.coalesce(DiscountCode.valid_till, now) >= now,
        )
    )


def _count(work: UnitOfWork, step: int) -> int:
    """Count on and return the number reached; the row stays locked until the commit."""
    counted = (
        upsert(InvoiceCounter)
        .values(series=SERIES, last=step)
        .on_conflict_do_update(index_elements=["series"], set_={"last": InvoiceCounter.last + step})
        .returning(InvoiceCounter.last)
    )
    return int(work.db.scalars(counted).one())


def _fee_of(work: UnitOfWork, event: Event, currency: str) -> Fee | None:
    """Return the fee of the event's country, or the one of everywhere."""
    row = work.db.execute(
        select(TicketFee.service_fee, TicketFee.maximum_fee)
        .where(
            or_(
                and_(TicketFee.currency == currency, TicketFee.country == event.payment_country),
                TicketFee.country == _ANYWHERE,
            )
        )
        .order_by(
            case((TicketFee.country == _ANYWHERE, 1), else_=0),
            case((TicketFee.currency == currency, 0), else_=1),
        )
        .limit(1)
    ).one_or_none()
    return None if row is None else Fee(percent=row.service_fee, maximum=row.maximum_fee)


def _owner_of(work: UnitOfWork, event_id: int) -> int | None:
    return work.db.scalar(
        select(func.min(UsersEventsRoles.user_id))
        .join(Role, Role.id == UsersEventsRoles.role_id)
        .where(UsersEventsRoles.event_id == event_id, Role.name == RoleName.OWNER.value)
    )


def update_invoice(work: UnitOfWork, invoice: EventInvoice, changes: dict[str, Any]) -> None:
    """Note what has become of an invoice."""
    new = InvoiceStatus(changes.get("status", invoice.status))
    check_move(InvoiceStatus(invoice.status), new)
    if new is InvoiceStatus.PAID and invoice.completed_at is None:
        invoice.completed_at = work.now()
    for name, value in changes.items():
        setattr(invoice, name, value)
