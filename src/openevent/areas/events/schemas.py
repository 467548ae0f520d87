"""The events area on the wire."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from marshmallow import EXCLUDE, Schema, ValidationError, fields, pre_load
from marshmallow.validate import Length, OneOf, Range, Regexp

from openevent.areas.events.models import EventState, Privacy
from openevent.areas.events.rules import TIME_ZONES
from openevent.jsonapi.html import HTML
from openevent.jsonapi.money import Money
from openevent.jsonapi.schema import JsonApiSchema, ToMany, ToOne, UTCDateTime, access

SHORT, LINE, PAGE, URL = Length(max=100), Length(max=500), Length(max=60_000), Length(max=2048)
NAME = [Length(min=1, max=300), Regexp(r"\s*\S", error="Must not be blank.")]


def _flag() -> fields.Bool:
    return fields.Bool()


def _staff_flag() -> fields.Bool:
    return fields.Bool(metadata=access(write="staff"))


def _url(**options: Any) -> fields.Url:
    options = {"allow_none": True, **options}
    return fields.Url(schemes={"http", "https"}, require_tld=False, validate=URL, **options)


def _line(**options: Any) -> fields.Str:
    return fields.Str(allow_none=True, validate=LINE, **options)


def _page() -> HTML:
    return HTML(allow_none=True, validate=PAGE)


def _private(validate: Length = PAGE) -> fields.Str:
    return fields.Str(allow_none=True, validate=validate, metadata=access(read="team"))


def _sum(kind: type[fields.Int | Money]) -> fields.Int | Money:
    return kind(dump_only=True, metadata=access(read="team", when_asked=True))


def _known_time_zone(name: str) -> None:
    if name not in TIME_ZONES:
        raise ValidationError("Must be the name of a time zone, such as Europe/Berlin.")


def _not_in_the_future(year: int) -> None:
    if not 1900 <= year <= datetime.now(UTC).year:
        raise ValidationError("Must be a year from 1900 to this one.")


def have_name_and_link(links: list[dict[str, str]]) -> None:
    # A partial document makes "required" of its parts partial, too.
    if any(link.keys() != {"name", "link"} for link in links):
        raise ValidationError("Each has a name and a link.")


class DocumentLinkSchema(Schema):
    """A document that an event shows: its name and where it is."""

    class Meta:
        unknown = EXCLUDE

    name = fields.Str(required=True, validate=LINE)
    link = fields.Url(required=True, schemes={"http", "https"}, require_tld=False, validate=URL)


class EventSchema(JsonApiSchema):
    """An event, as everybody sees it and, with its private attributes, as its team does."""

    identifier = fields.Str(dump_only=True)
    name = fields.Str(required=True, validate=NAME)
    state = fields.Str(validate=OneOf(list(EventState)))
    privacy = fields.Str(validate=OneOf(list(Privacy)))
    starts_at = UTCDateTime(required=True)
    ends_at = UTCDateTime(required=True)
    timezone = fields.Str(required=True, validate=_known_time_zone)
    description = _page()
    external_event_url = _url()
    ticket_url = _url()
    code_of_conduct = _page()
    refund_policy = fields.Str(allow_none=True, validate=PAGE)
    after_order_message = _page()

    online = _flag()
    is_event_online = fields.Bool(dump_only=True)
    location_name = _line()
    searchable_location_name = _line()
    latitude = fields.Float(allow_none=True, validate=Range(min=-90, max=90))
    longitude = fields.Float(allow_none=True, validate=Range(min=-180, max=180))
    is_map_shown = _flag()
    public_stream_link = fields.Str(allow_none=True, validate=URL)
    stream_loop = _flag()
    stream_autoplay = _flag()

    has_owner_info = _flag()
    owner_name = _line()
    owner_description = _page()

    logo_url = _url()
    original_image_url = _url()
    thumbnail_image_url = _url(dump_only=True)
    large_image_url = _url(dump_only=True)
    icon_image_url = _url(dump_only=True)
    image_placeholder = _line(dump_only=True)

    is_featured = _staff_flag()
    is_promoted = _staff_flag()
    is_demoted = _staff_flag()
    is_announced = fields.Bool(dump_only=True)
    is_complete = fields.Bool(dump_only=True)
    is_ticketing_enabled = fields.Bool(dump_only=True)
    show_remaining_tickets = _flag()
    is_oneclick_signup_enabled = _flag()
    is_sessions_speakers_enabled = _flag()
    is_sponsors_enabled = _flag()
    is_ticket_form_enabled = _flag()
    is_cfs_enabled = _flag()
    is_tax_enabled = _flag()
    is_billing_info_mandatory = _flag()
    is_donation_enabled = _flag()
    is_chat_enabled = _flag()
    is_videoroom_enabled = _flag()
    is_document_enabled = _flag()
    is_badges_enabled = _flag()
    document_links = fields.List(
        fields.Nested(DocumentLinkSchema),
        allow_none=True,
        validate=[Length(max=50), have_name_and_link],
    )
    chat_room_name = _line(dump_only=True)

    payment_country = fields.Str(allow_none=True, validate=SHORT)
    payment_currency = fields.Str(
        allow_none=True, validate=Regexp(r"[A-Z]{3}\Z", error="Must be three capital letters.")
    )
    can_pay_by_paypal = _flag()
    can_pay_by_stripe = _flag()
    can_pay_by_cheque = _flag()
    can_pay_by_bank = _flag()
    can_pay_by_invoice = _flag()
    can_pay_onsite = _flag()
    can_pay_by_omise = _flag()
    can_pay_by_alipay = _flag()
    can_pay_by_paytm = _flag()
    paypal_email = fields.Email(
        allow_none=True, validate=Length(max=254), metadata=access(read="team")
    )
    cheque_details = _private()
    invoice_details = _private()
    bank_details = _private()
    onsite_details = _private()

    schedule_published_on = UTCDateTime(allow_none=True)
    pentabarf_url = _url(dump_only=True)
    ical_url = _url(dump_only=True)
    xcal_url = _url(dump_only=True)
    created_at = UTCDateTime(dump_only=True)
    deleted_at = UTCDateTime(dump_only=True, allow_none=True)

    is_stripe_linked = fields.Bool(dump_only=True, metadata=access(read="team", when_asked=True))
    completed_order_sales = _sum(Money)
    placed_order_sales = _sum(Money)
    pending_order_sales = _sum(Money)
    completed_order_tickets = _sum(fields.Int)
    placed_order_tickets = _sum(fields.Int)
    pending_order_tickets = _sum(fields.Int)
    revenue = _sum(Money)
    tickets_sold = _sum(fields.Int)
    tickets_available = _sum(fields.Int)

    event_type = ToOne("event-type", allow_none=True)
    event_topic = ToOne("event-topic", allow_none=True)
    event_sub_topic = ToOne("event-sub-topic", allow_none=True)
    group = ToOne("group", allow_none=True, writable=False)
    owner = ToOne("user", linked=False, writable=False)
    organizers = ToMany("user")
    coorganizers = ToMany("user")
    track_organizers = ToMany("user")
    registrars = ToMany("user")
    moderators = ToMany("user")
    role_invites = ToMany("role-invite")
    roles = ToMany("users-events-roles", related="users-events-roles")
    tags = ToMany("tag")
    faqs = ToMany("faq")
    faq_types = ToMany("faq-type")
    custom_forms = ToMany("custom-form")
    badge_forms = ToMany("badge-form")
    microlocations = ToMany("microlocation")
    schedule_versions = ToMany("schedule-version")
    session_types = ToMany("session-type")
    sessions = ToMany("session")
    tracks = ToMany("track")
    feedbacks = ToMany("feedback")
    session_favourites = ToMany("user-favourite-session", related="user-favourite-sessions")
    speaker_invites = ToMany("speaker-invite")
    speakers = ToMany("speaker")
    speakers_call = ToOne("speakers-call", linked=False, writable=False)
    video_stream = ToOne("video-stream", linked=False, writable=False)
    changes = ToMany("event-change")
    event_copyright = ToOne("event-copyright", linked=False, writable=False)
    exhibitors = ToMany("exhibitor")
    social_links = ToMany("social-link")
    sponsors = ToMany("sponsor")
    tax = ToOne("tax", linked=False, writable=False)
    tickets = ToMany("ticket")
    ticket_tags = ToMany("ticket-tag")
    stripe_authorization = ToOne("stripe-authorization", linked=False, writable=False)
    discount_codes = ToMany("discount-code")
    access_codes = ToMany("access-code")
    orders = ToMany("order")
    event_invoices = ToMany("event-invoice")
    attendees = ToMany("attendee")
    general_statistics = ToOne("event-statistics-general", linked=False, writable=False)
    order_statistics = ToOne("order-statistics-event", linked=False, writable=False)

    class Meta(JsonApiSchema.Meta):
        type_, path = "event", "/v1/events"

    @pre_load
    def _read_older_name(self, values: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Understand the organiser app, which knows ``online`` as ``is-event-online``."""
        if "is-event-online" in values:
            return {"online": values["is-event-online"], **values}
        return values


