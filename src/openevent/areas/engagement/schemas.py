"""The engagement area on the wire."""

from __future__ import annotations

from openevent.jsonapi.schema import JsonApiSchema, ToOne, UTCDateTime


class UserFavouriteEventSchema(JsonApiSchema):
    """An event that a user has marked to find it again."""

    deleted_at = UTCDateTime(dump_only=True, allow_none=True)

    event = ToOne("event", required=True, writable=False)
    user = ToOne("user", writable=False)

    class Meta(JsonApiSchema.Meta):
        type_, path = "user-favourite-event", "/v1/user-favourite-events"
