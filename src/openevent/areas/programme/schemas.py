"""The programme on the wire."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Final

from marshmallow import ValidationError, fields
from marshmallow.validate import Length, OneOf, Range, Regexp

from openevent.areas.events.schemas import DocumentLinkSchema
from openevent.areas.programme.rules import MAX_POSITION, Level, SessionState, shorten
from openevent.jsonapi.html import HTML, plain_text
from openevent.jsonapi.schema import JsonApiSchema, ToMany, ToOne, UTCDateTime, access

LINE, PAGE, URL = Length(max=500), Length(max=60_000), Length(max=2048)
NAME = [Length(min=1, max=300), Regexp(r"\s*\S", error="Must not be blank.")]
COLOR = Regexp(r"#([0-9A-Fa-f]{3}|[0-9A-Fa-f]{6})\Z", error="Must be a colour such as #2a6ebb.")
#: Most fields that an event adds to its form, and most characters of one.
MAX_COMPLEX_FIELDS: Final = 30
MAX_COMPLEX_VALUE: Final = 10_000


def _url(**options: Any) -> fields.Url:
    return fields.Url(
        allow_none=True, schemes={"http", "https"}, require_tld=False, validate=URL, **options
    )


def _line() -> fields.Str:
    return fields.Str(allow_none=True, validate=LINE)


def _page() -> HTML:
    return HTML(allow_none=True, validate=PAGE)


def _position() -> fields.Int:
    return fields.Int(strict=True, validate=Range(min=0, max=MAX_POSITION))


def _have_name_and_link(links: list[dict[str, str]]) -> None:
    # A partial document makes "required" of its parts partial, too.
    if any(link.keys() != {"name", "link"} for link in links):
        raise ValidationError("Each has a name and a link.")


def is_flat(values: Mapping[str, Any]) -> None:
    """Refuse values of further form fields that are no plain ones."""
    if len(values) > MAX_COMPLEX_FIELDS:
        raise ValidationError(f"There are at most {MAX_COMPLEX_FIELDS} further fields.")
    for name, value in values.items():
        if not isinstance(value, str | int | float | bool | None) or len(name) > 300:
            raise ValidationError("Each value is a string, a number, true, false or null.")
        if isinstance(value, float) and not math.isfinite(value):
            raise ValidationError("Numbers are finite.")
        if isinstance(value, str) and len(value) > MAX_COMPLEX_VALUE:
            raise ValidationError(f"A value has at most {MAX_COMPLEX_VALUE} characters.")


class Abstract(fields.Str):
    """Plain text, short enough for a list; what is longer is cut, not refused."""

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **options: Any
    ) -> str:
        return shorten(plain_text(super()._deserialize(value, attr, data, **options)))


class LevelName(fields.Str):
    """One of the levels; its number, from 1, is understood too, as the organiser app sends it."""

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **options: Any
    ) -> str:
        levels = dict(enumerate(Level, start=1))
        if type(value) is int and value in levels:
            return levels[value].value
        text: str = super()._deserialize(value, attr, data, **options)
        return text


class TrackSchema(JsonApiSchema):
    """A strand of an event's programme."""

    name = fields.Str(required=True, validate=NAME)
    description = _page()
    color = fields.Str(required=True, validate=COLOR)
    font_color = fields.Str(dump_only=True)
    position = _position()
    deleted_at = UTCDateTime(dump_only=True, allow_none=True)

    event = ToOne("event", required=True, writable=False)
    sessions = ToMany("session")

    class Meta(JsonApiSchema.Meta):
        type_, path = "track", "/v1/tracks"


class SessionTypeSchema(JsonApiSchema):
    """A kind of session."""

    name = fields.Str(required=True, validate=NAME)
    length = fields.Str(
        required=True,
        validate=Regexp(r"[0-9]{1,2}:[0-5][0-9]\Z", error="Must be hours and minutes, as 01:30."),
    )
    position = _position()
    deleted_at = UTCDateTime(dump_only=True, allow_none=True)

    event = ToOne("event", required=True, writable=False)
    sessions = ToMany("session", writable=True)

    class Meta(JsonApiSchema.Meta):
        type_, path = "session-type", "/v1/session-types"


