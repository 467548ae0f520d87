"""What a change of a stream means."""

from __future__ import annotations

from typing import Any

from sqlalchemy import update

from openevent.areas.programme.models import Microlocation
from openevent.areas.streams.models import VideoChannel, VideoStream, VideoStreamModerator
from openevent.errors import Forbidden
from openevent.work.unit import UnitOfWork


def delete_stream(work: UnitOfWork, stream: VideoStream) -> None:
    """Delete a stream; its rooms are left without one."""
    work.db.execute(
        update(Microlocation)
        .where(Microlocation.video_stream_id == stream.id)
        .values(video_stream_id=None, version=Microlocation.version + 1)
        .execution_options(synchronize_session=False)
    )
    work.db.delete(stream)


def delete_channel(work: UnitOfWork, channel: VideoChannel) -> None:
    """Delete a service; its streams go on without one."""
    work.db.execute(
        update(VideoStream)
        .where(VideoStream.video_channel_id == channel.id)
        .values(video_channel_id=None, version=VideoStream.version + 1)
        .execution_options(synchronize_session=False)
    )
    work.db.delete(channel)


def update_moderator(
    _: UnitOfWork, moderator: VideoStreamModerator, changes: dict[str, Any]
) -> None:
    """Change an address, which stays with its stream."""
    if "video_stream_id" in changes:
        raise Forbidden(
            "It stays with the stream that it was made for.",
            pointer="/data/relationships/video-stream",
        )
    moderator.email = changes["email"]
