"""The media area on the wire."""

from __future__ import annotations

from marshmallow import fields
from marshmallow.validate import Length, Range

from openevent.jsonapi.schema import JsonApiSchema


def _side() -> fields.Int:
    return fields.Int(strict=True, validate=Range(min=1, max=4000))


def _quality() -> fields.Int:
    return fields.Int(strict=True, validate=Range(min=1, max=100))


def _type() -> fields.Str:
    return fields.Str(allow_none=True, validate=Length(max=100))


class EventImageSizeSchema(JsonApiSchema):
    """The sizes in which pictures of events are made."""

    type = _type()
    full_width = _side()
    full_height = _side()
    full_aspect = fields.Bool()
    full_quality = _quality()
    icon_width = _side()
    icon_height = _side()
    icon_aspect = fields.Bool()
    icon_quality = _quality()
    thumbnail_width = _side()
    thumbnail_height = _side()
    thumbnail_aspect = fields.Bool()
    thumbnail_quality = _quality()
    logo_width = _side()
    logo_height = _side()

    class Meta(JsonApiSchema.Meta):
        type_, path = "event-image-size", "/v1/event-image-sizes"


class SpeakerImageSizeSchema(JsonApiSchema):
    """The sizes in which portraits are made."""

    type = _type()
    small_size_width_height = _side()
    small_size_quality = _quality()
    thumbnail_size_width_height = _side()
    thumbnail_size_quality = _quality()
    icon_size_width_height = _side()
    icon_size_quality = _quality()

    class Meta(JsonApiSchema.Meta):
        type_, path = "speaker-image-size", "/v1/speaker-image-sizes"