class MicrolocationSchema(JsonApiSchema):
    """A room of an event."""

    name = fields.Str(required=True, validate=NAME)
    latitude = fields.Float(allow_none=True, validate=Range(min=-90, max=90))
    longitude = fields.Float(allow_none=True, validate=Range(min=-180, max=180))
    floor = fields.Int(strict=True, allow_none=True, validate=Range(min=-100, max=1000))
    room = _line()
    hidden_in_scheduler = fields.Bool()
    chat_room_name = fields.Str(dump_only=True, allow_none=True)
    is_chat_enabled = fields.Bool()
    is_global_event_room = fields.Bool()
    position = _position()
    deleted_at = UTCDateTime(dump_only=True, allow_none=True)

    event = ToOne("event", required=True, writable=False)
    video_stream = ToOne("video-stream", allow_none=True)
    sessions = ToMany("session", writable=True)

    class Meta(JsonApiSchema.Meta):
        type_, path = "microlocation", "/v1/microlocations"


class SessionSchema(JsonApiSchema):
    """A slot of the programme, or a proposal for one."""

    title = fields.Str(required=True, validate=NAME)
    subtitle = _line()
    level = LevelName(allow_none=True, validate=OneOf(list(Level)))
    short_abstract = Abstract(allow_none=True)
    long_abstract = _page()
    comments = HTML(allow_none=True, validate=PAGE, metadata=access(read="team"))
    language = fields.Str(allow_none=True, validate=Length(max=100))
    starts_at = UTCDateTime(allow_none=True)
    ends_at = UTCDateTime(allow_none=True)
    overlap_reason = fields.Str(allow_none=True, validate=NAME, metadata=access(read="team"))

    slides_url = _url()
    slides = fields.List(
        fields.Nested(DocumentLinkSchema),
        allow_none=True,
        validate=[Length(max=50), _have_name_and_link],
    )
    website = _url()
    twitter = _url()
    facebook = _url()
    github = _url()
    linkedin = _url()
    instagram = _url()
    gitlab = _url()
    mastodon = _url()
    video_url = _url()
    audio_url = _url()
    signup_url = _url()

    state = fields.Str(validate=OneOf(list(SessionState)))
    send_email = fields.Bool(load_only=True, allow_none=True)
    submitted_at = UTCDateTime(dump_only=True, allow_none=True)
    is_mail_sent = fields.Bool()
    is_locked = fields.Bool()
    average_rating = fields.Float(dump_only=True)
    rating_count = fields.Int(dump_only=True)
    favourite_count = fields.Int(dump_only=True)
    complex_field_values = fields.Dict(
        keys=fields.Str(), allow_none=True, validate=is_flat, metadata=access(read="team")
    )
    public_field_values = fields.Dict(keys=fields.Str(), dump_only=True, allow_none=True)
    created_at = UTCDateTime(dump_only=True)
    last_modified_at = UTCDateTime(dump_only=True, attribute="modified_at")
    deleted_at = UTCDateTime(dump_only=True, allow_none=True)

    creator = ToOne("user", allow_none=True)
    event = ToOne("event", required=True, writable=False)
    microlocation = ToOne("microlocation", allow_none=True)
    session_type = ToOne("session-type", allow_none=True)
    track = ToOne("track", allow_none=True)
    exhibitors = ToMany("exhibitor")
    speakers = ToMany("speaker", writable=True)
    speaker_invites = ToMany("speaker-invite")
    feedbacks = ToMany("feedback")
    favourites = ToMany("user-favourite-session", related="user-favourite-sessions")
    favourite = ToOne("user-favourite-session", linked=False, writable=False)
    state_changes = ToMany("session-state-change")

    class Meta(JsonApiSchema.Meta):
        type_, path = "session", "/v1/sessions"


class SessionStateChangeSchema(JsonApiSchema):
    """One step of a session on its way."""

    old_state = fields.Str(dump_only=True, allow_none=True, validate=OneOf(list(SessionState)))
    new_state = fields.Str(dump_only=True, validate=OneOf(list(SessionState)))
    changed_at = UTCDateTime(dump_only=True)

    session = ToOne("session", writable=False)
    user = ToOne("user", writable=False, allow_none=True)

    class Meta(JsonApiSchema.Meta):
        type_, path = "session-state-change", "/v1/session-state-changes"


class ScheduleVersionSchema(JsonApiSchema):
    """An event's schedule as it was when it was published."""

    number = fields.Int(dump_only=True)
    comment = fields.Str(allow_none=True, validate=Length(max=2000))
    published_at = UTCDateTime(dump_only=True)
    session_count = fields.Int(dump_only=True)

    event = ToOne("event", required=True, writable=False)
    user = ToOne("user", allow_none=True, writable=False, dump_only=True)

    class Meta(JsonApiSchema.Meta):
        type_, path = "schedule-version", "/v1/schedule-versions"
