"""What is printed on invoices: of orders for their buyers, of events for their organizers."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from babel.dates import format_date
from babel.numbers import format_currency, format_decimal
from sqlalchemy import select

from openevent.areas.events.models import Event
from openevent.areas.identity.models import User
from openevent.areas.invoices.models import EventInvoice
from openevent.areas.orders.models import Order, OrderLine
from openevent.areas.orders.rules.pricing import ZERO
from openevent.areas.orders.rules.states import SOLD
from openevent.areas.ticketing.models import Tax, Ticket
from openevent.services import pdf
from openevent.services.storage import Storage
from openevent.work.unit import UnitOfWork


def money(amount: Decimal, currency: str | None) -> str:
    """Return an amount as people read it."""
    return format_currency(amount, currency, locale="en") if currency else f"{amount:.2f}"


def order_invoice(work: UnitOfWork, order: Order) -> dict[str, Any]:
    """Return what the invoice of an order says: the order's own lines, taxes and total."""
    event = work.db.get_one(Event, order.event_id)
    tax = work.db.scalar(select(Tax).where(Tax.event_id == event.id, Tax.deleted_at.is_(None)))
    rows = work.db.execute(
        select(OrderLine, Ticket.name)
        .join(Ticket, Ticket.id == OrderLine.ticket_id)
        .where(OrderLine.order_id == order.id)
        .order_by(OrderLine.id)
    ).all()
    sub_total = sum((_total_of(line) for line, _ in rows), ZERO)
    is_included = sub_total == order.amount
    return {
        "title": "Invoice",
        "number": order.identifier,
        "date": format_date(order.completed_at or order.created_at, "d MMMM y", locale="en"),
        "due": None,
        "status": "paid" if order.status == "completed" else "to be paid",
        "from": _seller(event, tax),
        "to": _buyer(work, order),
        "subject": event.name,
        "lines": [_line(line, name, order.currency) for line, name in rows],
        "sums": _sums(order, tax, sub_total, is_included=is_included),
        "total": money(order.amount, order.currency),
        "footer": None if tax is None else tax.invoice_footer,
    }


def order_invoice_file(work: UnitOfWork, order_id: int) -> tuple[str, bytes] | None:
    """Return the name and the content of an order's invoice; only what was sold has one."""
    order = work.db.get(Order, order_id)
    if order is None or order.status not in SOLD:
        return None
    content = pdf.stored(work.ports[Storage], "invoice", order_invoice(work, order))
    return f"invoice-{order.identifier}.pdf", content


def event_invoice_file(work: UnitOfWork, invoice_id: int) -> tuple[str, bytes] | None:
    """Return the name and the content of a monthly invoice."""
    invoice = work.db.get(EventInvoice, invoice_id)
    if invoice is None or invoice.deleted_at is not None:
        return None
    content = pdf.stored(work.ports[Storage], "invoice", event_invoice(work, invoice))
    return f"invoice-{invoice.identifier}.pdf", content


def _total_of(line: OrderLine) -> Decimal:
    return (line.price - line.discount) * line.quantity + line.fee


def _line(line: OrderLine, name: str, currency: str | None) -> dict[str, Any]:
    return {
        "name": name,
        "details": [
            f"{words} {money(amount, currency)}"
            for words, amount in (("discount", line.discount), ("service fee", line.fee))
            if amount
        ],
        "quantity": str(line.quantity),
        "price": money(line.price, currency),
        "amount": money(_total_of(line), currency),
    }


def _sums(
    order: Order, tax: Tax | None, sub_total: Decimal, *, is_included: bool
) -> list[list[str]]:
    if not order.tax_amount:
        return []
    name = (tax.name if tax is not None else None) or "Tax"
    amount = money(order.tax_amount, order.currency)
    if is_included:
        return [[f"of which {name}", amount]]
    return [["Before tax", money(sub_total, order.currency)], [name, amount]]


def _seller(event: Event, tax: Tax | None) -> list[str]:
    if tax is None:
        return _present(event.owner_name or event.name)
    place = " ".join(_present(tax.zip, tax.city))
    return _present(
        tax.registered_company or event.owner_name or event.name,
        *(tax.address, place, tax.state, tax.country),
        f"Tax ID {tax.tax_id}" if tax.tax_id else None,
    )


def _buyer(work: UnitOfWork, order: Order) -> list[str]:
    user = None if order.user_id is None else work.db.get(User, order.user_id)
    name = None if user is None else " ".join(_present(user.first_name, user.last_name))
    place = " ".join(_present(order.zipcode, order.city))
    return _present(
        *(order.company, name, order.address, place, order.state, order.country),
        order.tax_business_info,
    )


def event_invoice(work: UnitOfWork, invoice: EventInvoice) -> dict[str, Any]:
    """Return what a monthly invoice says: the share of what the event's orders brought."""
    event = work.db.get_one(Event, invoice.event_id)
    user = None if invoice.user_id is None else work.db.get(User, invoice.user_id)
    name = None if user is None else " ".join(_present(user.first_name, user.last_name))
    percent = format_decimal(invoice.fee_percent, locale="en")
    revenue = money(invoice.revenue, invoice.currency)
    amount = money(invoice.amount, invoice.currency)
    return {
        "title": "Invoice",
        "number": invoice.identifier,
        "date": format_date(invoice.issued_at, "d MMMM y", locale="en"),
        "due": format_date(invoice.due_at, "d MMMM y", locale="en"),
        "status": invoice.status,
        "from": ["Open Event"],
        "to": _present(name, user.email if user is not None else None),
        "subject": event.name,
        "lines": [
            {
                "name": "Service fee for ticket sales",
                "details": [f"{percent} % of {revenue}, at most as agreed"],
                "quantity": "1",
                "price": amount,
                "amount": amount,
            }
        ],
        "sums": [],
        "total": amount,
        "footer": None,
    }


def _present(*values: str | None) -> list[str]:
    return [value for value in values if value]
