"""The payments area on the wire."""

from __future__ import annotations

from marshmallow import fields
from marshmallow.validate import Length, OneOf

from openevent.areas.payments.models import RefundStatus
from openevent.jsonapi.money import COIN, Money
from openevent.jsonapi.schema import JsonApiSchema, ToOne, UTCDateTime


class StripeAuthorizationSchema(JsonApiSchema):
    """The account that an event's card payments go to."""

    stripe_auth_code = fields.Str(required=True, load_only=True, validate=Length(min=1, max=500))
    stripe_publishable_key = fields.Str(dump_only=True, allow_none=True)

    event = ToOne("event", required=True, writable=False)

    class Meta(JsonApiSchema.Meta):
        type_, path = "stripe-authorization", "/v1/stripe-authorizations"


class RefundSchema(JsonApiSchema):
    """Money that goes back to a buyer."""

    amount = Money(minimum=COIN)
    currency = fields.Str(dump_only=True, allow_none=True)
    status = fields.Str(dump_only=True, validate=OneOf(list(RefundStatus)))
    reason = fields.Str(allow_none=True, validate=Length(max=500))
    failure = fields.Str(dump_only=True, allow_none=True)
    is_automatic = fields.Bool(dump_only=True)
    cancels_order = fields.Bool(load_only=True, allow_none=True)
    created_at = UTCDateTime(dump_only=True)

    order = ToOne("order", required=True, writable=False)
    event = ToOne("event", writable=False)

    class Meta(JsonApiSchema.Meta):
        type_, path = "refund", "/v1/refunds"
