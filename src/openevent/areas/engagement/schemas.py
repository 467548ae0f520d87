"""The engagement area on the wire."""

from __future__ import annotations

from marshmallow import fields
from marshmallow.validate import Length, Range

from openevent.jsonapi.schema import JsonApiSchema, ToOne, UTCDateTime


class UserFavouriteEventSchema(JsonApiSchema):
    """An event that a user has marked to find it again."""

    deleted_at = UTCDateTime(dump_only=True, allow_none=True)

    event = ToOne("event", required=True, writable=False)
    user = ToOne("user", writable=False)

    class Meta(JsonApiSchema.Meta):
        type_, path = "user-favourite-event", "/v1/user-favourite-events"


class UserFavouriteSessionSchema(JsonApiSchema):
    """A session that a user has marked to find it again."""

    session = ToOne("session", required=True, writable=False)
    user = ToOne("user", writable=False)

    class Meta(JsonApiSchema.Meta):
        type_, path = "user-favourite-session", "/v1/user-favourite-sessions"


class FeedbackSchema(JsonApiSchema):
    """What somebody thinks of an event or of a proposed session."""

    rating = fields.Float(required=True, validate=Range(min=1, max=5))
    comment = fields.Str(validate=Length(max=10_000))
    deleted_at = UTCDateTime(dump_only=True, allow_none=True)

    event = ToOne("event", allow_none=True, writable=False)
    session = ToOne("session", allow_none=True, writable=False)
    user = ToOne("user", writable=False)

    class Meta(JsonApiSchema.Meta):
        type_, path = "feedback", "/v1/feedbacks"
