"""What happens to programmes in the background."""

from __future__ import annotations

from typing import Final

from openevent.areas.events.domain_events import EventChanged
from openevent.areas.programme.operations.schedule import keep_published
from openevent.areas.programme.operations.sessions import reject_left_over
from openevent.work.jobs import job
from openevent.work.unit import UnitOfWork

#: The attribute whose change publishes a schedule.
_PUBLISHED: Final = "schedule_published_on"


def _publishes_schedule(event: EventChanged) -> bool:
    return _PUBLISHED in event.changed


@job(on=EventChanged, when=_publishes_schedule, name="programme.keep_schedule")
def keep_schedule(work: UnitOfWork, event_id: int, user_id: int | None, changed: list[str]) -> None:
    """Keep a version of a schedule that was published by changing its event.

    Safe to repeat: there is one version for each time at which it was published.
    """
    if _PUBLISHED in changed:
        keep_published(work, event_id, user_id)


@job(name="programme.reject_left_over", cron="30 5 * * *", time_limit_ms=600_000)
def reject_left_over_proposals(work: UnitOfWork) -> None:
    """Reject what nobody has decided on before its event was over. Safe to repeat."""
    reject_left_over(work)
