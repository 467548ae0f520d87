"""The check-in area on the wire."""

from __future__ import annotations

from marshmallow import fields
from marshmallow.validate import Length, OneOf, Range

from openevent.areas.checkin.models import StationType
from openevent.areas.orders.schemas import SeatSchema
from openevent.jsonapi.schema import JsonApiSchema, ToOne, UTCDateTime

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


class StationSchema(JsonApiSchema):
    """A place where visitors are scanned."""

    station_name = fields.Str(required=True, validate=Length(min=1, max=200))
    station_type = fields.Str(required=True, validate=OneOf([*StationType]))
    microlocation_id = fields.Int(dump_only=True, allow_none=True)
    room = fields.Str(dump_only=True, allow_none=True)

    event = ToOne("event", required=True, writable=False)
    microlocation = ToOne("microlocation", allow_none=True)

    class Meta(JsonApiSchema.Meta):
        type_, path = "station", "/v1/stations"


class UserCheckInSchema(JsonApiSchema):
    """A scan, as stations make them."""

    success = fields.Bool(dump_only=True)
    message = fields.Str(dump_only=True)

    station = ToOne("station", required=True, allow_none=True, writable=False)
    ticket_holder = ToOne("attendee", required=True, allow_none=True, writable=False)
    session = ToOne("session", allow_none=True, writable=False)

    class Meta(JsonApiSchema.Meta):
        type_, path = "user_check_in", "/v1/user-check-in"


class StationStorePaxSchema(JsonApiSchema):
    """A head count at a station."""

    current_pax = fields.Int(required=True, strict=True, validate=Range(min=0, max=1_000_000))
    created_at = UTCDateTime(dump_only=True)
    modified_at = UTCDateTime(dump_only=True)

    station = ToOne("station", required=True, writable=False)
    session = ToOne("session", required=True, writable=False)

    class Meta(JsonApiSchema.Meta):
        type_, path = "station-store-pax", "/v1/station-store-paxs"
