"""The resource types of the streams area."""

from __future__ import annotations

from typing import Final

from openevent.areas.events.operations import update_in_event
from openevent.areas.streams import operations
from openevent.areas.streams.endpoints import ROUTES
from openevent.areas.streams.models import VideoChannel, VideoStream, VideoStreamModerator
from openevent.areas.streams.policy import MODERATOR, VIDEO_CHANNEL, VIDEO_STREAM, is_of_own_team
from openevent.areas.streams.schemas import (
    VideoChannelSchema,
    VideoStreamModeratorSchema,
    VideoStreamSchema,
)
from openevent.jsonapi.resource import Listing, ResourceType, plain_writes
from openevent.work.principal import Audience

__all__ = ["RESOURCES", "ROUTES"]

VIDEO_STREAMS: Final = ResourceType(
    schema=VideoStreamSchema,
    model=VideoStream,
    policy=VIDEO_STREAM,
    create=plain_writes(VideoStream)["create"],
    update=update_in_event,
    delete=operations.delete_stream,
    # Streams of private events have addresses, and are in no list.
    listings=(
        Listing(path="/v1/video-streams", where=is_of_own_team, audience=Audience.REGISTERED),
    ),
)

VIDEO_CHANNELS: Final = ResourceType(
    schema=VideoChannelSchema,
    model=VideoChannel,
    policy=VIDEO_CHANNEL,
    create=plain_writes(VideoChannel)["create"],
    update=plain_writes(VideoChannel)["update"],
    delete=operations.delete_channel,
    listings=(Listing(path="/v1/video-channels", audience=Audience.REGISTERED),),
)
VIDEO_STREAM_MODERATORS: Final = ResourceType(
    schema=VideoStreamModeratorSchema,
    model=VideoStreamModerator,
    policy=MODERATOR,
    create=plain_writes(VideoStreamModerator)["create"],
    update=operations.update_moderator,
    delete=plain_writes(VideoStreamModerator)["delete"],
)

RESOURCES: Final = (VIDEO_STREAMS, VIDEO_CHANNELS, VIDEO_STREAM_MODERATORS)
