"""The invoices area on the wire."""

from __future__ import annotations

from marshmallow import fields
from marshmallow.validate import Length, OneOf, Range

from openevent.areas.invoices.models import InvoiceStatus, PaidVia
from openevent.jsonapi.money import Money
from openevent.jsonapi.schema import JsonApiSchema, ToOne, UTCDateTime

_LINE = Length(max=500)


class EventInvoiceSchema(JsonApiSchema):
    """The system's share of what an event's orders brought."""

    identifier = fields.Str(dump_only=True)
    status = fields.Str(validate=OneOf(list(InvoiceStatus)))
    amount = Money(dump_only=True)
    created_at = UTCDateTime(dump_only=True)
    issued_at = UTCDateTime(dump_only=True)
    due_at = UTCDateTime(dump_only=True)
    completed_at = UTCDateTime(allow_none=True)
    paid_via = fields.Str(allow_none=True, validate=OneOf(list(PaidVia)))
    payment_mode = fields.Str(allow_none=True, validate=_LINE)
    transaction_id = fields.Str(allow_none=True, validate=_LINE)
    brand = fields.Str(allow_none=True, validate=_LINE)
    last4 = fields.Str(allow_none=True, validate=Length(max=4))
    exp_month = fields.Int(allow_none=True, validate=Range(0, 12))
    exp_year = fields.Int(allow_none=True, validate=Range(2015, 9999))
    invoice_pdf_url = fields.Str(dump_only=True)
    deleted_at = UTCDateTime(dump_only=True, allow_none=True)

    event = ToOne("event", writable=False)
    user = ToOne("user", allow_none=True, writable=False)
    discount_code = ToOne("discount-code", allow_none=True, writable=False)

    class Meta(JsonApiSchema.Meta):
        type_, path = "event-invoice", "/v1/event-invoices"