class EventCopySchema(Schema):
    """What the copy of an event is to be."""

    class Meta:
        unknown = EXCLUDE

    name = fields.Str(validate=NAME)
    starts_at = UTCDateTime(data_key="starts-at")
    ends_at = UTCDateTime(data_key="ends-at")
    timezone = fields.Str(validate=_known_time_zone)
    parts = fields.List(fields.Str(validate=Length(max=100)), validate=Length(max=100))


class EventChangeSchema(JsonApiSchema):
    """One entry of an event's history."""

    changed = fields.List(fields.Str(), dump_only=True)
    changed_at = UTCDateTime(dump_only=True)

    event = ToOne("event", writable=False)
    user = ToOne("user", writable=False, allow_none=True)

    class Meta(JsonApiSchema.Meta):
        type_, path = "event-change", "/v1/event-changes"


class SocialLinkSchema(JsonApiSchema):
    """A page of an event elsewhere."""

    name = fields.Str(required=True, validate=NAME)
    link = fields.Url(required=True, schemes={"http", "https"}, require_tld=False, validate=URL)
    identifier = fields.Str(allow_none=True, validate=Length(min=1, max=100))
    deleted_at = UTCDateTime(dump_only=True, allow_none=True)

    event = ToOne("event", required=True, writable=False)

    class Meta(JsonApiSchema.Meta):
        type_, path = "social-link", "/v1/social-links"


