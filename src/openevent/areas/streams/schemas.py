"""The streams area on the wire."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import orjson
from marshmallow import ValidationError, fields
from marshmallow.validate import Length, Regexp

from openevent.jsonapi.html import HTML
from openevent.jsonapi.schema import JsonApiSchema, ToMany, ToOne, UTCDateTime, access

NAME = [Length(min=1, max=300), Regexp(r"\s*\S", error="Must not be blank.")]
#: Most bytes of the settings of a stream, as JSON.
MAX_EXTRA: Final = 10_000


def _url(**options: Any) -> fields.Url:
    return fields.Url(
        schemes={"http", "https"}, require_tld=False, validate=Length(max=2048), **options
    )


def _is_small(extra: Mapping[str, Any]) -> None:
    if len(orjson.dumps(extra)) > MAX_EXTRA:
        raise ValidationError(f"There are at most {MAX_EXTRA} bytes of it.")


class VideoStreamSchema(JsonApiSchema):
    """A video of an event."""

    name = fields.Str(required=True, validate=NAME)
    url = _url(required=True, metadata=access(read="audience"))
    password = fields.Str(
        allow_none=True, validate=Length(max=300), metadata=access(read="audience")
    )
    bg_img_url = _url(allow_none=True)
    additional_information = HTML(
        allow_none=True, validate=Length(max=60_000), metadata=access(read="audience")
    )
    extra = fields.Dict(
        keys=fields.Str(), allow_none=True, validate=_is_small, metadata=access(read="audience")
    )
    is_chat_enabled = fields.Bool()
    is_global_event_room = fields.Bool()
    chat_room_name = fields.Str(dump_only=True, allow_none=True)

    event = ToOne("event", required=True, writable=False)
    video_channel = ToOne("video-channel", allow_none=True)
    moderators = ToMany("video-stream-moderator", related="video-stream-moderators")
    rooms = ToMany("microlocation", writable=True)

    class Meta(JsonApiSchema.Meta):
        type_, path = "video-stream", "/v1/video-streams"


class VideoChannelSchema(JsonApiSchema):
    """A service for streams that the installation offers."""

    name = fields.Str(required=True, validate=NAME)
    provider = fields.Str(required=True, validate=NAME)
    extra = fields.Dict(
        keys=fields.Str(), allow_none=True, validate=_is_small, metadata=access(read="staff")
    )
    url = _url(required=True)
    api_url = _url(allow_none=True, metadata=access(read="staff"))
    api_key = fields.Str(allow_none=True, validate=Length(max=500), metadata=access(read="staff"))
    created_at = UTCDateTime(dump_only=True)
    modified_at = UTCDateTime(dump_only=True)

    class Meta(JsonApiSchema.Meta):
        type_, path = "video-channel", "/v1/video-channels"


class VideoStreamModeratorSchema(JsonApiSchema):
    """An address whose owner leads the talk in a stream."""

    email = fields.Email(required=True, validate=Length(max=320))

    video_stream = ToOne("video-stream", required=True, writable=False)

    class Meta(JsonApiSchema.Meta):
        type_, path = "video-stream-moderator", "/v1/video-stream-moderators"
