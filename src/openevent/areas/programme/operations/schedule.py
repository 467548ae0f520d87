"""What it means to publish a schedule."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from openevent.areas.events.models import Event
from openevent.areas.events.operations import update_event
from openevent.areas.programme.models import ScheduleVersion
from openevent.areas.programme.queries import slots_now
from openevent.areas.programme.rules import Slot
from openevent.errors import Missing
from openevent.work.unit import UnitOfWork


def publish_schedule(work: UnitOfWork, values: dict[str, Any]) -> ScheduleVersion:
    """Publish an event's schedule as it is now, and keep it as a version."""
    event = _locked(work, values["event_id"])
    if event is None:
        raise Missing("There is no such event any more.", pointer="/data/relationships/event")
    update_event(work, event, {"schedule_published_on": work.now()})
    return _keep(work, event, values.get("comment"), work.principal.id)


def keep_published(work: UnitOfWork, event_id: int, user_id: int | None) -> None:
    """Keep a version of a schedule that was published by a change of its event."""
    event = _locked(work, event_id)
    if event is None or event.schedule_published_on is None:
        return
    version = ScheduleVersion
    known = select(version.id).where(
        version.event_id == event_id, version.published_at == event.schedule_published_on
    )
    if work.db.scalar(known) is None:
        _keep(work, event, None, user_id)


def slot_of(kept: Mapping[str, Any]) -> Slot:
    """Return a slot as it was kept."""
    ends_at = kept["ends_at"]
    return Slot(
        **{
            **kept,
            "starts_at": datetime.fromisoformat(kept["starts_at"]),
            "ends_at": None if ends_at is None else datetime.fromisoformat(ends_at),
        }
    )


def _keep(
    work: UnitOfWork, event: Event, comment: str | None, user_id: int | None
) -> ScheduleVersion:
    slots = slots_now(work, event.id)
    last = select(func.max(ScheduleVersion.number)).where(ScheduleVersion.event_id == event.id)
    version = ScheduleVersion(
        event_id=event.id,
        number=(work.db.scalar(last) or 0) + 1,
        comment=comment,
        published_at=event.schedule_published_on,
        session_count=len(slots),
        slots=[_kept(slot) for slot in slots],
        user_id=user_id,
    )
    work.db.add(version)
    return version


def _kept(slot: Slot) -> dict[str, Any]:
    ends_at = slot.ends_at
    return asdict(slot) | {
        "starts_at": slot.starts_at.isoformat(),
        "ends_at": None if ends_at is None else ends_at.isoformat(),
    }


def _locked(work: UnitOfWork, event_id: int) -> Event | None:
    """Return a live event; versions of its schedule are numbered one after the other."""
    return work.db.scalar(
        select(Event)
        .where(Event.id == event_id, Event.deleted_at.is_(None))
        .with_for_update(key_share=True)
    )
