"""Who may see and change speakers and calls for them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    SQLColumnExpression,
    and_,
    exists,
    false,
    func,
    literal_column,
    not_,
    or_,
    select,
    true,
)
from sqlalchemy.orm import aliased

from openevent.areas.events.policy import EventChildPolicy, event_exists
from openevent.areas.identity.models import User
from openevent.areas.identity.policy import EVENT_ACCESS, TEAM, has_role
from openevent.areas.speakers.models import CallPrivacy, SpeakersCall
from openevent.jsonapi.resource import Policy, Row
from openevent.work.principal import Who


def own_address(who: Who) -> ColumnElement[str]:
    """Return the verified address of the principal, in lower case; null if there is none."""
    user = aliased(User)
    return (
        select(func.lower(user.email))
        .where(user.id == who.id, user.is_verified.is_(True))
        .scalar_subquery()
    )


def is_speaker(who: Who, row: Row) -> ColumnElement[bool]:
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


def is_call_open(
    event_id: SQLColumnExpression[int], now: SQLColumnExpression[datetime]
) -> ColumnElement[bool]:
    """Whether the event's call for speakers takes proposals at that moment."""
    call = aliased(SpeakersCall)
    return exists().where(
        call.event_id == event_id,
        call.deleted_at.is_(None),
        call.starts_at <= now,
        call.ends_at > now,
    )


class SpeakerPolicy(Policy):
    """Speakers are seen by the team, by themselves, and by everybody once featured.

    They are changed by themselves and by those who run the event.
    """

    def visible(self, who: Who, row: Row) -> ColumnElement[bool]:
        if who.is_staff:
            return event_exists(who, row.event_id)
        return and_(
            event_exists(who, row.event_id),
            or_(row.is_featured, has_role(who, row.event_id, *TEAM), is_speaker(who, row)),
        )

    def audiences(self, who: Who, row: Row) -> Mapping[str, ColumnElement[bool]]:
        return {"team": self.changeable(who, row)}

    def creatable(self, who: Who, values: Mapping[str, ColumnElement[Any]]) -> ColumnElement[bool]:
        # Whether the call for speakers is open is said by the operation, with the reason.
        return false() if who.is_anonymous else true()

    def changeable(self, who: Who, row: Row) -> ColumnElement[bool]:
        if who.is_staff:
            return true()
        if who.is_anonymous:
            return false()
        return or_(has_role(who, row.event_id, *EVENT_ACCESS), is_speaker(who, row))


class SpeakersCallPolicy(EventChildPolicy):
    """A public call is seen by whoever sees the event, a private one by its team."""

    def visible(self, who: Who, row: Row) -> ColumnElement[bool]:
        private: ColumnElement[str] = literal_column(f"'{CallPrivacy.PRIVATE.value}'")
        shown = or_(row.privacy.is_distinct_from(private), has_role(who, row.event_id, *TEAM))
        return and_(event_exists(who, row.event_id), shown)

    def audiences(self, who: Who, row: Row) -> Mapping[str, ColumnElement[bool]]:
        return {"team": has_role(who, row.event_id, *EVENT_ACCESS)}


SPEAKER: Final = SpeakerPolicy()
SPEAKERS_CALL: Final = SpeakersCallPolicy(*EVENT_ACCESS)
