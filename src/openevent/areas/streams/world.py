"""The streams area's part of the demo world: fixed ids that documentation and tests share."""

from __future__ import annotations

from datetime import UTC, datetime

from openevent.areas.streams.models import VideoStream

MADE = datetime(2025, 11, 5, 8, 0, tzinfo=UTC)


def rows() -> list[VideoStream]:
    """Return the rows in the order in which they can be inserted."""
    made = [
        VideoStream(
            id=1,
            event_id=1,
            name="Great Hall, live",
            url="https://live.example.org/great-hall",
            password="soldering",  # noqa: S106  # of the demo world
            bg_img_url="https://images.example.org/streams/1.jpg",
            additional_information="<p>With subtitles in English.</p>",
            extra={"autoplay": True},
        ),
        VideoStream(id=2, event_id=2, name="Stage", url="https://live.example.org/stage"),
        VideoStream(id=3, event_id=3, name="Hall", url="https://live.example.org/next"),
    ]
    for row in made:
        row.created_at = row.modified_at = MADE
    return made
