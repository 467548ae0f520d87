"""The speakers area on the wire."""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError, fields
from marshmallow.validate import Length, OneOf, Range, Regexp

from openevent.areas.identity.schemas import EmailAddress
from openevent.areas.speakers.models import CallPrivacy, Gender, InviteStatus
from openevent.areas.speakers.rules import MAX_ORDER, MAX_VALUES, has_plain_values
from openevent.jsonapi.html import HTML
from openevent.jsonapi.schema import JsonApiSchema, ToMany, ToOne, UTCDateTime, access

LINE, PAGE, URL = Length(max=255), Length(max=60_000), Length(max=2048)
NAME = [Length(min=1, max=200), Regexp(r"\s*\S", error="Must not be blank.")]
#: Between the team and the speaker.
PRIVATE = access(read="team")


def _line(**options: Any) -> fields.Str:
    return fields.Str(allow_none=True, validate=LINE, **options)


def _page(**options: Any) -> fields.Str:
    return fields.Str(allow_none=True, validate=PAGE, **options)


def _url(**options: Any) -> fields.Url:
    return fields.Url(
        allow_none=True, schemes={"http", "https"}, require_tld=False, validate=URL, **options
    )


def _plain(values: dict[str, Any]) -> None:
    if not has_plain_values(values):
        raise ValidationError(
            f"At most {MAX_VALUES} members, each a string, a number, a boolean or null."
        )


def _values(**options: Any) -> fields.Dict:
    return fields.Dict(keys=fields.Str(), allow_none=True, validate=_plain, **options)


class SpeakerSchema(JsonApiSchema):
    """Somebody who speaks, or would like to, at one event."""

    name = fields.Str(required=True, validate=NAME)
    email = EmailAddress(allow_none=True, metadata=PRIVATE)
    photo_url = _url()
    thumbnail_image_url = _url(dump_only=True)
    small_image_url = _url(dump_only=True)
    icon_image_url = _url(dump_only=True)
    image_placeholder = fields.Str(dump_only=True, allow_none=True)
    short_biography = HTML(allow_none=True, validate=PAGE)
    long_biography = HTML(allow_none=True, validate=PAGE)
    speaking_experience = _page(metadata=PRIVATE)
    mobile = _line(metadata=PRIVATE)
    website = _url()
    twitter = _url()
    facebook = _url()
    github = _url()
    mastodon = _url()
    linkedin = _url()
    instagram = _url()
    organisation = _line()
    is_featured = fields.Bool()
    is_email_overridden = fields.Bool(metadata=PRIVATE)
    position = _line()
    country = _line()
    city = _line()
    location = fields.Str(dump_only=True)
    address = _page(metadata=PRIVATE)
    gender = fields.Str(
        allow_none=True, validate=OneOf([gender.value for gender in Gender]), metadata=PRIVATE
    )
    order = fields.Int(strict=True, allow_none=True, validate=Range(min=0, max=MAX_ORDER))
    heard_from = _line(metadata=PRIVATE)
    sponsorship_required = _page(metadata=PRIVATE)
    complex_field_values = _values(metadata=PRIVATE)
    public_field_values = fields.Dict(keys=fields.Str(), dump_only=True, allow_none=True)
    speaker_positions = _values()
    deleted_at = UTCDateTime(dump_only=True, allow_none=True)

    event = ToOne("event", required=True, writable=False)
    sessions = ToMany("session", writable=True)
    user = ToOne("user", allow_none=True, writable=False)

    class Meta(JsonApiSchema.Meta):
        type_, path = "speaker", "/v1/speakers"


class SpeakersCallSchema(JsonApiSchema):
    """An event's invitation to propose sessions."""

    announcement = HTML(allow_none=True, validate=PAGE)
    starts_at = UTCDateTime(required=True)
    soft_ends_at = UTCDateTime(allow_none=True)
    ends_at = UTCDateTime(required=True)
    hash = fields.Str(
        allow_none=True,
        validate=Regexp(r"[A-Za-z0-9_-]{8,64}\Z", error="Must be 8 to 64 letters, digits, - or _."),
        metadata=PRIVATE,
    )
    privacy = fields.Str(
        allow_none=True, validate=OneOf([privacy.value for privacy in CallPrivacy])
    )
    deleted_at = UTCDateTime(dump_only=True, allow_none=True)

    event = ToOne("event", required=True, writable=False)

    class Meta(JsonApiSchema.Meta):
        type_, path = "speakers-call", "/v1/speakers-calls"


class SpeakerInviteSchema(JsonApiSchema):
    """An invitation to speak in a session."""

    email = EmailAddress(required=True)
    status = fields.Str(dump_only=True, validate=OneOf([status.value for status in InviteStatus]))

    event = ToOne("event", required=True, writable=False)
    session = ToOne("session", required=True, writable=False)

    class Meta(JsonApiSchema.Meta):
        type_, path = "speaker-invite", "/v1/speaker-invites"
