"""What holds for exports, whatever is in them."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

#: How long a file can be fetched after it was asked for.
KEPT_FOR: Final = timedelta(days=1)
#: A file that is not there by then will not come: whoever waits is told so.
PATIENCE: Final = timedelta(minutes=15)


class ExportKind(StrEnum):
    """What can be exported, as the routes name it."""

    ICAL = "ical"
    XCAL = "xcal"
    PENTABARF = "pentabarf"


class TaskState(StrEnum):
    """How far a task is, in the words that published clients compare with."""

    WAITING = "WAITING"
    SUCCESS = "SUCCESS"
    FAILURE = "FAILURE"


def state_of(*, is_done: bool, error: str | None, asked_at: datetime, now: datetime) -> TaskState:
    """Return how far an export is."""
    if is_done:
        return TaskState.SUCCESS
    if error is not None or now - asked_at > PATIENCE:
        return TaskState.FAILURE
    return TaskState.WAITING
