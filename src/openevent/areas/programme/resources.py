"""The resource types of the programme."""

from __future__ import annotations

from typing import Final

from openevent.areas.events.operations import update_in_event
from openevent.areas.events.policy import RUN_BY_ORGANIZERS
from openevent.areas.programme import operations
from openevent.areas.programme.models import (
    Microlocation,
    Session,
    SessionStateChange,
    SessionType,
    Track,
)
from openevent.areas.programme.policy import RUN_BY_TRACK_ORGANIZERS, SESSION, STATE_HISTORY
from openevent.areas.programme.schemas import (
    MicrolocationSchema,
    SessionSchema,
    SessionStateChangeSchema,
    SessionTypeSchema,
    TrackSchema,
)
from openevent.jsonapi.resource import ResourceType

SESSIONS: Final = ResourceType(
    schema=SessionSchema,
    model=Session,
    policy=SESSION,
    create=operations.create_session,
    update=operations.update_session,
    delete=operations.delete_session,
    sort=("starts_at",),
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
    create=operations.create_in_order(Track),
    update=update_in_event,
    delete=operations.delete_part("track_id"),
    sort=("position",),
)
SESSION_TYPES: Final = ResourceType(
    schema=SessionTypeSchema,
    model=SessionType,
    policy=RUN_BY_ORGANIZERS,
    create=operations.create_in_order(SessionType),
    update=update_in_event,
    delete=operations.delete_part("session_type_id"),
    sort=("position",),
)
MICROLOCATIONS: Final = ResourceType(
    schema=MicrolocationSchema,
    model=Microlocation,
    policy=RUN_BY_ORGANIZERS,
    create=operations.create_in_order(Microlocation),
    update=update_in_event,
    delete=operations.delete_part("microlocation_id"),
    sort=("position",),
)

RESOURCES: Final = (SESSIONS, SESSION_STATE_CHANGES, TRACKS, SESSION_TYPES, MICROLOCATIONS)
