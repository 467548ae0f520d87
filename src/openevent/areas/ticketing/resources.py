"""The resource types of the ticketing area, and its routes of their own."""

from __future__ import annotations

from typing import Final

from openevent.areas.events.operations import update_in_event
from openevent.areas.events.policy import RUN_BY_ORGANIZERS
from openevent.areas.ticketing import badges, operations
from openevent.areas.ticketing.endpoints import ROUTES as OWN_ROUTES
from openevent.areas.ticketing.models import (
    AccessCode,
    BadgeFieldForm,
    BadgeForm,
    DiscountCode,
    Tax,
    Ticket,
    TicketFee,
    TicketTag,
)
from openevent.areas.ticketing.policy import (
    BADGE_FIELD,
    BADGE_FORM,
    CODE,
    DISCOUNT,
    FEE,
    TAX,
    TICKET,
)
from openevent.areas.ticketing.schemas import (
    AccessCodeSchema,
    BadgeFieldFormSchema,
    BadgeFormSchema,
    DiscountCodeSchema,
    TaxSchema,
    TicketFeeSchema,
    TicketSchema,
    TicketTagSchema,
)
from openevent.http.routes import Context, Route
from openevent.jsonapi.endpoints import Related
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
    **plain_writes(TicketFee),
    listings=(Listing(path="/v1/ticket-fees", audience=Audience.STAFF),),
)

TICKET_TAGS: Final = ResourceType(
    schema=TicketTagSchema,
    model=TicketTag,
    policy=RUN_BY_ORGANIZERS,
    create=plain_writes(TicketTag)["create"],
    update=update_in_event,
    delete=plain_writes(TicketTag)["delete"],
)
DISCOUNT_CODES: Final = ResourceType(
    schema=DiscountCodeSchema,
    model=DiscountCode,
    policy=DISCOUNT,
    create=operations.create_code(DiscountCode),
    update=operations.update_code,
    delete=plain_writes(DiscountCode)["delete"],
    joins={"tickets": operations.discount_tickets},
    listings=(Listing(path="/v1/discount-codes", audience=Audience.STAFF),),
)
ACCESS_CODES: Final = ResourceType(
    schema=AccessCodeSchema,
    model=AccessCode,
    policy=CODE,
    create=operations.create_code(AccessCode),
    update=operations.update_code,
    delete=plain_writes(AccessCode)["delete"],
    joins={"tickets": operations.unlock_tickets},
)

BADGE_FORMS: Final = ResourceType(
    schema=BadgeFormSchema,
    model=BadgeForm,
    policy=BADGE_FORM,
    create=badges.create_badge,
    update=badges.update_badge,
    delete=plain_writes(BadgeForm)["delete"],
    computed={"badge_fields": badges.fields_of},
)
BADGE_FIELD_FORMS: Final = ResourceType(
    schema=BadgeFieldFormSchema,
    model=BadgeFieldForm,
    policy=BADGE_FIELD,
    create=plain_writes(BadgeFieldForm)["create"],
    update=badges.update_field,
    delete=plain_writes(BadgeFieldForm)["delete"],
    computed={"badge_field_id": lambda row: row.id, "badge_id": badges.badge_id},
)

RESOURCES: Final = (
    TICKETS,
    TICKET_TAGS,
    TAXES,
    TICKET_FEES,
    DISCOUNT_CODES,
    ACCESS_CODES,
    BADGE_FORMS,
    BADGE_FIELD_FORMS,
)


def _event_of_tax(context: Context) -> Related:
    """Return what answers ``GET /v1/tax/{id}/event``, the name that published clients have."""
    return Related(context.engine, TAXES, "event")


ROUTES: Final = (*OWN_ROUTES, Route("/v1/tax/{id}/event", _event_of_tax))
