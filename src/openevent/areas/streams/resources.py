"""The resource types of the streams area."""

from __future__ import annotations

from typing import Final

from openevent.areas.events.operations import update_in_event
from openevent.areas.streams.models import VideoStream
from openevent.areas.streams.operations import delete_stream
from openevent.areas.streams.policy import VIDEO_STREAM, is_of_own_team
from openevent.areas.streams.schemas import VideoStreamSchema
from openevent.jsonapi.resource import Listing, ResourceType, plain_writes
from openevent.work.principal import Audience

VIDEO_STREAMS: Final = ResourceType(
    schema=VideoStreamSchema,
    model=VideoStream,
    policy=VIDEO_STREAM,
    create=plain_writes(VideoStream)["create"],
    update=update_in_event,
    delete=delete_stream,
    # Streams of private events have addresses, and are in no list.
    listings=(
        Listing(path="/v1/video-streams", where=is_of_own_team, audience=Audience.REGISTERED),
    ),
)

RESOURCES: Final = (VIDEO_STREAMS,)
