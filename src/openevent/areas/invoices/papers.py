"""What is printed on invoices: of orders for their buyers, of events for their organizers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from babel.dates import format_date
from babel.numbers import format_decimal
from sqlalchemy import select

from openevent.areas.events.models import Event
from openevent.areas.identity.models import User
from openevent.areas.invoices.models import EventInvoice
from openevent.areas.orders.models import Order, OrderLine
from openevent.areas.orders.rules.pricing import ZERO
from openevent.areas.orders.rules.states import SOLD
from openevent.areas.site.models import Setting
from openevent.areas.ticketing.models import Tax, Ticket
from openevent.services import pdf
from openevent.services.languages import Amount, Catalogue
from openevent.services.storage import Storage
from openevent.work.unit import UnitOfWork


@dataclass(frozen=True, slots=True)
class Words:
    """What an invoice says, in the language of who gets it."""

    language: Catalogue
    currency: str | None

    def __call__(self, message: str, **values: str) -> str:
        """Return a text."""
        return self.language.say(message, values)[""]

    def frame(self, status: str) -> dict[str, Any]:
        """Return what every invoice has."""
        return {
            "language": self.language.tag,
            "labels": self.language.say("invoice", {}),
            "status": self.language.say("status", {})[status],
        }

    def money(self, amount: Decimal) -> str:
        """Return an amount as people read it."""
        return self.language.amount(Amount(amount, self.currency))

    def day(self, moment: datetime) -> str:
        """Return a day as people read it."""
        return str(format_date(moment, self("form-day"), locale=self.language.locale))


def order_invoice(work: UnitOfWork, order: Order) -> dict[str, Any]:
    """Return what the invoice of an order says: the order's own lines, taxes and total."""
    event = work.db.get_one(Event, order.event_id)
    user = None if order.user_id is None else work.db.get(User, order.user_id)
    tax = work.db.scalar(select(Tax).where(Tax.event_id == event.id, Tax.deleted_at.is_(None)))
    rows = work.db.execute(
        select(OrderLine, Ticket.name)
        .join(Ticket, Ticket.id == OrderLine.ticket_id)
        .where(OrderLine.order_id == order.id)
        .order_by(OrderLine.id)
    ).all()
    language = pdf.TRANSLATIONS.choose(None if user is None else user.language_prefrence)
    say = Words(language, order.currency)
    return {
        **say.frame("paid" if order.status == "completed" else "open"),
        "number": order.identifier,
        "date": say.day(order.completed_at or order.created_at),
        "due": None,
        "from": _seller(event, tax, say),
        "to": _buyer(order, user),
        "subject": event.name,
        "lines": [_line(line, name, say) for line, name in rows],
        "sums": _sums(order, tax, sum((_total_of(line) for line, _ in rows), ZERO), say),
        "total": say.money(order.amount),
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


def _line(line: OrderLine, name: str, say: Words) -> dict[str, Any]:
    parts = (("discount", line.discount), ("service-fee", line.fee))
    return {
        "name": name,
        "details": [say(word, amount=say.money(amount)) for word, amount in parts if amount],
        "quantity": str(line.quantity),
        "price": say.money(line.price),
        "amount": say.money(_total_of(line)),
    }


def _sums(order: Order, tax: Tax | None, sub_total: Decimal, say: Words) -> list[list[str]]:
    if not order.tax_amount:
        return []
    name = (tax.name if tax is not None else None) or say("tax")
    amount = say.money(order.tax_amount)
    if sub_total == order.amount:
        return [[say("tax-included", tax=name), amount]]
    return [[say("tax-before"), say.money(sub_total)], [name, amount]]


def _seller(event: Event, tax: Tax | None, say: Words) -> list[str]:
    if tax is None:
        return _present(event.owner_name or event.name)
    place = " ".join(_present(tax.zip, tax.city))
    return _present(
        tax.registered_company or event.owner_name or event.name,
        *(tax.address, place, tax.state, tax.country),
        say("tax-id", id=tax.tax_id) if tax.tax_id else None,
    )


def _buyer(order: Order, user: User | None) -> list[str]:
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
    setting = work.db.scalars(select(Setting)).one()
    language = pdf.TRANSLATIONS.choose(None if user is None else user.language_prefrence)
    say = Words(language, invoice.currency)
    percent = format_decimal(invoice.fee_percent, locale=language.locale)
    amount = say.money(invoice.amount)
    details = [say("share-of", percent=percent, revenue=say.money(invoice.revenue))]
    if invoice.discount:
        details.append(say("discount", amount=say.money(invoice.discount)))
    return {
        **say.frame(invoice.status),
        "number": invoice.identifier,
        "date": say.day(invoice.issued_at),
        "due": say.day(invoice.due_at),
        "from": _operator(setting, say),
        "to": _organizer(user),
        "subject": event.name,
        "lines": [
            {
                "name": say("share"),
                "details": details,
                "quantity": "1",
                "price": say.money(invoice.amount + invoice.discount),
                "amount": amount,
            }
        ],
        "sums": [],
        "total": amount,
        "footer": setting.admin_billing_additional_info,
    }


def _operator(setting: Setting, say: Words) -> list[str]:
    """Return who runs the installation, as far as its settings say."""
    place = " ".join(_present(setting.admin_billing_zip, setting.admin_billing_city))
    tax_id = setting.admin_billing_tax_info
    return _present(
        setting.admin_company or setting.app_name,
        *(setting.admin_billing_contact_name, setting.admin_billing_address, place),
        *(setting.admin_billing_state, setting.admin_billing_country),
        *(setting.admin_billing_email, setting.admin_billing_phone),
        say("tax-id", id=tax_id) if tax_id else None,
    )


def _organizer(user: User | None) -> list[str]:
    """Return whom a monthly invoice is for, by the billing part of their profile."""
    if user is None:
        return []
    name = " ".join(_present(user.first_name, user.last_name))
    place = " ".join(_present(user.billing_zip_code, user.billing_city))
    return _present(
        *(user.company, user.billing_contact_name or name, user.billing_address, place),
        *(user.billing_state, user.billing_country, user.email, user.billing_tax_info),
    )


def _present(*values: str | None) -> list[str]:
    return [value for value in values if value]
