"""What it means to like an event."""

from __future__ import annotations

from typing import Any

from openevent.areas.engagement.models import UserFavouriteEvent
from openevent.work.unit import UnitOfWork


def add_favourite_event(work: UnitOfWork, values: dict[str, Any]) -> UserFavouriteEvent:
    """Mark an event for whoever asks, or for the user that staff names."""
    favourite = UserFavouriteEvent(**_for_whom(work, values))
    work.db.add(favourite)
    return favourite


def _for_whom(work: UnitOfWork, values: dict[str, Any]) -> dict[str, Any]:
    """Return the values with the user they are for; by themselves they are the principal's."""
    return {**values, "user_id": values.get("user_id") or work.principal.id}
