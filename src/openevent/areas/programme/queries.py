"""Named reads of the programme."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Date,
    Integer,
    and_,
    any_,
    bindparam,
    cast,
    func,
    select,
)
from sqlalchemy.dialects.postgresql import Range, aggregate_order_by
from sqlalchemy.orm import aliased

from openevent.areas.events.models import Event
from openevent.areas.events.policy import EVENT
from openevent.areas.programme.models import Microlocation, ScheduleVersion, Session
from openevent.areas.programme.policy import SPEAKERS, SPEAKING, is_public, is_schedule_shown
from openevent.areas.programme.rules import OCCUPYING, PUBLIC, Slot
from openevent.db.compiled import sql_text
from openevent.db.session import Run
from openevent.work.principal import Principal, Who
from openevent.work.unit import UnitOfWork


@dataclass(frozen=True, slots=True)
class ComparedVersions:
    """Two versions of a schedule as they were kept; ``None``: there is none of that number."""

    timezone: str
    older: int
    newer: int
    before: list[dict[str, Any]] | None
    after: list[dict[str, Any]] | None


def session_in_the_way(work: UnitOfWork, session: Session) -> Any | None:
    """Return id and title of the first session that is where and when this one is to be.

    Waits for whoever is giving the room to a session at the moment. Sessions that may
    overlap with others, and those that take up no room, are in nobody's way.
    """
    if (
        session.state not in OCCUPYING
        or session.overlap_reason is not None
        or None in (session.microlocation_id, session.starts_at, session.ends_at)
    ):
        return None
    work.db.execute(
        select(Microlocation.id)
        .where(Microlocation.id == session.microlocation_id)
        .with_for_update(key_share=True)
    )
    return work.db.execute(
        select(Session.id, Session.title)
        .where(
            Session.microlocation_id == session.microlocation_id,
            Session.id.is_distinct_from(session.id),
            Session.occupied.overlaps(Range(session.starts_at, session.ends_at)),
        )
        .order_by(Session.starts_at, Session.id)
        .limit(1)
    ).one_or_none()


def session_of_a_speaker(work: UnitOfWork, session: Session) -> Any | None:
    """Return id and title of a session in which a speaker of this one is at its time.

    And ``name``, the speaker's. Waits for whoever is giving a time to one of them.
    """
    if (
        session.id is None
        or session.state not in OCCUPYING
        or session.overlap_reason is not None
        or None in (session.starts_at, session.ends_at)
    ):
        return None
    here, there = SPEAKING.alias(), SPEAKING.alias()
    work.db.execute(
        select(SPEAKERS.c.id)
        .join(here, here.c.speaker_id == SPEAKERS.c.id)
        .where(here.c.session_id == session.id)
        .order_by(SPEAKERS.c.id)
        .with_for_update(of=SPEAKERS, key_share=True)
    )
    return work.db.execute(
        select(Session.id, Session.title, SPEAKERS.c.name)
        .join(there, there.c.session_id == Session.id)
        .join(here, here.c.speaker_id == there.c.speaker_id)
        .join(SPEAKERS, SPEAKERS.c.id == there.c.speaker_id)
        .where(
            here.c.session_id == session.id,
            Session.id != session.id,
            Session.occupied.overlaps(Range(session.starts_at, session.ends_at)),
        )
        .order_by(Session.starts_at, Session.id)
        .limit(1)
    ).one_or_none()


def speaker_elsewhere(
    work: UnitOfWork, session_ids: Collection[int], speaker_ids: Collection[int]
) -> Any | None:
    """Return id and title of a session in which one of the speakers is at the time of another.

    And ``name``, the speaker's. The others are those of ``session_ids``, as stored. Waits for
    whoever is giving a time to one of the speakers.
    """
    work.db.execute(
        select(SPEAKERS.c.id)
        .where(SPEAKERS.c.id.in_(speaker_ids))
        .order_by(SPEAKERS.c.id)
        .with_for_update(key_share=True)
    )
    joined, there = aliased(Session), SPEAKING.alias()
    return work.db.execute(
        select(Session.id, Session.title, SPEAKERS.c.name)
        .join(there, there.c.session_id == Session.id)
        .join(SPEAKERS, SPEAKERS.c.id == there.c.speaker_id)
        .join(joined, and_(joined.id != Session.id, joined.occupied.overlaps(Session.occupied)))
        .where(joined.id.in_(session_ids), SPEAKERS.c.id.in_(speaker_ids))
        .order_by(Session.starts_at, Session.id)
        .limit(1)
    ).one_or_none()


def slots_now(work: UnitOfWork, event_id: int) -> list[Slot]:
    """Return what is in an event's schedule at present, by time."""
    rows = work.db.execute(
        select(
            Session.id,
            Session.title,
            Session.starts_at,
            Session.ends_at,
            Session.microlocation_id,
            Microlocation.name,
        )
        .outerjoin(Microlocation, Microlocation.id == Session.microlocation_id)
        .where(
            Session.event_id == event_id,
            Session.state.in_([state.value for state in PUBLIC]),
            Session.deleted_at.is_(None),
            Session.starts_at.is_not(None),
        )
        .order_by(Session.starts_at, Session.id)
    )
    return [
        Slot(
            id=row.id,
            title=row.title,
            starts_at=row.starts_at,
            ends_at=row.ends_at,
            microlocation_id=row.microlocation_id,
            room=row.name,
        )
        for row in rows
    ]


