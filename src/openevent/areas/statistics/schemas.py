"""The statistics area on the wire, in the shapes that published clients read."""

from __future__ import annotations

from marshmallow import fields

from openevent.jsonapi.money import Money, Percent
from openevent.jsonapi.schema import JsonApiSchema, UTCDateTime


def _count() -> fields.Int:
    return fields.Int(dump_only=True)


def _by_status() -> fields.Dict:
    return fields.Dict(keys=fields.Str(), dump_only=True)


class EventStatisticsGeneralSchema(JsonApiSchema):
    """The figures of an event's programme."""

    identifier = fields.Str(dump_only=True)
    sessions = _count()
    sessions_submitted = _count()
    sessions_draft = _count()
    sessions_pending = _count()
    sessions_accepted = _count()
    sessions_confirmed = _count()
    sessions_rejected = _count()
    sessions_withdrawn = _count()
    sessions_canceled = _count()
    speakers = fields.Dict(keys=fields.Str(), dump_only=True)
    speaker_without_session = _count()
    sponsors = _count()

    class Meta(JsonApiSchema.Meta):
        type_, path = "event-statistics-general", "/v1/general-statistics"


class OrderStatisticsEventSchema(JsonApiSchema):
    """The figures of an event's sales."""

    identifier = fields.Str(dump_only=True)
    tickets = _by_status()
    orders = _by_status()
    sales = _by_status()

    class Meta(JsonApiSchema.Meta):
        type_, path = "order-statistics-event", "/v1/event-order-statistics"


class OrderStatisticsTicketSchema(JsonApiSchema):
    """The figures of a ticket's sales."""

    identifier = fields.Str(dump_only=True)
    tickets = _by_status()
    orders = _by_status()
    sales = _by_status()

    class Meta(JsonApiSchema.Meta):
        type_, path = "order-statistics-ticket", "/v1/ticket-order-statistics"


def _entries() -> fields.List:
    return fields.List(fields.Dict(keys=fields.Str()), dump_only=True)


class EventSalesOverviewSchema(JsonApiSchema):
    """An event's sales over time, by ticket and by code, and who came when."""

    identifier = fields.Str(dump_only=True)
    timezone = fields.Str(dump_only=True)
    payment_currency = fields.Str(dump_only=True, allow_none=True)
    by_day = _entries()
    by_ticket = _entries()
    by_discount_code = _entries()
    by_access_code = _entries()
    check_ins_by_hour = _entries()

    class Meta(JsonApiSchema.Meta):
        type_, path = "event-sales-overview", "/v1/event-sales-overviews"


def _text() -> fields.Str:
    return fields.Str(dump_only=True, allow_none=True)


def _time() -> UTCDateTime:
    return UTCDateTime(dump_only=True, allow_none=True)


def _amount(*, is_there: bool = True) -> Money:
    return Money(dump_only=True, allow_none=not is_there)


def _sales() -> fields.Dict:
    return fields.Dict(keys=fields.Str(), dump_only=True)


class AdminSalesByEventsSchema(JsonApiSchema):
    """An event and what it sold."""

    identifier = fields.Str(dump_only=True)
    name = fields.Str(dump_only=True)
    created_at = UTCDateTime(dump_only=True)
    deleted_at = _time()
    starts_at = UTCDateTime(dump_only=True)
    ends_at = UTCDateTime(dump_only=True)
    payment_currency = _text()
    payment_country = _text()
    completed_order_sales = _amount()
    placed_order_sales = _amount()
    pending_order_sales = _amount()
    completed_order_tickets = _count()
    placed_order_tickets = _count()
    pending_order_tickets = _count()
    venue_type = fields.Str(dump_only=True)
    owner = _text()
    owner_id = fields.Int(dump_only=True, allow_none=True)

    class Meta(JsonApiSchema.Meta):
        type_, path = "admin-sales-by-events", "/v1/admin/sales/by-events"


class AdminSalesByLocationSchema(JsonApiSchema):
    """A place and what its events sold."""

    location_name = _text()
    sales = _sales()

    class Meta(JsonApiSchema.Meta):
        type_, path = "admin-sales-by-location", "/v1/admin/sales/by-location"


class AdminSalesByMarketerSchema(JsonApiSchema):
    """A marketer and what their codes sold."""

    fullname = fields.Str(dump_only=True)
    email = fields.Str(dump_only=True)
    sales = _sales()

    class Meta(JsonApiSchema.Meta):
        type_, path = "admin-sales-by-marketer", "/v1/admin/sales/by-marketer"


class AdminSalesByOrganizersSchema(JsonApiSchema):
    """A person who runs events, and what these sold."""

    first_name = _text()
    last_name = _text()
    email = fields.Str(dump_only=True)
    starts_at = _time()
    ends_at = _time()
    sales = _sales()

    class Meta(JsonApiSchema.Meta):
        type_, path = "admin-sales-by-organizers", "/v1/admin/sales/by-organizers"


class AdminSalesDiscountedSchema(JsonApiSchema):
    """A discount code and what was sold with it."""

    code = fields.Str(dump_only=True)
    email = _text()
    event_name = _text()
    payment_currency = _text()
    sales = _sales()

    class Meta(JsonApiSchema.Meta):
        type_, path = "admin-sales-discounted", "/v1/admin/sales/discounted"


class AdminSalesFeesSchema(JsonApiSchema):
    """An event and the fee of what it sold."""

    name = fields.Str(dump_only=True)
    payment_currency = _text()
    fee_percentage = Percent(dump_only=True, allow_none=True)
    maximum_fee = _amount(is_there=False)
    revenue = _amount()
    ticket_count = _count()
    event_date = UTCDateTime(dump_only=True)

    class Meta(JsonApiSchema.Meta):
        type_, path = "admin-sales-fees", "/v1/admin/sales/fees"


class AdminSalesInvoicesSchema(JsonApiSchema):
    """An invoice to an organizer."""

    identifier = fields.Str(dump_only=True)
    status = fields.Str(dump_only=True)
    amount = _amount()
    created_at = UTCDateTime(dump_only=True)
    completed_at = _time()
    event_name = _text()
    sent_to = _text()

    class Meta(JsonApiSchema.Meta):
        type_, path = "admin-sales-invoices", "/v1/admin/sales/invoices"


class ActivitySchema(JsonApiSchema):
    """Something that somebody did."""

    actor = _text()
    action = fields.Str(dump_only=True)
    time = UTCDateTime(dump_only=True, attribute="changed_at")

    class Meta(JsonApiSchema.Meta):
        type_, path = "activity", "/v1/activities"
