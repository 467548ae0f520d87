"""Programmes as their readers may see them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import BigInteger, Integer, and_, bindparam, exists, func, not_, or_, select, true
from sqlalchemy.dialects.postgresql import JSONB, distinct_on

from openevent.areas.engagement.models import UserFavouriteSession
from openevent.areas.events.models import Event
from openevent.areas.events.policy import EVENT
from openevent.areas.exports.formats.schedule import Link, Person, Schedule, Talk
from openevent.areas.exports.models import CalendarFeed, ExportPart
from openevent.areas.identity.models import User
from openevent.areas.identity.policy import EVENT_ACCESS, GROUP_ACCESS, has_group_role, has_role
from openevent.areas.programme.models import (
    Microlocation,
    ScheduleVersion,
    Session,
    SessionType,
    Track,
)
from openevent.areas.programme.operations.schedule import slot_of
from openevent.areas.programme.policy import SESSION
from openevent.areas.programme.rules import PUBLIC
from openevent.areas.speakers.models import Speaker, SpeakersSession
from openevent.areas.teams.models import Group
from openevent.db.compiled import sql_text
from openevent.errors import Forbidden, Missing
from openevent.jsonapi.documents import parse_id
from openevent.jsonapi.html import plain_text
from openevent.services.frontend import Frontend
from openevent.services.tokens import hash_secret
from openevent.work.principal import ANONYMOUS, Principal, Who
from openevent.work.unit import UnitOfWork

_LINKS: Final = {
    "slides_url": "Slides",
    "video_url": "Video",
    "audio_url": "Audio",
    "website": "Website",
}


def find_event(work: UnitOfWork, reference: str) -> Event:
    """Return the event of this id or identifier, if the principal may see it."""
    number = parse_id(reference)
    here = Event.identifier == reference if number is None else Event.id == number
    found = work.db.scalar(
        select(Event).where(here, Event.deleted_at.is_(None), EVENT.visible(_who(work), Event)),
        work.principal.parameters(),
    )
    if found is None:
        raise Missing("There is no such event.")
    return found


def find_session_event(work: UnitOfWork, reference: str) -> tuple[Event, int]:
    """Return the event of a session, and the session's id.

    It is one that the principal may see, or one that a published schedule had: whoever
    keeps its entry is to learn that it is cancelled.
    """
    number = parse_id(reference)
    was_published = exists().where(
        ScheduleVersion.event_id == Session.event_id,
        ScheduleVersion.slots.contains([{"id": number}]),
    )
    is_seen = and_(Session.deleted_at.is_(None), SESSION.visible(_who(work), Session))
    event_id = work.db.scalar(
        select(Session.event_id).where(Session.id == number, or_(is_seen, was_published)),
        work.principal.parameters(),
    )
    if number is None or event_id is None:
        raise Missing("There is no such session.")
    return find_event(work, str(event_id)), number


def schedule_of(work: UnitOfWork, event: Event, *, only: Collection[int] | None = None) -> Schedule:
    """Return an event and its public talks that have a time, or those of certain ids.

    What was in a published schedule and is not any more is there too, as cancelled:
    calendars that have it are told. A constant number of statements.
    """
    frontend = work.port(Frontend)
    place = event.location_name or ("Online" if event.online else "")
    geo = None if None in (event.latitude, event.longitude) else (event.latitude, event.longitude)
    return Schedule(
        identifier=event.identifier,
        sequence=event.version - 1,
        changed_at=event.modified_at,
        starts_at=event.starts_at,
        ends_at=event.ends_at,
        timezone=event.timezone,
        name=event.name,
        description=plain_text(event.description or ""),
        location=place,
        geo=geo,  # type: ignore[arg-type]  # both or none
        url=frontend.link(f"e/{event.identifier}"),
        version=_version(work, event),
        talks=(*_talks(work, event, frontend, only), *_cancelled(work, event, only)),
    )


def favourites_of(work: UnitOfWork, user_id: int, event_id: int | None = None) -> dict[int, int]:
    """Return the sessions that a person has marked, with the event of each."""
    rows = work.db.execute(
        select(Session.id, Session.event_id)
        .join(UserFavouriteSession, UserFavouriteSession.session_id == Session.id)
        .where(
            UserFavouriteSession.user_id == user_id,
            true() if event_id is None else Session.event_id == event_id,
        )
    )
    return {row.id: row.event_id for row in rows}


def schedules_of_favourites(work: UnitOfWork, user_id: int) -> list[Schedule]:
    """Return what a person has marked, of every event that anybody may see."""
    marked = favourites_of(work, user_id)
    events = work.db.scalars(
        select(Event)
        .where(
            Event.id.in_(set(marked.values())),
            Event.deleted_at.is_(None),
            EVENT.visible(_who(work), Event),
        )
        .order_by(Event.starts_at, Event.id),
        work.principal.parameters(),
    )
    return [schedule_of(work, event, only=marked) for event in events]


def user_of_feed(work: UnitOfWork, secret: str) -> int | None:
    """Return whose schedule is at a secret address: of nobody who is blocked or gone."""
    found: int | None = work.db.scalar(
        select(CalendarFeed.user_id)
        .join(User, User.id == CalendarFeed.user_id)
        .where(
            CalendarFeed.token_hash == hash_secret(secret),
            User.deleted_at.is_(None),
            User.is_blocked.is_(False),
        )
    )
    return found


def principal_of(work: UnitOfWork, user_id: int | None) -> Principal:
    """Return a person as who asks; nobody, if they are blocked or gone."""
    user = None if user_id is None else work.db.get(User, user_id)
    if user is None or user.is_blocked or user.deleted_at is not None:
        return ANONYMOUS
    return Principal(
        id=user.id,
        is_verified=user.is_verified,
        is_admin=user.is_admin,
        is_super_admin=user.is_super_admin,
    )


def language_of(work: UnitOfWork, user_id: int | None) -> str | None:
    """Return the tag of the language that somebody reads, if they said so."""
    user = None if user_id is None else work.db.get(User, user_id)
    return None if user is None else user.language_prefrence


@lru_cache(maxsize=1)
def part_statement() -> str:
    """Return the SQL of one part of a file."""
    return sql_text(
        select(ExportPart.content).where(
            ExportPart.export_id == bindparam("export_id", type_=BigInteger()),
            ExportPart.number == bindparam("number", type_=Integer()),
        )
    )


def check_runs_event(work: UnitOfWork, event: Event) -> None:
    """Refuse who may see an event but has no say in it."""
    runs = select(has_role(_who(work), Event.id, *EVENT_ACCESS)).where(Event.id == event.id)
    if not work.db.scalar(runs, work.principal.parameters()):
        raise Forbidden("Only those who run the event export it.")


def find_led_group(work: UnitOfWork, reference: str) -> int:
    """Return the id of a group, for those who run it."""
    found = work.db.execute(
        select(Group.id, has_group_role(_who(work), Group.id, *GROUP_ACCESS).label("runs")).where(
            Group.id == parse_id(reference), Group.deleted_at.is_(None)
        ),
        work.principal.parameters(),
    ).one_or_none()
    if found is None:
        raise Missing("There is no such group.")
    if not found.runs:
        raise Forbidden("Only those who run the group export it.")
    return int(found.id)


def _talks(
    work: UnitOfWork, event: Event, frontend: Frontend, only: Collection[int] | None
) -> tuple[Talk, ...]:
    rows = work.db.execute(
        select(
            Session,
            Microlocation.name.label("room"),
            Track.name.label("track"),
            SessionType.name.label("kind"),
        )
        .outerjoin(Microlocation, Microlocation.id == Session.microlocation_id)
        .outerjoin(Track, Track.id == Session.track_id)
        .outerjoin(SessionType, SessionType.id == Session.session_type_id)
        .where(
            Session.event_id == event.id,
            Session.state.in_([state.value for state in PUBLIC]),
            Session.deleted_at.is_(None),
            Session.starts_at.is_not(None),
            Session.ends_at.is_not(None),
            true() if only is None else Session.id.in_(only),
        )
        .order_by(Session.starts_at, Microlocation.position, Session.id)
    ).all()
    persons = _persons(work, [row.Session.id for row in rows])
    return tuple(_talk(row, persons[row.Session.id], event, frontend) for row in rows)


def _talk(row: Any, persons: list[Person], event: Event, frontend: Frontend) -> Talk:
    session: Session = row.Session
    assert session.starts_at is not None  # noqa: S101  # as asked for
    assert session.ends_at is not None  # noqa: S101
    links = ((title, getattr(session, name)) for name, title in _LINKS.items())
    return Talk(
        id=session.id,
        sequence=session.version - 1,
        changed_at=session.modified_at,
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        title=session.title,
        subtitle=session.subtitle or "",
        abstract=session.short_abstract or "",
        description=plain_text(session.long_abstract or ""),
        room=row.room or "",
        track=row.track or "",
        kind=row.kind or "",
        language=session.language or "",
        url=frontend.link(f"e/{event.identifier}/session/{session.id}"),
        persons=tuple(persons),
        links=tuple(Link(title, href) for title, href in links if href),
    )


def _persons(work: UnitOfWork, session_ids: list[int]) -> dict[int, list[Person]]:
    """Return who speaks in each of the sessions, in the order of the event's speakers."""
    rows = work.db.execute(
        select(SpeakersSession.session_id, Speaker.id, Speaker.name)
        .join(Speaker, Speaker.id == SpeakersSession.speaker_id)
        .where(SpeakersSession.session_id.in_(session_ids), Speaker.deleted_at.is_(None))
        .order_by(Speaker.order, Speaker.id)
    )
    persons: dict[int, list[Person]] = defaultdict(list)
    for row in rows:
        persons[row.session_id].append(Person(row.id, row.name))
    return persons


