"""What happens in the background because of events."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.dialects.postgresql import insert

from openevent.areas.events.domain_events import EventChanged
from openevent.areas.events.models import Event, EventChange
from openevent.work.jobs import job
from openevent.work.unit import UnitOfWork


@job(on=EventChanged, name="events.note_change", queue="default")
def note_change(
    work: UnitOfWork,
    event_id: int,
    key: str,
    user_id: int | None,
    changed: list[str],
    changed_at: str,
) -> None:
    """Write one entry of the event's history. Safe to repeat: the key is unique."""
    if work.db.get(Event, event_id) is None:
        return
    work.db.execute(
        insert(EventChange)
        .values(
            event_id=event_id,
            key=key,
            user_id=user_id,
            changed=[name.removesuffix("_id").replace("_", "-") for name in changed],
            changed_at=datetime.fromisoformat(changed_at),
        )
        .on_conflict_do_nothing(index_elements=[EventChange.key])
    )
