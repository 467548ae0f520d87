"""The teams area on the wire."""

from __future__ import annotations

from marshmallow import fields
from marshmallow.validate import OneOf

from openevent.areas.identity.models import RoleName
from openevent.areas.identity.schemas import EmailAddress
from openevent.areas.teams.models import InviteStatus
from openevent.jsonapi.schema import JsonApiSchema, ToOne, UTCDateTime


class RoleInviteSchema(JsonApiSchema):
    """An invitation to a role on an event."""

    email = EmailAddress(required=True)
    role_name = fields.Str(validate=OneOf([role.value for role in RoleName]))
    status = fields.Str(dump_only=True, validate=OneOf([status.value for status in InviteStatus]))
    created_at = UTCDateTime(dump_only=True)
    expires_at = UTCDateTime(dump_only=True, allow_none=True)

    event = ToOne("event", required=True, writable=False)
    role = ToOne("role", required=True, writable=False)

    class Meta(JsonApiSchema.Meta):
        type_, path = "role-invite", "/v1/role-invites"
