"""The ticketing area on the wire."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from marshmallow import EXCLUDE, Schema, fields, pre_load
from marshmallow.validate import Length, OneOf, Range, Regexp

from openevent.areas.ticketing.models import DiscountType, DiscountUse, TicketType
from openevent.areas.ticketing.rules import CURRENCIES, MAX_POSITION, MAX_QUANTITY
from openevent.jsonapi.money import Money, Percent
from openevent.jsonapi.schema import JsonApiSchema, ToMany, ToOne, UTCDateTime, access

#: Most fields of one badge.
MAX_BADGE_FIELDS = 100
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
    events = ToMany("event")

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


class FontStyleSchema(Schema):
    """One of the styles that a field is printed in: its name, and the CSS of it."""

    class Meta:
        unknown = EXCLUDE

    name = _line()
    font_weight = _line()
    font_style = _line()
    text_decoration = _line()


def _px() -> fields.Int:
    return _whole(minimum=-10_000, maximum=10_000, allow_none=True)


class Printed:
    """What is printed in one field of a badge, and how."""

    field_identifier = _line()
    custom_field = _line()
    sample_text = _line()
    font_name = _line()
    font_size = _px()
    font_color = _line()
    font_weight = fields.List(
        fields.Nested(FontStyleSchema), allow_none=True, validate=Length(max=20)
    )
    text_alignment = _line()
    text_type = _line()
    text_rotation = _px()
    margin_top = _px()
    margin_bottom = _px()
    margin_left = _px()
    margin_right = _px()
    qr_custom_field = fields.List(
        fields.Str(validate=LINE), allow_none=True, validate=Length(max=100)
    )
    is_field_expanded = fields.Bool()


#: What published front ends call an attribute of a field that its form carries.
_SPELLINGS: Final = {"badge_field_id": "id", "isDeleted": "is_deleted"}


class BadgeFieldSchema(Printed, Schema):
    """A field as its form carries it."""

    class Meta:
        unknown = EXCLUDE

    id = fields.Int(allow_none=True)
    badge_field_id = fields.Int(dump_only=True)
    badge_id = fields.Str(dump_only=True)
    is_deleted = fields.Bool()

    @pre_load
    def _spell(self, sent: Any, **_: Any) -> Any:
        if not isinstance(sent, Mapping):
            return sent
        known = {name: sent[other] for other, name in _SPELLINGS.items() if other in sent}
        said = known | {k: v for k, v in sent.items() if k not in known or v is not None}
        return {k: v for k, v in said.items() if v is not None or not k.startswith("is_")}


class BadgeSheetSchema(Schema):
    """A badge form that is still being designed, in whatever spelling front ends have."""

    class Meta:
        unknown = EXCLUDE

    badge_size = _line()
    badge_color = _line()
    badge_image_url = _line()
    badge_orientation = _line()
    badge_fields = fields.List(
        fields.Nested(BadgeFieldSchema), validate=Length(max=MAX_BADGE_FIELDS)
    )

    @pre_load
    def _spell(self, sent: Any, **_: Any) -> Any:
        if not isinstance(sent, Mapping):
            return sent
        plain = {name.replace("_", ""): name for name in self.fields}
        spelled = {re.sub("[-_]", "", name).lower(): value for name, value in sent.items()}
        return {plain[name]: value for name, value in spelled.items() if name in plain}


class BadgeFormSchema(JsonApiSchema):
    """What is printed for holders of tickets with its ``badge-id``."""

    badge_id = fields.Str(required=True, validate=[SHORT, Length(min=1)])
    badge_size = _line()
    badge_color = _line()
    badge_image_url = fields.Url(
        allow_none=True, schemes={"http", "https"}, require_tld=False, validate=Length(max=2048)
    )
    badge_orientation = _line()
    badge_fields = fields.List(
        fields.Nested(BadgeFieldSchema), validate=Length(max=MAX_BADGE_FIELDS)
    )

    event = ToOne("event", required=True, writable=False)
    badge_field_forms = ToMany("badge-field-form", creates=True)

    class Meta(JsonApiSchema.Meta):
        type_, path = "badge-form", "/v1/badge-forms"


class BadgeFieldFormSchema(Printed, JsonApiSchema):
    """One line of a badge, or its QR code."""

    badge_field_id = fields.Int(dump_only=True)
    badge_id = fields.Str(dump_only=True)
    is_deleted = fields.Bool()

    badge_form = ToOne("badge-form", required=True, writable=False)

    class Meta(JsonApiSchema.Meta):
        type_, path = "badge-field-form", "/v1/badge-field-forms"
