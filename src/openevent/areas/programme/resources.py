"""The resource types of the programme. What speaks plain JSON is in ``endpoints.py``."""

from __future__ import annotations

from functools import partial
from typing import Final

from openevent.areas.events.operations import update_in_event
from openevent.areas.events.policy import RUN_BY_ORGANIZERS
from openevent.areas.forms.models import Form
from openevent.areas.forms.policy import public_answers
from openevent.areas.programme.endpoints import ROUTES
from openevent.areas.programme.models import (
    Microlocation,
    ScheduleVersion,
    Session,
    SessionStateChange,
    SessionType,
    Track,
)
from openevent.areas.programme.operations import parts, schedule, sessions
from openevent.areas.programme.policy import (
    RUN_BY_TRACK_ORGANIZERS,
    SCHEDULE_VERSION,
    SESSION,
    STATE_HISTORY,
)
from openevent.areas.programme.schemas import (
    MicrolocationSchema,
    ScheduleVersionSchema,
    SessionSchema,
    SessionStateChangeSchema,
    SessionTypeSchema,
    TrackSchema,
)
from openevent.jsonapi.resource import ResourceType

__all__ = ["RESOURCES", "ROUTES"]

SESSIONS: Final = ResourceType(
    schema=SessionSchema,
    model=Session,
    policy=SESSION,
    create=sessions.create_session,
    update=sessions.update_session,
    delete=sessions.delete_session,
    computed={"public_field_values": partial(public_answers, Form.SESSION)},
    sort=("starts_at",),
    joins={"speakers": sessions.add_speakers},
)
SESSION_STATE_CHANGES: Final = ResourceType(
    schema=SessionStateChangeSchema,
    model=SessionStateChange,
    policy=STATE_HISTORY,
    sort=("changed_at",),
)
TRACKS: Final = ResourceType(
    schema=TrackSchema,
    model=Track,
    policy=RUN_BY_TRACK_ORGANIZERS,
    create=parts.create_in_order(Track),
    update=update_in_event,
    delete=parts.delete_part("track_id"),
    sort=("position",),
)
SESSION_TYPES: Final = ResourceType(
    schema=SessionTypeSchema,
    model=SessionType,
    policy=RUN_BY_ORGANIZERS,
    create=parts.create_in_order(SessionType),
    update=update_in_event,
    delete=parts.delete_part("session_type_id"),
    sort=("position",),
)
MICROLOCATIONS: Final = ResourceType(
    schema=MicrolocationSchema,
    model=Microlocation,
    policy=RUN_BY_ORGANIZERS,
    create=parts.create_in_order(Microlocation),
    update=update_in_event,
    delete=parts.delete_part("microlocation_id"),
    sort=("position",),
)
SCHEDULE_VERSIONS: Final = ResourceType(
    schema=ScheduleVersionSchema,
    model=ScheduleVersion,
    policy=SCHEDULE_VERSION,
    create=schedule.publish_schedule,
    sort=("-number",),
)

RESOURCES: Final = (
    SESSIONS,
    SESSION_STATE_CHANGES,
    SCHEDULE_VERSIONS,
    TRACKS,
    SESSION_TYPES,
    MICROLOCATIONS,
)
