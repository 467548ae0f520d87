"""What a change of a session means."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import cache
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    DateTime,
    ScalarSelect,
    bindparam,
    exists,
    false,
    select,
    true,
)

from openevent.areas.events.models import Event
from openevent.areas.events.operations import update_in_event
from openevent.areas.forms.models import Form
from openevent.areas.forms.operations import fill_in
from openevent.areas.forms.rules import form_values
from openevent.areas.identity.policy import EVENT_ACCESS, has_role
from openevent.areas.programme.domain_events import (
    SessionNotified,
    SessionScheduled,
    SessionStateChanged,
    SessionSubmitted,
)
from openevent.areas.programme.models import (
    Microlocation,
    Session,
    SessionStateChange,
    SessionType,
    Track,
)
from openevent.areas.programme.policy import is_call_open, is_speaker_of
from openevent.areas.programme.queries import (
    session_in_the_way,
    session_of_a_speaker,
    speaker_elsewhere,
)
from openevent.areas.programme.rules import (
    MAILED,
    NEW,
    PUBLIC,
    SessionState,
    Side,
    check_fields,
    check_is_ahead,
    check_state,
    check_times,
    shorten,
)
from openevent.db.compiled import sql_text
from openevent.db.engine import run_in
from openevent.errors import Conflict, Forbidden, Invalid, Missing
from openevent.jsonapi.html import plain_text
from openevent.work.principal import Audience, Who
from openevent.work.unit import UnitOfWork, unique_key

#: Where and when a session is: what has to be free.
PLACE: Final = frozenset({"starts_at", "ends_at", "microlocation_id"})
#: Only those who run the event set these; what the refusal calls them.
ORGANIZERS_ONLY: Final[Mapping[str, str]] = {
    "starts_at": "times",
    "ends_at": "times",
    "microlocation_id": "rooms",
    "overlap_reason": "overlaps",
    "creator_id": "who has submitted it",
    "is_locked": "locks",
    "is_mail_sent": "mails",
}
_PARTS: Final[Mapping[str, type[Track | SessionType | Microlocation]]] = {
    "microlocation_id": Microlocation,
    "session_type_id": SessionType,
    "track_id": Track,
}

_EVENT_ID: Final = bindparam("event_id", type_=BigInteger())
_SESSION_ID: Final = bindparam("session_id", type_=BigInteger())


def create_session(work: UnitOfWork, values: dict[str, Any]) -> Session:
    """Propose a session for an event, or put one into its programme."""
    values = {name: value for name, value in values.items() if value is not None}
    values.pop("send_email", None)  # A new session is in nobody's inbox yet.
    standing = _standing(work, values["event_id"], None, values)
    if not standing.is_enabled:
        raise Forbidden(
            "The event has no sessions: its is-sessions-speakers-enabled is false.",
            code="sessions-disabled",
            pointer="/data/relationships/event",
        )
    if Side.ORGANIZER not in standing.sides:
        check_call(is_open=standing.is_call_open)
        own = {"creator_id": work.principal.id}
        given = (
            name for name, value in values.items() if value is not False and value != own.get(name)
        )
        check_fields(given, organizers_only=ORGANIZERS_ONLY)
    state = values.setdefault("state", SessionState.DRAFT.value)
    check_state(NEW, state, standing.sides)
    check_times(values.get("starts_at"), values.get("ends_at"))
    check_is_ahead(values.get("starts_at"), work.now())
    if not values.get("short_abstract"):
        values["short_abstract"] = _abstract(values.get("long_abstract"))
    if state != SessionState.DRAFT:
        values = fill_in(work, Form.SESSION, values, of=Session, event_id=values["event_id"])
    session = Session(**{"creator_id": work.principal.id, **values})
    if state != SessionState.DRAFT:
        session.submitted_at = work.now()
    check_place(work, session, standing.sides)
    work.db.add(session)
    work.db.flush()  # The history and the domain events need the session's id.
    _note(work, session, None, send_email=False)
    if session.microlocation_id or session.starts_at:
        _note_place(work, session)
    return session


def update_session(work: UnitOfWork, session: Session, changes: dict[str, Any]) -> None:
    """Change a session: what it is about, where and when it is, how far it has come."""
    send_email = bool(changes.pop("send_email", False))
    standing = _standing(work, session.event_id, session.id, changes)
    if Side.ORGANIZER not in standing.sides:
        check_fields(changes, organizers_only=ORGANIZERS_ONLY)
    old = session.state
    if old == SessionState.DRAFT and "state" in changes and Side.ORGANIZER not in standing.sides:
        check_call(is_open=standing.is_call_open)
    check_state(old, changes.get("state", old), standing.sides)
    check_times(
        changes.get("starts_at", session.starts_at), changes.get("ends_at", session.ends_at)
    )
    _keep_abstract(session, changes)
    update_in_event(work, session, _with_answers(work, session, changes))
    if changes.keys() & {*PLACE, "state", "overlap_reason"}:
        check_place(work, session, standing.sides)
    if session.state != old:
        if old == SessionState.DRAFT:
            session.submitted_at = work.now()
        session.is_mail_sent = send_email and session.state in MAILED
        _note(work, session, old, send_email=send_email)
    if changes.keys() & PLACE:
        _note_place(work, session)


def _with_answers(work: UnitOfWork, session: Session, changes: dict[str, Any]) -> dict[str, Any]:
    """Return changes with the answers to the event's form in them checked.

    A draft may be incomplete: the form has to be filled in when it is submitted, and to
    stay so from then on.
    """
    is_draft = changes.get("state", session.state) == SessionState.DRAFT
    is_submitted = session.state == SessionState.DRAFT and not is_draft
    if is_draft or (not is_submitted and form_values(Form.SESSION).isdisjoint(changes)):
        return changes
    return fill_in(work, Form.SESSION, changes, of=session, event_id=session.event_id)


def delete_session(work: UnitOfWork, session: Session) -> None:
    """Delete a session."""
    session.deleted_at = work.now()


def notify(
    work: UnitOfWork, session: Session, *, subject: str | None, message: str | None, bcc: list[str]
) -> None:
    """Have a session's speakers told of its state, in these words or in those of the state."""
    if Side.ORGANIZER not in sides_of(work, session):
        raise Forbidden("Only those who run the event write to its speakers.")
    if session.state == SessionState.DRAFT:
        raise Conflict("There is nothing to tell of a draft.", code="draft")
    session.is_mail_sent = True
    work.record(
        SessionNotified(
            session_id=session.id,
            subject=subject or None,
            message=message or None,
            bcc=tuple(bcc),
            key=unique_key(),
        )
    )


