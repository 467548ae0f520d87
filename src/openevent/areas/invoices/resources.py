"""The resource type of the invoices area, and its routes of their own."""

from __future__ import annotations

from typing import Final

from sqlalchemy import func

from openevent.areas.invoices.endpoints import ROUTES
from openevent.areas.invoices.models import EventInvoice
from openevent.areas.invoices.operations import update_invoice
from openevent.areas.invoices.policy import EVENT_INVOICE
from openevent.areas.invoices.schemas import EventInvoiceSchema
from openevent.jsonapi.resource import Listing, ResourceType
from openevent.work.principal import Audience

EVENT_INVOICES: Final = ResourceType(
    schema=EventInvoiceSchema,
    model=EventInvoice,
    policy=EVENT_INVOICE,
    update=update_invoice,
    listings=(Listing(path="/v1/event-invoices", audience=Audience.REGISTERED),),
    computed={
        "invoice_pdf_url": lambda row: func.concat("/v1/events/invoices/", row.identifier),
    },
    key="identifier",
    sort=("-issued_at",),
)

RESOURCES: Final = (EVENT_INVOICES,)

__all__ = ["RESOURCES", "ROUTES"]