def _cancelled(work: UnitOfWork, event: Event, only: Collection[int] | None) -> tuple[Talk, ...]:
    """Return what was published and will not take place, as it was published last."""
    slot = func.jsonb_array_elements(ScheduleVersion.slots, type_=JSONB).column_valued("slot")
    takes_place = and_(
        Session.deleted_at.is_(None),
        Session.state.in_([state.value for state in PUBLIC]),
        Session.starts_at.is_not(None),
    )
    rows = work.db.execute(
        select(Session.id, Session.version, Session.modified_at, slot)
        .select_from(ScheduleVersion)
        .join(Session, Session.event_id == ScheduleVersion.event_id)
        .where(
            ScheduleVersion.event_id == event.id,
            Session.id == slot["id"].as_integer(),
            not_(takes_place),
            true() if only is None else Session.id.in_(only),
        )
        .ext(distinct_on(Session.id))
        .order_by(Session.id, ScheduleVersion.number.desc())
    )
    slots = ((row, slot_of(row.slot)) for row in rows)
    return tuple(
        Talk(
            id=row.id,
            sequence=row.version - 1,
            changed_at=row.modified_at,
            starts_at=was.starts_at,
            ends_at=was.ends_at,
            title=was.title,
            room=was.room or "",
            is_cancelled=True,
        )
        for row, was in slots
        if was.ends_at is not None
    )


def _version(work: UnitOfWork, event: Event) -> str:
    newest = select(func.max(ScheduleVersion.number)).where(ScheduleVersion.event_id == event.id)
    return str(work.db.scalar(newest) or "")


def _who(work: UnitOfWork) -> Who:
    return Who(work.principal.audience)
