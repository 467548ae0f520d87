"""Paying the system by card: what an organizer owes, once.

As with orders: what is meant is plain before Stripe is asked, no transaction is open
meanwhile, an invoice has one intent, and money counts only where it fits to the coin.
"""

from __future__ import annotations

import logging
from decimal import Decimal

from sqlalchemy import select

from openevent.areas.invoices.models import EventInvoice, InvoiceStatus, PaidVia
from openevent.areas.invoices.rules import PAYABLE
from openevent.areas.payments.operations.asking import Charged, Due, tried, waiting
from openevent.errors import Conflict
from openevent.services.stripe_gateway import StripeGateway
from openevent.work.unit import UnitOfWork

logger = logging.getLogger(__name__)

_PAID = Charged(is_paid=True, message="Paid.")
_UNMATCHED = Charged(
    is_paid=False, message="The payment does not fit the invoice; the admins look at it."
)


def charge_invoice(
    work: UnitOfWork, gateway: StripeGateway | None, invoice: EventInvoice, method: str | None
) -> Charged:
    """Take what is owed from a payment method, or prepare for the client to do it."""
    id_, status = invoice.id, InvoiceStatus(invoice.status)
    if status is InvoiceStatus.PAID and invoice.paid_via == PaidVia.STRIPE:
        return _PAID
    if status not in PAYABLE:
        raise Conflict(f"An invoice that is {status.value} is not charged.", code="invoice-closed")
    if gateway is None:
        raise Conflict("This server takes no payments by card.", code="stripe-not-set-up")
    due = Due(
        about=("invoice", invoice.identifier),
        account=None,
        amount=invoice.amount,
        currency=invoice.currency,
        intent_id=invoice.intent_id,
    )
    work.db.rollback()  # no transaction stays open while Stripe thinks
    intent, declined = tried(gateway, due, method, f"{work.request_id}")
    if intent.is_paid:
        paid = settle_invoice(work, due.about[1], intent.id, intent.amount, intent.currency)
        return _PAID if paid else _UNMATCHED
    locked = work.db.get_one(EventInvoice, id_, with_for_update=True)
    locked.intent_id = locked.intent_id or intent.id
    return waiting(intent, declined)


def settle_invoice(
    work: UnitOfWork, identifier: str, intent_id: str, amount: Decimal, currency: str
) -> bool:
    """Note that an invoice is paid, once, if this is the payment that it waits for."""
    here = EventInvoice.identifier == identifier
    invoice = work.db.scalar(select(EventInvoice).where(here).with_for_update())
    known = invoice and (invoice.amount, invoice.currency, invoice.intent_id or intent_id)
    if invoice is None or known != (amount, currency, intent_id):
        logger.error("Payment %s does not fit invoice %s: %s", intent_id, identifier, known)
        return False
    if invoice.transaction_id == intent_id:
        return True
    if invoice.status not in PAYABLE:
        logger.error("Payment %s: invoice %s is %s", intent_id, identifier, invoice.status)
        return False
    invoice.status, invoice.completed_at = InvoiceStatus.PAID.value, work.now()
    invoice.intent_id = invoice.transaction_id = intent_id
    invoice.paid_via = invoice.payment_mode = PaidVia.STRIPE.value
    return True
