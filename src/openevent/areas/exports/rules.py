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
    ATTENDEES_CSV = "attendees-csv"
    ORDERS_CSV = "orders-csv"
    SESSIONS_CSV = "sessions-csv"
    SPEAKERS_CSV = "speakers-csv"
    CHECK_INS_CSV = "check-ins-csv"
    ATTENDEES_PDF = "attendees-pdf"
    ORDERS_PDF = "orders-pdf"
    SESSIONS_PDF = "sessions-pdf"
    SPEAKERS_PDF = "speakers-pdf"
    FOLLOWERS_CSV = "followers-csv"
    SALES_CSV = "sales-csv"
    BADGE_PDF = "badge-pdf"
    EVENT_JSON = "event-json"


class SalesPeriod(StrEnum):
    """Of which events admins export the sales."""

    ALL = "all"
    LIVE = "live"
    PAST = "past"


class TaskState(StrEnum):
    """How far a task is, in the words that published clients compare with."""

    WAITING = "WAITING"
    SUCCESS = "SUCCESS"
    FAILURE = "FAILURE"


class ImportResult(StrEnum):
    """What came of an import."""

    SUCCESS = "SUCCESS"
    FAILURE = "FAILURE"


def state_of(*, is_done: bool, error: str | None, moved_at: datetime, now: datetime) -> TaskState:
    """Return how far an export is that was asked for, or got further, at ``moved_at``."""
    if is_done:
        return TaskState.SUCCESS
    if error is not None or now - moved_at > PATIENCE:
        return TaskState.FAILURE
    return TaskState.WAITING


def percent_of(done: int, total: int | None, *, is_done: bool) -> int:
    """Return how much of a file is there, in percent; all of it only when it can be fetched."""
    if is_done:
        return 100
    return min(99, 100 * done // total) if total else 0
