"""The ticketing area on the wire."""

from __future__ import annotations

from typing import Any

from marshmallow import fields
from marshmallow.validate import Length, OneOf, Range, Regexp

from openevent.areas.ticketing.models import DiscountType, DiscountUse, TicketType
from openevent.areas.ticketing.rules import CURRENCIES, MAX_POSITION, MAX_QUANTITY
from openevent.jsonapi.money import Money, Percent
from openevent.jsonapi.schema import JsonApiSchema, ToMany, ToOne, UTCDateTime, access

SHORT, LINE, TEXT = Length(max=100), Length(max=500), Length(max=20_000)
NAME = [Length(min=1, max=200), Regexp(r"\s*\S", error="Must not be blank.")]


def _line(**options: Any) -> fields.Str:
    return fields.Str(allow_none=True, validate=LINE, **options)


def _private() -> fields.Str:
    return _line(metadata=access(read="team"))


def _whole(minimum: int = 0, maximum: int = MAX_QUANTITY, **options: Any) -> fields.Int:
    return fields.Int(strict=True, validate=Range(min=minimum, max=maximum), **options)


class TicketSchema(JsonApiSchema):
    """A kind of admission that visitors buy."""

    name = fields.Str(required=True, validate=NAME)
    description = fields.Str(allow_none=True, validate=TEXT)
    type = fields.Str(required=True, validate=OneOf(list(TicketType)))
    price = Money(allow_none=True)
    min_price = Money()
    max_price = Money(allow_none=True)
    quantity = _whole()
    min_order = _whole(minimum=1)
    max_order = _whole(minimum=1)
    position = _whole(maximum=MAX_POSITION)
    is_description_visible = fields.Bool()
    is_fee_absorbed = fields.Bool()
    is_hidden = fields.Bool()
    is_checkin_restricted = fields.Bool()
    auto_checkin_enabled = fields.Bool()
    sales_starts_at = UTCDateTime(required=True)
    sales_ends_at = UTCDateTime(required=True)
    form_id = fields.Str(allow_none=True, validate=SHORT)
    badge_id = fields.Str(allow_none=True, validate=SHORT)
    deleted_at = UTCDateTime(dump_only=True, allow_none=True)

    event = ToOne("event", required=True, writable=False)
    ticket_tags = ToMany("ticket-tag")
    discount_codes = ToMany("discount-code")
    access_codes = ToMany("access-code")
    attendees = ToMany("attendee")
    order_statistics = ToOne("order-statistics-ticket", linked=False, writable=False)

    class Meta(JsonApiSchema.Meta):
        type_, path = "ticket", "/v1/tickets"


class TaxSchema(JsonApiSchema):
    """The tax on an event's tickets: what everybody sees, and what its team does."""

    name = _line()
    rate = Percent()
    is_tax_included_in_price = fields.Bool()
    country = _private()
    tax_id = _private()
    should_send_invoice = fields.Bool(metadata=access(read="team"))
    is_invoice_sent = fields.Bool(metadata=access(read="team"))
    registered_company = _private()
    contact_name = _private()
    phone = _private()
    email = fields.Email(allow_none=True, validate=Length(max=254), metadata=access(read="team"))
    address = _private()
    city = _private()
    state = _private()
    zip = _private()
    invoice_footer = fields.Str(allow_none=True, validate=TEXT, metadata=access(read="team"))
    deleted_at = UTCDateTime(dump_only=True, allow_none=True)

    event = ToOne("event", required=True, writable=False)

    class Meta(JsonApiSchema.Meta):
        type_, path = "tax", "/v1/taxes"


class TicketFeeSchema(JsonApiSchema):
    """What the system takes of each sale in one currency and country."""

    currency = fields.Str(required=True, validate=OneOf(CURRENCIES))
    country = fields.Str(required=True, validate=Length(min=1, max=100))
    service_fee = Percent()
    maximum_fee = Money(allow_none=True)

    class Meta(JsonApiSchema.Meta):
        type_, path = "ticket-fee", "/v1/ticket-fees"


class TicketTagSchema(JsonApiSchema):
    """A label that groups the tickets of an event."""

    name = fields.Str(allow_none=True, validate=NAME)
    deleted_at = UTCDateTime(dump_only=True, allow_none=True)

    event = ToOne("event", required=True, writable=False)
    tickets = ToMany("ticket", writable=True)

    class Meta(JsonApiSchema.Meta):
        type_, path = "ticket-tag", "/v1/ticket-tags"


CODE = [Length(min=1, max=100), Regexp(r"[^\s/?#]+\Z", error="Must be one word, fit for a URL.")]


def _url() -> fields.Url:
    return fields.Url(
        allow_none=True, schemes={"http", "https"}, require_tld=False, validate=Length(max=2048)
    )


class DiscountCodeSchema(JsonApiSchema):
    """A word that makes tickets cheaper."""

    code = fields.Str(required=True, validate=CODE)
    type = fields.Str(required=True, validate=OneOf(list(DiscountType)))
    value = Money(required=True)
    used_for = fields.Str(validate=OneOf(list(DiscountUse)))
    is_active = fields.Bool()
    tickets_number = _whole(allow_none=True)
    min_quantity = _whole(allow_none=True)
    max_quantity = _whole(allow_none=True)
    valid_from = UTCDateTime(allow_none=True)
    valid_till = UTCDateTime(allow_none=True)
    discount_url = _url()
    created_at = UTCDateTime(dump_only=True)
    deleted_at = UTCDateTime(dump_only=True, allow_none=True)

    event = ToOne("event", allow_none=True, writable=False)
    marketer = ToOne("user", allow_none=True)
    tickets = ToMany("ticket", writable=True)

    class Meta(JsonApiSchema.Meta):
        type_, path = "discount-code", "/v1/discount-codes"


class AccessCodeSchema(JsonApiSchema):
    """A word that opens hidden tickets."""

    code = fields.Str(required=True, validate=CODE)
    is_active = fields.Bool()
    tickets_number = _whole(allow_none=True)
    min_quantity = _whole(allow_none=True)
    max_quantity = _whole(allow_none=True)
    valid_from = UTCDateTime(required=True)
    valid_till = UTCDateTime(allow_none=True)
    access_url = _url()
    deleted_at = UTCDateTime(dump_only=True, allow_none=True)

    event = ToOne("event", required=True, writable=False)
    marketer = ToOne("user", allow_none=True)
    tickets = ToMany("ticket", writable=True)

    class Meta(JsonApiSchema.Meta):
        type_, path = "access-code", "/v1/access-codes"
