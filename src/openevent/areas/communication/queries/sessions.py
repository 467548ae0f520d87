"""Who is written to because of what happens to a session, and about what."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import ColumnElement, func, or_, select

from openevent.areas.communication.queries.accounts import of_event
from openevent.areas.communication.queries.events import has_role_on, live_event
from openevent.areas.communication.rules import About, Mailing
from openevent.areas.events.models import Event
from openevent.areas.identity.models import RoleName, User
from openevent.areas.programme.models import Microlocation, Session, SessionStateChange
from openevent.areas.programme.rules import MAILED
from openevent.areas.speakers.models import Speaker, SpeakersSession
from openevent.services.languages import Moment
from openevent.work.unit import UnitOfWork

#: Who hears of new sessions.
ORGANIZING: Final = (RoleName.OWNER, RoleName.ORGANIZER)
#: The texts of the states that speakers are told of.
STATE_TEXTS: Final = tuple(sorted(f"session-{state.value}" for state in MAILED))


def new_session(work: UnitOfWork, session_id: int) -> Mailing | None:
    """Tell those who organise the event of a new proposal; once per session."""
    session, event = _found(work, session_id)
    if session is None or event is None:
        return None
    return _mailing(
        event,
        session,
        occasion=f"session {session_id}",
        people=has_role_on(event.id, *ORGANIZING),
        page=f"events/{event.identifier}/sessions",
        action="submitted",
        actor_ids=(session.creator_id,) if session.creator_id else (),
    )


def session_state(
    work: UnitOfWork, session_id: int, new: str, send_email: bool, user_id: int | None
) -> Mailing | None:
    """Tell a session's people of the state that it came into; once per change."""
    session, event = _found(work, session_id)
    if session is None or event is None or not send_email or new not in MAILED:
        return None
    change = work.db.scalar(
        select(func.max(SessionStateChange.id)).where(
            SessionStateChange.session_id == session_id, SessionStateChange.new_state == new
        )
    )
    return _mailing(
        event,
        session,
        occasion=f"session {session_id} change {change}",
        people=_people_of(session),
        addresses=_addresses_of(work, session),
        text=f"session-{new}",
        action=new,
        actor_ids=(user_id,) if user_id else (),
    )


def session_schedule(work: UnitOfWork, session_id: int, key: str) -> Mailing | None:
    """Tell a session's people when and where it is, or that this is open again."""
    session, event = _found(work, session_id)
    if session is None or event is None:
        return None
    more: dict[str, Any] = {"text": "session-unscheduled"}
    if session.starts_at is not None and session.ends_at is not None:
        room = work.db.get(Microlocation, session.microlocation_id or 0)
        more = {
            "values": {
                "starts": Moment(session.starts_at, event.timezone),
                "ends": Moment(session.ends_at, event.timezone),
                "place": room.name if room is not None else "?",
            }
        }
    return _mailing(
        event,
        session,
        occasion=f"session {session_id} place {key}",
        people=_people_of(session),
        addresses=_addresses_of(work, session),
        action="scheduled",
        **more,
    )


def session_notify(
    work: UnitOfWork,
    session_id: int,
    subject: str | None,
    message: str | None,
    bcc: Sequence[str],
    key: str,
) -> Mailing | None:
    """Pass on what somebody writes to a session's people, or tell them its state again."""
    session, event = _found(work, session_id)
    if session is None or event is None or session.state not in MAILED:
        return None
    return _mailing(
        event,
        session,
        occasion=f"session {session_id} notice {key}",
        people=_people_of(session),
        addresses=(*_addresses_of(work, session), *bcc),
        text="session-notify" if message else f"session-{session.state}",
        subject=subject or "",
        quote=message or "",
        action="notified",
    )


def _found(work: UnitOfWork, session_id: int) -> tuple[Session | None, Event | None]:
    session = work.db.get(Session, session_id)
    if session is None or session.deleted_at is not None:
        return None, None
    return session, live_event(work, session.event_id)


def _mailing(
    event: Event, session: Session, *, action: str, values: Any = None, **more: Any
) -> Mailing:
    facts = {"event": event.name, "session": session.title}
    details = {
        "event": of_event(event),
        "session": {"id": str(session.id), "title": session.title},
    }
    about = About(type="Session", id=session.id, action=action, details=details)
    page = {"page": f"e/{event.identifier}/session/{session.id}"}
    return Mailing(values=facts | (values or {}), event_id=event.id, about=about, **(page | more))


def _people_of(session: Session) -> ColumnElement[bool]:
    """Whether a user made the session, or speaks in it."""
    speaking = (
        select(Speaker.user_id)
        .join(SpeakersSession, SpeakersSession.speaker_id == Speaker.id)
        .where(
            SpeakersSession.session_id == session.id,
            Speaker.deleted_at.is_(None),
            Speaker.user_id.is_not(None),
        )
    )
    return or_(User.id == session.creator_id, User.id.in_(speaking))


def _addresses_of(work: UnitOfWork, session: Session) -> tuple[str, ...]:
    """Return the addresses of the speakers whose profiles others keep."""
    found = work.db.scalars(
        select(Speaker.email)
        .join(SpeakersSession, SpeakersSession.speaker_id == Speaker.id)
        .where(
            SpeakersSession.session_id == session.id,
            Speaker.deleted_at.is_(None),
            Speaker.user_id.is_(None),
            Speaker.email.is_not(None),
        )
        .order_by(Speaker.id)
    )
    return tuple(email for email in found if email)
