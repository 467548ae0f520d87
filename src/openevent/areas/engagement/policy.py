"""Who may see and change what users like and think."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, exists, false, or_, select, true

from openevent.areas.events.policy import event_exists
from openevent.areas.identity.policy import EVENT_ACCESS, has_role
from openevent.areas.programme.models import Session
from openevent.areas.programme.policy import SESSION
from openevent.jsonapi.resource import Policy, Row
from openevent.jsonapi.rows import TableRow
from openevent.work.principal import Who


def is_own(who: Who, row: Row) -> ColumnElement[bool]:
    """Whether the row is the principal's own, or anybody's for staff."""
    if who.is_staff:
        return true()
    return false() if who.is_anonymous else row.user_id == who.id


def for_oneself(who: Who, user_id: ColumnElement[Any]) -> ColumnElement[bool]:
    """Whether a new row that names this user, or nobody, would be the principal's own."""
    if who.is_staff:
        return true()
    return false() if who.is_anonymous else or_(user_id.is_(None), user_id == who.id)


class FavouriteEventPolicy(Policy):
    """What somebody likes is between them and staff."""

    def visible(self, who: Who, row: Row) -> ColumnElement[bool]:
        if who.is_anonymous:
            return false()
        return and_(is_own(who, row), event_exists(who, row.event_id))

    def creatable(self, who: Who, values: Mapping[str, ColumnElement[Any]]) -> ColumnElement[bool]:
        return for_oneself(who, values["user_id"])

    def changeable(self, who: Who, row: Row) -> ColumnElement[bool]:
        return is_own(who, row)


class FavouriteSessionPolicy(FavouriteEventPolicy):
    """The same for sessions; with the session hidden, the mark is too."""

    def visible(self, who: Who, row: Row) -> ColumnElement[bool]:
        if who.is_anonymous:
            return false()
        session = TableRow(Session)
        shown = exists(
            select(1).where(
                session.id == row.session_id,
                session.deleted_at.is_(None),
                SESSION.visible(who, session),
            )
        )
        return and_(is_own(who, row), shown)


class FeedbackPolicy(Policy):
    """What users say of an event is public; what the team says of a session is the team's."""

    def visible(self, who: Who, row: Row) -> ColumnElement[bool]:
        of_event = event_exists(who, row.event_id)
        return of_event if who.is_anonymous else or_(of_event, _runs_event_of(who, row.session_id))

    def creatable(self, who: Who, values: Mapping[str, ColumnElement[Any]]) -> ColumnElement[bool]:
        if who.is_anonymous:
            return false()
        session_id = values["session_id"]
        return and_(
            for_oneself(who, values["user_id"]),
            or_(session_id.is_(None), _runs_event_of(who, session_id)),
        )

    def changeable(self, who: Who, row: Row) -> ColumnElement[bool]:
        return is_own(who, row)


def _runs_event_of(who: Who, session_id: Any) -> ColumnElement[bool]:
    """Whether the principal is one of those who run the event of a session."""
    session = TableRow(Session)
    return exists(
        select(1).where(
            session.id == session_id,
            session.deleted_at.is_(None),
            has_role(who, session.event_id, *EVENT_ACCESS),
            event_exists(who, session.event_id),
        )
    )


FEEDBACK: Final = FeedbackPolicy()
FAVOURITE_SESSION: Final = FavouriteSessionPolicy()
FAVOURITE_EVENT: Final = FavouriteEventPolicy()