def days_of(run: Run, who: Principal, event: int | str) -> list[date] | None:
    """Return the days of an event's programme, in its time zone; none where it has no event."""
    day = cast(func.timezone(Event.timezone, Session.starts_at), Date)
    return _programme(run, who, event, day)


def languages_of(run: Run, who: Principal, event: int | str) -> list[str] | None:
    """Return the languages of an event's programme; none where the caller sees no event."""
    return _programme(run, who, event, func.nullif(func.trim(Session.language), ""))


def _programme(
    run: Run, who: Principal, event: int | str, value: ColumnElement[Any]
) -> list[Any] | None:
    """Return the different values that the public sessions of an event have, in order."""
    key = Event.id if isinstance(event, int) else Event.identifier
    values = (
        select(func.array_agg(aggregate_order_by(value.distinct(), value)))
        .where(
            Session.event_id == Event.id,
            Session.deleted_at.is_(None),
            is_public(Session),
            value.is_not(None),
        )
        .correlate(Event)
        .scalar_subquery()
    )
    shown = EVENT.visible(Who(who.audience), Event)
    sql = sql_text(
        select(values).where(
            key == bindparam("event", type_=key.type), Event.deleted_at.is_(None), shown
        )
    )
    rows = run(sql, who.parameters() | {"event": event})
    return list(rows[0][0] or ()) if rows else None


def versions_of(
    run: Run, who: Principal, event: int | str, numbers: tuple[int | None, int | None]
) -> ComparedVersions | None:
    """Return two versions of an event's schedule; none where the caller sees no event.

    The newer is the newest unless it is said, the older the one before it; version 0 is
    an empty schedule.
    """
    key = Event.id if isinstance(event, int) else Event.identifier
    shown = and_(
        key == bindparam("event", type_=key.type),
        Event.deleted_at.is_(None),
        EVENT.visible(Who(who.audience), Event),
    )
    # Joined and not a subquery: what is asked of the event inside of one would be asked of any.
    seen = and_(ScheduleVersion.event_id == Event.id, is_schedule_shown(Who(who.audience), Event))
    newest = (
        select(Event.timezone, func.max(ScheduleVersion.number))
        .outerjoin_from(Event, ScheduleVersion, seen)
        .where(shown)
        .group_by(Event.id)
    )
    parameters = who.parameters() | {"event": event}
    found = run(sql_text(newest), parameters)
    if not found:
        return None
    timezone, last = found[0]
    newer = numbers[1] if numbers[1] is not None else last or 0
    older = numbers[0] if numbers[0] is not None else max(newer - 1, 0)
    wanted = select(ScheduleVersion.number, ScheduleVersion.slots).join_from(
        Event, ScheduleVersion, seen
    )
    sql = sql_text(
        wanted.where(
            shown, ScheduleVersion.number == any_(bindparam("numbers", type_=ARRAY(Integer)))
        )
    )
    kept: dict[int, list[dict[str, Any]]] = dict(
        run(sql, parameters | {"numbers": [older, newer]})
    ) | {0: []}
    return ComparedVersions(timezone, older, newer, kept.get(older), kept.get(newer))
