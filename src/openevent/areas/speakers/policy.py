"""Who may see and change speakers and calls for them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, exists, false, func, literal_column, or_, select, true

from openevent.areas.events.policy import EventChildPolicy, event_exists
from openevent.areas.identity.policy import EVENT_ACCESS, TEAM, has_role
from openevent.areas.programme.models import Session
from openevent.areas.programme.policy import is_profile_of, is_public, is_speaker_of, own_address
from openevent.areas.speakers.models import CallPrivacy, SpeakersSession
from openevent.jsonapi.resource import Policy, Row
from openevent.jsonapi.rows import TableRow
from openevent.work.principal import Who


def is_in_programme(who: Who, row: Row) -> ColumnElement[bool]:
    """Whether a speaker has a session that everybody sees, or one that is the principal's."""
    speaking, session = TableRow(SpeakersSession), TableRow(Session)
    return exists(
        select(1).where(
            session.id == speaking.session_id,
            speaking.speaker_id == row.id,
            session.deleted_at.is_(None),
            or_(is_public(session), is_speaker_of(who, session)),
        )
    )


class SpeakerPolicy(Policy):
    """Speakers are seen by everybody once they are in the programme, or featured.

    Before, they are seen by the team, by themselves and by those whom they speak with.
    They are changed by themselves and by those who run the event.
    """

    def visible(self, who: Who, row: Row) -> ColumnElement[bool]:
        if who.is_staff:
            return event_exists(who, row.event_id)
        return and_(
            event_exists(who, row.event_id),
            or_(
                row.is_featured,
                has_role(who, row.event_id, *TEAM),
                is_profile_of(who, row),
                is_in_programme(who, row),
            ),
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
        return or_(has_role(who, row.event_id, *EVENT_ACCESS), is_profile_of(who, row))


class SpeakersCallPolicy(EventChildPolicy):
    """A public call is seen by whoever sees the event, a private one by its team."""

    def visible(self, who: Who, row: Row) -> ColumnElement[bool]:
        private: ColumnElement[str] = literal_column(f"'{CallPrivacy.PRIVATE.value}'")
        shown = or_(row.privacy.is_distinct_from(private), has_role(who, row.event_id, *TEAM))
        return and_(event_exists(who, row.event_id), shown)

    def audiences(self, who: Who, row: Row) -> Mapping[str, ColumnElement[bool]]:
        return {"team": has_role(who, row.event_id, *EVENT_ACCESS)}


class SpeakerInvitePolicy(Policy):
    """Invitations are between who has a session, who runs the event, and who is invited."""

    def visible(self, who: Who, row: Row) -> ColumnElement[bool]:
        if who.is_anonymous:
            return false()
        invited = func.lower(row.email) == own_address(who)
        return and_(
            event_exists(who, row.event_id),
            true() if who.is_staff else or_(invited, self.changeable(who, row)),
        )

    def creatable(self, who: Who, values: Mapping[str, ColumnElement[Any]]) -> ColumnElement[bool]:
        return self._may_invite(who, values["session_id"])

    def changeable(self, who: Who, row: Row) -> ColumnElement[bool]:
        return self._may_invite(who, row.session_id)

    def _may_invite(self, who: Who, session_id: Any) -> ColumnElement[bool]:
        if who.is_staff:
            return true()
        if who.is_anonymous:
            return false()
        session = TableRow(Session)
        may = or_(has_role(who, session.event_id, *EVENT_ACCESS), is_speaker_of(who, session))
        return exists(select(1).where(session.id == session_id, session.deleted_at.is_(None), may))


SPEAKER_INVITE: Final = SpeakerInvitePolicy()
SPEAKER: Final = SpeakerPolicy()
SPEAKERS_CALL: Final = SpeakersCallPolicy(*EVENT_ACCESS)
