"""The resource types of the ticketing area."""

from __future__ import annotations

from typing import Final

from openevent.areas.events.operations import update_in_event
from openevent.areas.ticketing import operations
from openevent.areas.ticketing.models import Tax, Ticket, TicketFee
from openevent.areas.ticketing.policy import FEE, TAX, TICKET
from openevent.areas.ticketing.schemas import TaxSchema, TicketFeeSchema, TicketSchema
from openevent.jsonapi.resource import Listing, ResourceType, plain_writes
from openevent.work.principal import Audience

TICKETS: Final = ResourceType(
    schema=TicketSchema,
    model=Ticket,
    policy=TICKET,
    create=operations.create_ticket,
    update=operations.update_ticket,
    delete=operations.delete_ticket,
    sort=("position",),
)
TAXES: Final = ResourceType(
    schema=TaxSchema,
    model=Tax,
    policy=TAX,
    create=operations.create_tax,
    update=update_in_event,
    delete=plain_writes(Tax)["delete"],
    listings=(Listing(path="/v1/taxes", audience=Audience.STAFF),),
)
TICKET_FEES: Final = ResourceType(
    schema=TicketFeeSchema,
    model=TicketFee,
    policy=FEE,
    create=plain_writes(TicketFee)["create"],
    update=plain_writes(TicketFee)["update"],
    delete=plain_writes(TicketFee)["delete"],
    listings=(Listing(path="/v1/ticket-fees", audience=Audience.STAFF),),
)

RESOURCES: Final = (TICKETS, TAXES, TICKET_FEES)
