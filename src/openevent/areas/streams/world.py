"""The streams area's part of the demo world: fixed ids that documentation and tests share."""

from __future__ import annotations

from datetime import UTC, datetime

from openevent.areas.streams.models import VideoChannel, VideoStream, VideoStreamModerator
from openevent.db.base import Record

MADE = datetime(2025, 11, 5, 8, 0, tzinfo=UTC)


def rows() -> list[Record]:
    """Return the rows in the order in which they can be inserted."""
    made: list[Record] = [
        VideoChannel(
            id=1,
            name="Open Meetings",
            provider="bbb",
            url="https://meet.example.org",
            api_url="https://meet.example.org/api",
            api_key="meet-demo-key",
        ),
        VideoChannel(
            id=2, name="Open Tube", provider="youtube", url="https://tube.example.org", extra={}
        ),
        VideoStream(
            id=1,
            event_id=1,
            name="Great Hall, live",
            url="https://live.example.org/great-hall",
            password="soldering",  # noqa: S106  # of the demo world
            bg_img_url="https://images.example.org/streams/1.jpg",
            additional_information="<p>With subtitles in English.</p>",
            extra={"autoplay": True},
            video_channel_id=1,
        ),
        VideoStream(id=2, event_id=2, name="Stage", url="https://live.example.org/stage"),
        VideoStream(id=3, event_id=3, name="Hall", url="https://live.example.org/next"),
        VideoStream(
            id=4,
            event_id=1,
            name="The whole summit",
            url="https://live.example.org/summit",
            video_channel_id=2,
        ),
        VideoStreamModerator(id=1, video_stream_id=1, email="registered@example.org"),
        VideoStreamModerator(id=2, video_stream_id=2, email="host@example.org"),
        VideoStreamModerator(id=3, video_stream_id=3, email="host@example.org"),
    ]
    for row in made:
        row.created_at = row.modified_at = MADE
    return made
