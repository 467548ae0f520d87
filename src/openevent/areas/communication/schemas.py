"""Communication on the wire."""

from __future__ import annotations

from marshmallow import fields
from marshmallow.validate import OneOf

from openevent.areas.communication.models import MailAction
from openevent.jsonapi.schema import JsonApiSchema, UTCDateTime


class MailSchema(JsonApiSchema):
    """A mail that the server has written."""

    recipient = fields.Email(dump_only=True)
    time = UTCDateTime(dump_only=True)
    action = fields.Str(dump_only=True, validate=OneOf([action.value for action in MailAction]))
    subject = fields.Str(dump_only=True)
    message = fields.Str(dump_only=True)

    class Meta(JsonApiSchema.Meta):
        type_, path = "mail", "/v1/mails"
