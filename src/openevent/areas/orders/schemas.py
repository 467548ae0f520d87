"""The orders area on the wire."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError, fields
from marshmallow.validate import Length, OneOf

from openevent.areas.orders.models import AGE_GROUPS, OrderStatus, PaymentMode
from openevent.areas.orders.operations.offers import Wish
from openevent.jsonapi.documents import parse_id
from openevent.jsonapi.money import Money
from openevent.jsonapi.schema import JsonApiSchema, ToMany, ToOne, UTCDateTime, access

LINE, TEXT, URL = Length(max=500), Length(max=20_000), Length(max=2048)
#: Most tickets of different kinds in one order, and most seats of one kind.
MAX_LINES, MAX_SEATS = 50, 1000
#: Most answers to questions of the organizer's own.
MAX_ANSWERS = 30
#: Between an attendee, the buyer of the seat and those who run the event.
PRIVATE = access(read="team")


def _line(**options: Any) -> fields.Str:
    return fields.Str(allow_none=True, validate=LINE, **options)


def _text(**options: Any) -> fields.Str:
    return fields.Str(allow_none=True, validate=TEXT, **options)


def _url(**options: Any) -> fields.Url:
    return fields.Url(
        allow_none=True, schemes={"http", "https"}, require_tld=False, validate=URL, **options
    )


def _shown() -> fields.Str:
    return fields.Str(allow_none=True, dump_only=True)


def whole(value: Any, maximum: int) -> int | None:
    """Return a whole number from 1 on that clients send as a number or as digits."""
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    number = parse_id(value) if isinstance(value, str) else None
    return number if number is not None and number <= maximum else None


class OnSiteTickets(fields.List):
    """Tickets sold at the door, each wrapped like a document, as the organiser app sends them."""

    def __init__(self, **options: Any) -> None:
        super().__init__(fields.Raw(), **options)

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **options: Any
    ) -> Any:
        items = super()._deserialize(value, attr, data, **options)
        if len(items) > MAX_LINES:
            raise ValidationError(f"At most {MAX_LINES} kinds of tickets.")
        wishes = tuple(_wish(item) for item in items)
        if len({wish.ticket_id for wish in wishes}) < len(wishes):
            raise ValidationError("Name each ticket once.")
        return wishes


def _wish(item: Any) -> Wish:
    for member in ("data", "attributes"):
        if isinstance(item, dict) and isinstance(item.get(member), dict):
            item = item[member]
    if not isinstance(item, dict):
        raise ValidationError("Each ticket is an object with id and quantity.")
    id_, quantity = whole(item.get("id"), 2**63 - 1), whole(item.get("quantity"), MAX_SEATS)
    if id_ is None or quantity is None:
        raise ValidationError(f"Each ticket has an id and a quantity from 1 to {MAX_SEATS}.")
    return Wish(ticket_id=id_, quantity=quantity)


def _are_flat(values: dict[str, Any]) -> None:
    if len(values) > MAX_ANSWERS:
        raise ValidationError(f"At most {MAX_ANSWERS} answers.")
    for value in values.values():
        if isinstance(value, dict | list) or (isinstance(value, str) and len(value) > 5000):
            raise ValidationError("Each answer is a short text, a number or yes or no.")


class OrderSchema(JsonApiSchema):
    """Seats that somebody wants or has."""

    identifier = fields.Str(dump_only=True)
    status = fields.Str(validate=OneOf(list(OrderStatus)))
    amount = Money(dump_only=True)
    payment_mode = fields.Str(validate=OneOf(list(PaymentMode)))
    is_billing_enabled = fields.Bool()
    company = _line()
    tax_business_info = _line()
    address = _line()
    city = _line()
    state = _line()
    country = _line()
    zipcode = _line()
    order_notes = _text()
    cancel_note = _text()
    discount_code_id = fields.Int(dump_only=True, allow_none=True)
    paid_via = _shown()
    transaction_id = _shown()
    payment_url = _shown()
    brand = _shown()
    last4 = _shown()
    exp_month = _shown()
    exp_year = _shown()
    tickets_pdf_url = _shown()
    created_at = UTCDateTime(dump_only=True)
    completed_at = UTCDateTime(dump_only=True, allow_none=True)
    expires_at = UTCDateTime(dump_only=True, allow_none=True)
    on_site_tickets = OnSiteTickets(load_only=True, allow_none=True)

    event = ToOne("event", required=True, writable=False)
    user = ToOne("user", allow_none=True, writable=False)
    marketer = ToOne("user", allow_none=True, writable=False)
    discount_code = ToOne("discount-code", allow_none=True, writable=False)
    refunds = ToMany("refund")
    attendees = ToMany("attendee")
    tickets = ToMany("ticket")

    class Meta(JsonApiSchema.Meta):
        type_, path = "order", "/v1/orders"


class SeatSchema(JsonApiSchema):
    """Who takes a seat of an order. The door, an area above, adds what it knows of them."""

    identifier = fields.Str(dump_only=True)
    firstname = fields.Str(validate=Length(min=1, max=200))
    lastname = _line()
    email = fields.Email(allow_none=True, validate=Length(max=254))
    address = _line(metadata=PRIVATE)
    city = _line()
    state = _line()
    country = _line()
    job_title = _line()
    phone = _line(metadata=PRIVATE)
    tax_business_info = _line(metadata=PRIVATE)
    billing_address = _line(metadata=PRIVATE)
    home_address = _line(metadata=PRIVATE)
    shipping_address = _line(metadata=PRIVATE)
    company = _line()
    work_address = _line(metadata=PRIVATE)
    work_phone = _line(metadata=PRIVATE)
    website = _url()
    blog = _url()
    twitter = _url()
    facebook = _url()
    github = _url()
    instagram = _url()
    linkedin = _url()
    gender = _line(metadata=PRIVATE)
    age_group = fields.Str(allow_none=True, validate=OneOf(AGE_GROUPS), metadata=PRIVATE)
    home_wiki = _line(metadata=PRIVATE)
    wiki_scholarship = _line(metadata=PRIVATE)
    native_language = _line(metadata=PRIVATE)
    fluent_language = _line(metadata=PRIVATE)
    birth_date = UTCDateTime(allow_none=True, metadata=PRIVATE)
    attendee_notes = _text(metadata=PRIVATE)
    complex_field_values = fields.Dict(
        keys=fields.Str(), allow_none=True, validate=_are_flat, metadata=PRIVATE
    )
    accept_video_recording = fields.Bool(allow_none=True)
    accept_share_details = fields.Bool(allow_none=True)
    accept_receive_emails = fields.Bool(allow_none=True)
    is_consent_form_field = fields.Bool(allow_none=True)
    is_consent_form_field_photo = fields.Bool(allow_none=True)
    is_consent_form_field_email = fields.Bool(allow_none=True)
    is_consent_of_refund_policy = fields.Bool()
    is_badge_printed = fields.Bool()
    badge_printed_at = UTCDateTime(allow_none=True)
    is_discount_applied = fields.Bool(dump_only=True)
    is_access_code_applied = fields.Bool(dump_only=True)
    ticket_id = fields.Int(dump_only=True)
    tag_id = fields.Int(dump_only=True, allow_none=True)
    pdf_url = _shown()
    deleted_at = UTCDateTime(dump_only=True, allow_none=True)

    event = ToOne("event", writable=False)
    order = ToOne("order", writable=False)
    ticket = ToOne("ticket", writable=False)
    user = ToOne("user", allow_none=True, writable=False)
    tag = ToOne("tag", allow_none=True)

    class Meta(JsonApiSchema.Meta):
        type_, path = "attendee", "/v1/attendees"
