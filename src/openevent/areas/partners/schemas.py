"""The partners area on the wire."""

from __future__ import annotations

from marshmallow import fields
from marshmallow.validate import Length, OneOf, Range, Regexp

from openevent.areas.events.schemas import DocumentLinkSchema, have_name_and_link
from openevent.areas.partners.models import ExhibitorStatus
from openevent.jsonapi.html import HTML
from openevent.jsonapi.schema import JsonApiSchema, ToMany, ToOne, UTCDateTime

NAME = [Length(min=1, max=300), Regexp(r"\s*\S", error="Must not be blank.")]
NUMBER = Range(min=0, max=1_000_000)


def _url() -> fields.Url:
    return fields.Url(
        allow_none=True, schemes={"http", "https"}, require_tld=False, validate=Length(max=2048)
    )


def _number() -> fields.Int:
    return fields.Int(strict=True, allow_none=True, validate=NUMBER)


def _page() -> HTML:
    return HTML(allow_none=True, validate=Length(max=60_000))


class SponsorSchema(JsonApiSchema):
    """Who supports an event."""

    name = fields.Str(required=True, validate=NAME)
    description = _page()
    url = _url()
    level = _number()
    logo_url = _url()
    type = fields.Str(allow_none=True, validate=Length(max=300))
    deleted_at = UTCDateTime(dump_only=True, allow_none=True)

    event = ToOne("event", required=True, writable=False)

    class Meta(JsonApiSchema.Meta):
        type_, path = "sponsor", "/v1/sponsors"


class ExhibitorSchema(JsonApiSchema):
    """Who has a stand at an event."""

    name = fields.Str(required=True, validate=NAME)
    status = fields.Str(validate=OneOf(list(ExhibitorStatus)))
    description = _page()
    url = _url()
    position = _number()
    logo_url = _url()
    banner_url = _url()
    thumbnail_image_url = _url()
    enable_video_room = fields.Bool()
    video_url = _url()
    slides_url = _url()
    contact_email = fields.Email(allow_none=True, validate=Length(max=254))
    contact_link = _url()
    social_links = fields.List(
        fields.Nested(DocumentLinkSchema),
        allow_none=True,
        validate=[Length(max=50), have_name_and_link],
    )

    event = ToOne("event", required=True, writable=False)
    sessions = ToMany("session", writable=True)

    class Meta(JsonApiSchema.Meta):
        type_, path = "exhibitor", "/v1/exhibitors"
