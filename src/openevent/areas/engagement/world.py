"""The engagement area's part of the demo world: fixed ids that documentation and tests share."""

from __future__ import annotations

from datetime import UTC, datetime

from openevent.areas.engagement.models import Feedback, UserFavouriteEvent, UserFavouriteSession
from openevent.db.base import Record

MADE = datetime(2025, 11, 8, 8, 0, tzinfo=UTC)
DELETED = datetime(2025, 12, 1, 10, 0, tzinfo=UTC)


def rows() -> list[Record]:
    """Return the rows in the order in which they can be inserted."""
    found: list[Record] = [
        UserFavouriteEvent(id=1, user_id=9, event_id=1),
        UserFavouriteEvent(id=2, user_id=11, event_id=1),
        UserFavouriteEvent(id=3, user_id=3, event_id=3),
        UserFavouriteEvent(id=4, user_id=9, event_id=2, deleted_at=DELETED),
        UserFavouriteSession(id=1, user_id=9, session_id=1),
        UserFavouriteSession(id=2, user_id=11, session_id=7),
        UserFavouriteSession(id=3, user_id=3, session_id=8),
        Feedback(id=1, user_id=9, event_id=1, rating=4, comment="Good coffee."),
        Feedback(id=2, user_id=11, event_id=1, rating=3.5),
        Feedback(id=3, user_id=4, session_id=1, rating=5, comment="Take it."),
        Feedback(id=4, user_id=5, session_id=1, rating=4),
        Feedback(id=5, user_id=12, event_id=2, rating=5, comment="Encore!"),
        Feedback(id=6, user_id=3, event_id=3, rating=5),
        Feedback(id=7, user_id=3, event_id=1, rating=1, deleted_at=DELETED),
    ]
    for row in found:
        row.created_at = row.modified_at = MADE
    return found