def reject_left_over(work: UnitOfWork) -> None:
    """Reject the proposals that still wait though their event is over."""
    waiting = (
        select(Session)
        .join(Event, Event.id == Session.event_id)
        .where(
            Event.ends_at < work.now(),
            Event.deleted_at.is_(None),
            Session.state == SessionState.PENDING.value,
            Session.deleted_at.is_(None),
        )
        .order_by(Session.id)
        .with_for_update(of=Session, skip_locked=True)
    )
    for session in work.db.scalars(waiting):
        session.state = SessionState.REJECTED
        _note(work, session, SessionState.PENDING, send_email=False)


def check_call(*, is_open: bool) -> None:
    """Refuse proposals that nobody called for, by whoever does not run the event."""
    if not is_open:
        raise Forbidden(
            "The call for speakers of this event is not open: only its organizers add sessions.",
            code="call-not-open",
        )


def sides_of(work: UnitOfWork, session: Session) -> frozenset[Side]:
    """Return as what the principal may change a session."""
    return _standing(work, session.event_id, session.id, {}).sides


def _keep_abstract(session: Session, changes: dict[str, Any]) -> None:
    """Have a short abstract follow the long one, unless somebody wrote it."""
    if "short_abstract" not in changes:
        if "long_abstract" not in changes:
            return
        if session.short_abstract not in (None, _abstract(session.long_abstract)):
            return
    if not changes.get("short_abstract"):
        changes["short_abstract"] = _abstract(changes.get("long_abstract", session.long_abstract))


def _abstract(long_abstract: str | None) -> str | None:
    return shorten(plain_text(long_abstract or "")) or None


# -- who it is, and what there is ------------------------------------------------------------


class _Standing:
    """Whether the event has sessions and takes proposals, and who the principal is to this one."""

    def __init__(self, is_enabled: bool, is_call_open: bool, organizes: bool, speaks: bool) -> None:
        self.is_enabled, self.is_call_open = is_enabled, is_call_open
        self.sides = frozenset(
            side for side, held in ((Side.ORGANIZER, organizes), (Side.SPEAKER, speaks)) if held
        )


def _standing(
    work: UnitOfWork, event_id: int, session_id: int | None, values: Mapping[str, Any]
) -> _Standing:
    """Ask, with one statement, what decides on a change; refuse parts of another event.

    The parts are locked, so that none goes away meanwhile, nor, being a room, is given
    to another session.
    """
    parts = tuple(name for name in _PARTS if values.get(name) is not None)
    sql = _standing_sql(work.principal.audience, session_id is None, parts)
    parameters = work.principal.parameters() | {
        "event_id": event_id,
        "session_id": session_id,
        "now": work.now(),
    }
    found = run_in(work.db)(sql, parameters | {name: values[name] for name in parts})[0]
    for name, is_of_event in zip(parts, found[4:], strict=True):
        pointer = f"/data/relationships/{name.removesuffix('_id').replace('_', '-')}"
        if is_of_event is None:
            # It was there when the document was judged, and was deleted since.
            raise Missing("There is no such resource any more.", pointer=pointer)
        if not is_of_event:
            raise Invalid("This belongs to another event.", code="other-event", pointer=pointer)
    return _Standing(*found[:4])