class EventCopyrightSchema(JsonApiSchema):
    """The licence of an event's material."""

    holder = _line()
    holder_url = _url()
    licence = fields.Str(required=True, validate=NAME)
    licence_url = _url()
    year = fields.Int(strict=True, allow_none=True, validate=_not_in_the_future)
    logo_url = _url()
    deleted_at = UTCDateTime(dump_only=True, allow_none=True)

    event = ToOne("event", required=True, writable=False)

    class Meta(JsonApiSchema.Meta):
        type_, path = "event-copyright", "/v1/event-copyrights"


class EventTypeSchema(JsonApiSchema):
    """A kind of event."""

    name = fields.Str(required=True, validate=NAME)
    slug = fields.Str(dump_only=True)
    deleted_at = UTCDateTime(dump_only=True, allow_none=True)

    events = ToMany("event")

    class Meta(JsonApiSchema.Meta):
        type_, path = "event-type", "/v1/event-types"


class EventTopicSchema(JsonApiSchema):
    """What events are about."""

    name = fields.Str(required=True, validate=NAME)
    slug = fields.Str(dump_only=True)
    system_image_url = _url()
    deleted_at = UTCDateTime(dump_only=True, allow_none=True)

    events = ToMany("event")
    event_sub_topics = ToMany("event-sub-topic")

    class Meta(JsonApiSchema.Meta):
        type_, path = "event-topic", "/v1/event-topics"


class EventSubTopicSchema(JsonApiSchema):
    """A division of one topic."""

    name = fields.Str(required=True, validate=NAME)
    slug = fields.Str(dump_only=True)

    event_topic = ToOne("event-topic", required=True)
    events = ToMany("event")
    custom_placeholder = ToOne("custom-placeholder", linked=False, writable=False)

    class Meta(JsonApiSchema.Meta):
        type_, path = "event-sub-topic", "/v1/event-sub-topics"


class CustomPlaceholderSchema(JsonApiSchema):
    """The picture for events on a sub-topic that have none of their own."""

    name = fields.Str(required=True, validate=NAME)
    original_image_url = _url(required=True, allow_none=False)
    thumbnail_image_url = _url(dump_only=True)
    large_image_url = _url(dump_only=True)
    icon_image_url = _url(dump_only=True)
    copyright = fields.Str(allow_none=True, validate=Length(max=500))
    origin = fields.Str(allow_none=True, validate=Length(max=500))

    event_sub_topic = ToOne("event-sub-topic", allow_none=True)

    class Meta(JsonApiSchema.Meta):
        type_, path = "custom-placeholder", "/v1/custom-placeholders"


class EventLocationSchema(JsonApiSchema):
    """A place to search events by."""

    name = fields.Str(required=True, validate=NAME)
    slug = fields.Str(dump_only=True)

    class Meta(JsonApiSchema.Meta):
        type_, path = "event-location", "/v1/event-locations"


class TagSchema(JsonApiSchema):
    """A coloured label of one event."""

    name = fields.Str(required=True, validate=NAME)
    color = fields.Str(
        allow_none=True,
        validate=Regexp(
            r"#([0-9A-Fa-f]{3}|[0-9A-Fa-f]{6})\Z", error="Must be a colour such as #2a6ebb."
        ),
    )
    is_read_only = _flag()
    deleted_at = UTCDateTime(dump_only=True, allow_none=True)

    event = ToOne("event", required=True, writable=False)

    class Meta(JsonApiSchema.Meta):
        type_, path = "tag", "/v1/tags"
