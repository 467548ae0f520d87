"""Who may see and change the programme."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    ColumnElement,
    DateTime,
    SQLColumnExpression,
    Text,
    and_,
    column,
    exists,
    false,
    func,
    literal_column,
    not_,
    or_,
    select,
    table,
    true,
)

from openevent.areas.events.models import Event
from openevent.areas.events.policy import EVENT, EventChildPolicy, event_exists
from openevent.areas.identity.models import RoleName, User
from openevent.areas.identity.policy import EVENT_ACCESS, TEAM, has_role
from openevent.areas.programme.models import Session
from openevent.areas.programme.rules import PUBLIC
from openevent.jsonapi.resource import Policy, Row
from openevent.jsonapi.rows import TableRow
from openevent.work.principal import Who

#: Tables of the area above that decide on who may do what here.
SPEAKERS: Final = table(
    "speakers",
    *(column(name, BigInteger) for name in ("id", "user_id")),
    *(column(name, Text) for name in ("name", "email")),
    column("is_email_overridden", Boolean),
    column("deleted_at", DateTime(timezone=True)),
)
SPEAKING: Final = table(
    "speakers_sessions", *(column(name, BigInteger) for name in ("speaker_id", "session_id"))
)
_CALLS: Final = table(
    "speakers_calls",
    column("event_id", BigInteger),
    *(column(name, DateTime(timezone=True)) for name in ("starts_at", "ends_at", "deleted_at")),
)


def own_address(who: Who) -> ColumnElement[str]:
    """Return the verified address of the principal, in lower case; null if there is none."""
    user = TableRow(User)
    return (
        select(func.lower(user.email))
        .where(user.id == who.id, user.is_verified.is_(True))
        .scalar_subquery()
    )


def is_profile_of(who: Who, row: Any) -> ColumnElement[bool]:
    """Whether a speaker's profile is the principal's: by account, or by verified address.

    An address that the team put in place of the speaker's own makes nobody the speaker.
    """
    if who.is_anonymous:
        return false()
    by_address = and_(
        not_(row.is_email_overridden),
        func.coalesce(func.lower(row.email), "") == own_address(who),
    )
    return or_(row.user_id == who.id, func.coalesce(by_address, false()))


def is_speaker_of(who: Who, row: Row) -> ColumnElement[bool]:
    """Whether the session ``row`` is the principal's own: submitted, or spoken in, by them."""
    if who.is_anonymous:
        return false()
    speaker, speaking = SPEAKERS.alias(), SPEAKING.alias()
    speaks = exists(
        select(1)
        .select_from(speaking)
        .join(speaker, speaker.c.id == speaking.c.speaker_id)
        .where(
            speaking.c.session_id == row.id,
            speaker.c.deleted_at.is_(None),
            is_profile_of(who, speaker.c),
        )
    )
    return or_(row.creator_id == who.id, speaks)


def is_call_open(
    event_id: SQLColumnExpression[int], now: SQLColumnExpression[datetime]
) -> ColumnElement[bool]:
    """Whether the event's call for speakers takes proposals at that moment."""
    call = _CALLS.alias()
    return exists(
        select(1).where(
            call.c.event_id == event_id,
            call.c.deleted_at.is_(None),
            call.c.starts_at <= now,
            call.c.ends_at > now,
        )
    )


def is_public(row: Row) -> ColumnElement[bool]:
    """Whether everybody who sees the event sees the session."""
    return or_(*(row.state == literal_column(f"'{state}'") for state in PUBLIC))


class SessionPolicy(Policy):
    """The programme is public; a proposal is between its speakers and the event's team.

    Anybody may submit to an event that they see: what comes of it is not theirs to say.
    Which change of a session is whose to make is decided by the operations.
    """

    def visible(self, who: Who, row: Row) -> ColumnElement[bool]:
        if who.is_staff:
            return event_exists(who, row.event_id)
        own = or_(is_speaker_of(who, row), has_role(who, row.event_id, *TEAM))
        return and_(or_(is_public(row), own), event_exists(who, row.event_id))

    def audiences(self, who: Who, row: Row) -> Mapping[str, ColumnElement[bool]]:
        if who.is_anonymous or who.is_staff:
            return {"team": true() if who.is_staff else false()}
        return {"team": or_(is_speaker_of(who, row), has_role(who, row.event_id, *TEAM))}

    def creatable(self, who: Who, values: Mapping[str, ColumnElement[Any]]) -> ColumnElement[bool]:
        return false() if who.is_anonymous else true()

    def changeable(self, who: Who, row: Row) -> ColumnElement[bool]:
        if who.is_staff:
            return true()
        # Here and not in the operations: some changes, such as of who speaks, have none.
        unlocked = and_(not_(row.is_locked), is_speaker_of(who, row))
        return or_(unlocked, has_role(who, row.event_id, *EVENT_ACCESS))


class StateHistoryPolicy(Policy):
    """What became of a session is told to its speakers and the event's team."""

    def visible(self, who: Who, row: Row) -> ColumnElement[bool]:
        if who.is_anonymous:
            return false()
        session = TableRow(Session)
        own = or_(is_speaker_of(who, session), has_role(who, session.event_id, *TEAM))
        return exists().where(
            session.id == row.session_id,
            session.deleted_at.is_(None),
            true() if who.is_staff else own,
            event_exists(who, session.event_id),
        )


class ScheduleVersionPolicy(Policy):
    """Who runs the event publishes its schedule; while it is published everybody sees it.

    Taking it back hides its versions, too.
    """

    def visible(self, who: Who, row: Row) -> ColumnElement[bool]:
        event = TableRow(Event)
        return exists().where(
            event.id == row.event_id,
            event.deleted_at.is_(None),
            EVENT.visible(who, event),
            is_schedule_shown(who, event),
        )

    def creatable(self, who: Who, values: Mapping[str, ColumnElement[Any]]) -> ColumnElement[bool]:
        return has_role(who, values["event_id"], *EVENT_ACCESS)


def is_schedule_shown(who: Who, event: Row) -> ColumnElement[bool]:
    """Whether the versions of an event's schedule are shown to the principal."""
    return or_(event.schedule_published_on.is_not(None), has_role(who, event.id, *TEAM))


SESSION: Final = SessionPolicy()
SCHEDULE_VERSION: Final = ScheduleVersionPolicy()
STATE_HISTORY: Final = StateHistoryPolicy()
#: Tracks have organizers of their own.
RUN_BY_TRACK_ORGANIZERS: Final = EventChildPolicy(*EVENT_ACCESS, RoleName.TRACK_ORGANIZER)
