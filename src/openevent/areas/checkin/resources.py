"""The resource types of the check-in area, and its routes of their own."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from openevent.areas.checkin.endpoints import ROUTES
from openevent.areas.checkin.operations.attendees import change_attendee
from openevent.areas.checkin.policy import ATTENDEE
from openevent.areas.checkin.schemas import AttendeeSchema
from openevent.areas.orders.resources import SEATS

#: The attendees that orders make, with what the door knows of them.
ATTENDEES: Final = replace(SEATS, schema=AttendeeSchema, policy=ATTENDEE, update=change_attendee)

RESOURCES: Final = (ATTENDEES,)

__all__ = ["RESOURCES", "ROUTES"]
