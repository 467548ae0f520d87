"""The check-in area on the wire."""

from __future__ import annotations

from marshmallow import fields
from marshmallow.validate import Length

from openevent.areas.orders.schemas import SeatSchema

#: Comma-separated moments, as published clients send them.
MOMENTS = Length(max=40_000)


class AttendeeSchema(SeatSchema):
    """Who takes a seat of an order, and whether they are there."""

    is_checked_in = fields.Bool()
    is_checked_out = fields.Bool()
    is_registered = fields.Bool()
    checkin_times = fields.Str(allow_none=True, validate=MOMENTS)
    checkout_times = fields.Str(allow_none=True, validate=MOMENTS)
    register_times = fields.Str(allow_none=True, validate=MOMENTS)
    device_name_checkin = fields.Str(allow_none=True, validate=MOMENTS)

    class Meta(SeatSchema.Meta):
        pass
