"""Communication on the wire."""

from __future__ import annotations

from marshmallow import fields
from marshmallow.validate import OneOf

from openevent.areas.communication.models import MailAction, NotificationType
from openevent.jsonapi.schema import JsonApiSchema, ToOne, UTCDateTime

ACTIONS = OneOf([action.value for action in MailAction])


class MailSchema(JsonApiSchema):
    """A mail that the server has written."""

    recipient = fields.Email(dump_only=True)
    time = UTCDateTime(dump_only=True)
    action = fields.Str(dump_only=True, validate=ACTIONS)
    subject = fields.Str(dump_only=True)
    message = fields.Str(dump_only=True)

    class Meta(JsonApiSchema.Meta):
        type_, path = "mail", "/v1/mails"


class MessageSettingSchema(JsonApiSchema):
    """Whether a kind of mail is sent at all."""

    action = fields.Str(dump_only=True, validate=ACTIONS)
    enabled = fields.Bool()
    recipient = fields.Str(dump_only=True)
    email_subject = fields.Str(dump_only=True)
    email_message = fields.Str(dump_only=True)

    class Meta(JsonApiSchema.Meta):
        type_, path = "message-setting", "/v1/message-settings"


class NotificationSettingSchema(JsonApiSchema):
    """Whether a kind of notification is made at all."""

    type = fields.Str(dump_only=True, validate=OneOf([kind.value for kind in NotificationType]))
    enabled = fields.Bool()

    class Meta(JsonApiSchema.Meta):
        type_, path = "notification-setting", "/v1/notification-settings"


class NotificationSchema(JsonApiSchema):
    """Something that somebody is told inside the application."""

    title = fields.Str(dump_only=True)
    message = fields.Str(dump_only=True)
    is_read = fields.Bool()
    content = fields.Dict(dump_only=True)
    received_at = UTCDateTime(dump_only=True)
    created_at = UTCDateTime(dump_only=True)

    user = ToOne("user", required=True, writable=False)

    class Meta(JsonApiSchema.Meta):
        type_, path = "notification", "/v1/notifications"


class EmailNotificationSchema(JsonApiSchema):
    """Which mails about one event somebody wants."""

    next_event = fields.Bool(allow_none=True)
    new_paper = fields.Bool(allow_none=True)
    session_accept_reject = fields.Bool(allow_none=True)
    session_schedule = fields.Bool(allow_none=True)
    after_ticket_purchase = fields.Bool(allow_none=True)
    event_id = fields.Int(dump_only=True)
    deleted_at = UTCDateTime(dump_only=True, allow_none=True)

    event = ToOne("event", required=True, writable=False)
    user = ToOne("user", required=True, writable=False)

    class Meta(JsonApiSchema.Meta):
        type_, path = "email-notification", "/v1/email-notifications"
