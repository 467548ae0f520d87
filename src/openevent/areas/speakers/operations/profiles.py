"""What a change of an event's speakers, or of its call for them, means."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import BigInteger, DateTime, bindparam, select

from openevent.areas.events.models import Event
from openevent.areas.events.operations import update_in_event
from openevent.areas.forms.models import Form
from openevent.areas.forms.operations import fill_in
from openevent.areas.identity.models import User
from openevent.areas.identity.policy import EVENT_ACCESS, has_role
from openevent.areas.programme.operations.sessions import speaker_taken
from openevent.areas.programme.policy import is_call_open
from openevent.areas.programme.queries import speaker_elsewhere
from openevent.areas.speakers.models import Speaker, SpeakersCall
from openevent.areas.speakers.rules import check_call, check_own_profile
from openevent.db.compiled import sql_text
from openevent.db.engine import run_in
from openevent.errors import Forbidden
from openevent.work.principal import Audience, Who
from openevent.work.unit import UnitOfWork

_EVENT_ID: Final = bindparam("event_id", type_=BigInteger())
_NOW: Final = bindparam("now", type_=DateTime(timezone=True))


@dataclass(frozen=True, slots=True)
class Standing:
    """What decides about a speaker's profile: who is asking, and what the event wants."""

    #: Whether those ask who run the event.
    is_team: bool
    is_enabled: bool
    is_call_open: bool
    #: The account's own address, if it has been verified.
    address: str | None


@lru_cache(maxsize=8)
def _standing_of(audience: Audience) -> str:
    who = Who(audience)
    user = select(User.email).where(User.id == who.id, User.is_verified.is_(True))
    return sql_text(
        select(
            has_role(who, _EVENT_ID, *EVENT_ACCESS),
            Event.is_sessions_speakers_enabled,
            is_call_open(_EVENT_ID, _NOW),
            user.scalar_subquery(),
        ).where(Event.id == _EVENT_ID)
    )


def standing(work: UnitOfWork, event_id: int) -> Standing:
    """Return in what position the principal is towards an event's programme."""
    parameters = work.principal.parameters() | {"event_id": event_id, "now": work.now()}
    (found,) = run_in(work.db)(_standing_of(work.principal.audience), parameters)
    return Standing(*found)


def create_speaker(work: UnitOfWork, values: dict[str, Any]) -> Speaker:
    """Add a speaker to an event: the team at any time, others while the call is open."""
    here = standing(work, values["event_id"])
    _check_enabled(here)
    if not here.is_team:
        if not here.is_call_open:
            raise Forbidden(
                "The call for speakers of this event is not open.", code="call-not-open"
            )
        values.setdefault("email", here.address)
        check_own_profile(values, {})
    values = fill_in(work, Form.SPEAKER, values, of=Speaker, event_id=values["event_id"])
    is_own = not here.is_team or (
        here.address is not None
        and (values.get("email") or "").lower() == here.address.lower()
        and not values.get("is_email_overridden")
    )
    speaker = Speaker(user_id=work.principal.id if is_own else None, **values)
    work.db.add(speaker)
    return speaker


def update_speaker(work: UnitOfWork, speaker: Speaker, changes: dict[str, Any]) -> None:
    """Change a speaker's profile; some of it is for the team to decide."""
    here = standing(work, speaker.event_id)
    _check_enabled(here)
    if not here.is_team:
        check_own_profile(changes, {name: getattr(speaker, name) for name in changes})
        if "email" in changes and speaker.user_id is None:
            # It was theirs by the address only, and stays theirs with another one.
            speaker.user_id = work.principal.id
    changes = fill_in(work, Form.SPEAKER, changes, of=speaker, event_id=speaker.event_id)
    update_in_event(work, speaker, changes)


def add_sessions(work: UnitOfWork, speaker: Speaker, session_ids: Collection[int]) -> None:
    """Refuse sessions at whose time the speaker is in another one, and say in which."""
    other = speaker_elsewhere(work, session_ids, [speaker.id])
    if other is not None:
        is_told = standing(work, speaker.event_id).is_team
        raise speaker_taken(other, pointer="/data/relationships/sessions", is_told=is_told)


def create_speakers_call(work: UnitOfWork, values: dict[str, Any]) -> SpeakersCall:
    """Open an event's call for speakers; it has one at a time."""
    check_call(values["starts_at"], values["ends_at"], values.get("soft_ends_at"))
    call = SpeakersCall(**values)
    work.db.add(call)
    return call


def update_speakers_call(work: UnitOfWork, call: SpeakersCall, changes: dict[str, Any]) -> None:
    """Change the call's words or times."""
    times = {name: getattr(call, name) for name in ("starts_at", "ends_at", "soft_ends_at")}
    check_call(**times | {name: changes[name] for name in times.keys() & changes.keys()})
    update_in_event(work, call, changes)


def _check_enabled(here: Standing) -> None:
    if not here.is_enabled:
        raise Forbidden("This event has no sessions and speakers.", code="speakers-not-enabled")
