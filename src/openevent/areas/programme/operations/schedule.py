"""What it means to publish a schedule."""

from __future__ import annotations

from collections.abc import Collection, Mapping
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
    now = work.now()
    version = _keep(work, event.id, now, values.get("comment"))
    update_event(work, event, {"schedule_published_on": now})
    return version


def keep_published(work: UnitOfWork, event: Event, changed: Collection[str]) -> None:
    """Keep a version of a schedule that is published by a change of its event.

    There is one for each time at which it was published.
    """
    published_at = event.schedule_published_on
    if "schedule_published_on" not in changed or published_at is None:
        return
    work.db.flush()  # A version that was just made, and the event: one numbers at a time.
    known = select(ScheduleVersion.id).where(
        ScheduleVersion.event_id == event.id, ScheduleVersion.published_at == published_at
    )
    if work.db.scalar(known) is None:
        _keep(work, event.id, published_at, None)


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
    work: UnitOfWork, event_id: int, published_at: datetime, comment: str | None
) -> ScheduleVersion:
    slots = slots_now(work, event_id)
    last = select(func.max(ScheduleVersion.number)).where(ScheduleVersion.event_id == event_id)
    version = ScheduleVersion(
        event_id=event_id,
        number=(work.db.scalar(last) or 0) + 1,
        comment=comment,
        published_at=published_at,
        session_count=len(slots),
        slots=[_kept(slot) for slot in slots],
        user_id=work.principal.id,
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
