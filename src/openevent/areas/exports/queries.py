"""Programmes as their readers may see them."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Final

from sqlalchemy import select, true

from openevent.areas.events.models import Event
from openevent.areas.events.policy import EVENT
from openevent.areas.exports.formats.schedule import Link, Schedule, Talk
from openevent.areas.identity.policy import EVENT_ACCESS, has_role
from openevent.areas.programme.models import Microlocation, Session, SessionType, Track
from openevent.areas.programme.policy import SESSION
from openevent.areas.programme.rules import PUBLIC
from openevent.errors import Forbidden, Missing
from openevent.jsonapi.documents import parse_id
from openevent.jsonapi.html import plain_text
from openevent.services.frontend import Frontend
from openevent.work.principal import Who
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
    """Return the event of a session that the principal may see, and the session's id."""
    number = parse_id(reference)
    event_id = work.db.scalar(
        select(Session.event_id).where(
            Session.id == number,
            Session.deleted_at.is_(None),
            SESSION.visible(_who(work), Session),
        ),
        work.principal.parameters(),
    )
    if number is None or event_id is None:
        raise Missing("There is no such session.")
    return find_event(work, str(event_id)), number


def schedule_of(work: UnitOfWork, event: Event, *, only: Collection[int] | None = None) -> Schedule:
    """Return an event and its public talks that have a time, or those of certain ids."""
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
        talks=_talks(work, event, frontend, only),
    )


def check_runs_event(work: UnitOfWork, event: Event) -> None:
    """Refuse who may see an event but has no say in it."""
    runs = select(has_role(_who(work), Event.id, *EVENT_ACCESS)).where(Event.id == event.id)
    if not work.db.scalar(runs, work.principal.parameters()):
        raise Forbidden("Only those who run the event export it.")


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
    )
    return tuple(_talk(row, event, frontend) for row in rows)


def _talk(row: Any, event: Event, frontend: Frontend) -> Talk:
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
        links=tuple(Link(title, href) for title, href in links if href),
    )


def _who(work: UnitOfWork) -> Who:
    return Who(work.principal.audience)
