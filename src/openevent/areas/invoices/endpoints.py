"""Invoices as files, of orders for who bought, of events for who owes; and paying the latter."""

from __future__ import annotations

from typing import ClassVar, Final

from falcon import Request, Response
from sqlalchemy import select

from openevent.areas.identity.endpoints import work_of_somebody
from openevent.areas.invoices.charging import charge_invoice
from openevent.areas.invoices.models import EventInvoice
from openevent.areas.invoices.papers import event_invoice_file, order_invoice_file
from openevent.areas.invoices.policy import EVENT_INVOICE
from openevent.areas.orders.models import Order
from openevent.areas.orders.policy import ORDER
from openevent.areas.payments.endpoints import charge_document, read_charge
from openevent.errors import Conflict, Forbidden, Missing
from openevent.http.routes import Context, Route
from openevent.jsonapi.documents import parse_id
from openevent.jsonapi.endpoints import MEDIA_TYPE
from openevent.jsonapi.files import answer
from openevent.services.stripe_gateway import StripeGateway
from openevent.work.principal import Who
from openevent.work.unit import UnitOfWork

_PDF: Final = "application/pdf"


class _Paper:
    """Base of the two."""

    speaks: ClassVar[str] = _PDF
    authenticates: ClassVar[bool] = True

    def __init__(self, _: Context) -> None:
        pass


class OrderInvoice(_Paper):
    """``GET /v1/orders/invoices/{id}``: for the buyer and those who run the event."""

    def on_get(self, req: Request, resp: Response, id: str) -> None:  # noqa: A002
        work = work_of_somebody(req)
        number = parse_id(id)
        here = Order.identifier == id if number is None else Order.id == number
        visible = ORDER.visible(Who(work.principal.audience), Order)
        order = work.db.scalar(select(Order).where(here, visible), work.principal.parameters())
        if order is None:
            raise Missing("There is no such order.")
        made = order_invoice_file(work, order.id)
        if made is None:
            raise Conflict("Only what was sold has an invoice.", code="not-sold")
        answer(req, resp, made[1], _PDF, made[0])


class EventInvoicePaper(_Paper):
    """``GET /v1/events/invoices/{id}``: for who owes it, and staff."""

    def on_get(self, req: Request, resp: Response, id: str) -> None:  # noqa: A002
        work = work_of_somebody(req)
        invoice = _find_invoice(work, id)
        made = event_invoice_file(work, invoice.id)
        if made is None:
            raise Missing("There is no such invoice.")
        answer(req, resp, made[1], _PDF, made[0])


class ChargeInvoice:
    """``POST /v1/event-invoices/{id}/charge``: a card pays what an organizer owes."""

    speaks: ClassVar[str] = MEDIA_TYPE

    def __init__(self, context: Context) -> None:
        self.gateway: StripeGateway | None = context.ports.get(StripeGateway)

    def on_post(self, req: Request, resp: Response, id: str) -> None:  # noqa: A002
        work = work_of_somebody(req)
        invoice = _find_invoice(work, id)
        if invoice.user_id != work.principal.id:
            raise Forbidden("Only who owes it pays an invoice.")
        number = invoice.id
        method = read_charge(req.context.read_body())
        resp.data = charge_document(number, charge_invoice(work, self.gateway, invoice, method))


def _find_invoice(work: UnitOfWork, reference: str) -> EventInvoice:
    number = parse_id(reference)
    here = EventInvoice.identifier == reference if number is None else EventInvoice.id == number
    visible = EVENT_INVOICE.visible(Who(work.principal.audience), EventInvoice)
    found = work.db.scalar(
        select(EventInvoice).where(here, EventInvoice.deleted_at.is_(None), visible),
        work.principal.parameters(),
    )
    if found is None:
        raise Missing("There is no such invoice.")
    return found


ROUTES: Final = (
    Route("/v1/orders/invoices/{id}", OrderInvoice),
    Route("/v1/events/invoices/{id}", EventInvoicePaper),
    Route("/v1/event-invoices/{id}/charge", ChargeInvoice),
)
