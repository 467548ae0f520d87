"""The engagement area's part of the demo world: fixed ids that documentation and tests share."""

from __future__ import annotations

from datetime import UTC, datetime

from openevent.areas.engagement.models import UserFavouriteEvent
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
    ]
    for row in found:
        row.created_at = row.modified_at = MADE
    return found
