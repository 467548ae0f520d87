"""The statistics area on the wire, in the shapes that published clients read."""

from __future__ import annotations

from marshmallow import fields

from openevent.jsonapi.schema import JsonApiSchema


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
