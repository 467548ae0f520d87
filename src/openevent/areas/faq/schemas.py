"""The FAQ area on the wire."""

from __future__ import annotations

from marshmallow import fields
from marshmallow.validate import Length, Range, Regexp

from openevent.areas.faq.rules import MAX_POSITION
from openevent.jsonapi.schema import JsonApiSchema, ToMany, ToOne, UTCDateTime

NAME = [Length(min=1, max=200), Regexp(r"\s*\S", error="Must not be blank.")]
TEXT = [Length(min=1, max=20_000), Regexp(r"\s*\S", error="Must not be blank.")]
POSITION = Range(min=0, max=MAX_POSITION)


class FaqTypeSchema(JsonApiSchema):
    """A section of an event's FAQ."""

    name = fields.Str(required=True, validate=NAME)
    position = fields.Int(strict=True, validate=POSITION)

    event = ToOne("event", required=True, writable=False)
    faqs = ToMany("faq", writable=True)

    class Meta(JsonApiSchema.Meta):
        type_, path = "faq-type", "/v1/faq-types"


class FaqSchema(JsonApiSchema):
    """A question that visitors of an event ask, and its answer."""

    question = fields.Str(required=True, validate=TEXT)
    answer = fields.Str(required=True, validate=TEXT)
    position = fields.Int(strict=True, validate=POSITION)
    deleted_at = UTCDateTime(dump_only=True, allow_none=True)

    event = ToOne("event", required=True, writable=False)
    faq_type = ToOne("faq-type", allow_none=True)

    class Meta(JsonApiSchema.Meta):
        type_, path = "faq", "/v1/faqs"