@cache
def _standing_sql(audience: Audience, is_new: bool, parts: tuple[str, ...]) -> str:
    who = Who(audience)
    speaks: ColumnElement[bool] = true()
    if not is_new:
        speaks = exists().where(Session.id == _SESSION_ID, is_speaker_of(who, Session))
    return sql_text(
        select(
            Event.is_sessions_speakers_enabled,
            is_call_open(_EVENT_ID, bindparam("now", type_=DateTime(timezone=True))),
            has_role(who, Event.id, *EVENT_ACCESS),
            false() if who.is_anonymous else speaks,
            *(_is_of_event(name) for name in parts),
        ).where(Event.id == _EVENT_ID)
    )


def _is_of_event(key: str) -> ScalarSelect[bool]:
    """Return whether a live part is one of the event, and lock it."""
    table = _PARTS[key].__table__.c
    is_room = key == "microlocation_id"
    return (
        select(table.event_id == _EVENT_ID)
        .where(table.id == bindparam(key, type_=BigInteger()), table.deleted_at.is_(None))
        # A room is taken by one at a time; keys of sessions may refer to it all the while.
        .with_for_update(read=not is_room, key_share=is_room)
        .scalar_subquery()
    )


# -- what follows ----------------------------------------------------------------------------


def check_place(work: UnitOfWork, session: Session, sides: frozenset[Side]) -> None:
    """Refuse a time at which another session is in the room, and say which.

    The room is locked before it is looked at, so that of two who want it one sees the
    other. Should a change ever come another way, the table's own constraint holds.
    """
    _check_speakers(work, session, sides)
    other = session_in_the_way(work, session)
    if other is None:
        return
    if Side.ORGANIZER not in sides:
        raise Conflict("Another session is in its room at its time.", code="room-taken")
    raise Conflict(
        f"The session {other.title!r} ({other.id}) is in this room at that time. Choose another"
        " time or room, or say in overlap-reason why both may be there.",
        code="room-taken",
        pointer="/data/relationships/microlocation",
        meta={"session": {"type": "session", "id": str(other.id), "title": other.title}},
    )


def _check_speakers(work: UnitOfWork, session: Session, sides: frozenset[Side]) -> None:
    """Refuse a time at which one of its speakers is in another session, and say which."""
    other = session_of_a_speaker(work, session)
    if other is not None:
        raise speaker_taken(
            other, pointer="/data/attributes/starts-at", is_told=Side.ORGANIZER in sides
        )


def add_speakers(work: UnitOfWork, session: Session, speaker_ids: Collection[int]) -> None:
    """Refuse speakers who are in another session at the time of this one, and say which."""
    other = speaker_elsewhere(work, [session.id], speaker_ids)
    if other is not None:
        is_told = Side.ORGANIZER in sides_of(work, session)
        raise speaker_taken(other, pointer="/data/relationships/speakers", is_told=is_told)


def speaker_taken(other: Any, *, pointer: str, is_told: bool) -> Conflict:
    """Return the refusal of a second place to be in; who runs the event is told of the other."""
    if not is_told:
        return Conflict("A speaker is in another session at its time.", code="speaker-taken")
    return Conflict(
        f"{other.name} is in the session {other.title!r} ({other.id}) at that time. Choose another"
        " time, or say in overlap-reason how one may be in both.",
        code="speaker-taken",
        pointer=pointer,
        meta={"session": {"type": "session", "id": str(other.id), "title": other.title}},
    )


def _note(work: UnitOfWork, session: Session, old: str | None, *, send_email: bool) -> None:
    """Keep that a session came into its present state, and tell whom it concerns."""
    new = session.state
    work.db.add(
        SessionStateChange(
            session_id=session.id,
            old_state=old,
            new_state=new,
            changed_at=work.now(),
            user_id=work.principal.id,
        )
    )
    if new == SessionState.PENDING and old in (None, SessionState.DRAFT):
        work.record(SessionSubmitted(session.id))
    if old is not None:
        work.record(
            SessionStateChanged(
                session_id=session.id,
                old=old,
                new=new,
                send_email=send_email,
                user_id=work.principal.id,
            )
        )


def _note_place(work: UnitOfWork, session: Session) -> None:
    if session.state in PUBLIC:
        work.record(SessionScheduled(session.id, unique_key()))
