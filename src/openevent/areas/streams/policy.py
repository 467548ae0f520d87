"""Who may know of the streams of an event, watch them, and change them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from sqlalchemy import ColumnElement, exists, false, or_, true

from openevent.areas.events.policy import EventChildPolicy
from openevent.areas.identity.policy import EVENT_ACCESS, TEAM, has_role
from openevent.areas.orders.models import Attendee, Order, OrderStatus
from openevent.areas.programme.models import Session
from openevent.areas.programme.policy import is_public, is_speaker_of
from openevent.jsonapi.resource import Row
from openevent.jsonapi.rows import TableRow
from openevent.work.principal import Who

#: Orders whose attendees are let in.
ADMITTING: Final = (OrderStatus.PLACED, OrderStatus.COMPLETED)


class VideoStreamPolicy(EventChildPolicy):
    """That there is a stream is as public as its event; who takes part gets to watch it.

    That is the team, who speaks in a session that is accepted, and who has a ticket.
    """

    def audiences(self, who: Who, row: Row) -> Mapping[str, ColumnElement[bool]]:
        if who.is_anonymous or who.is_staff:
            return {"audience": true() if who.is_staff else false()}
        watches = or_(
            has_role(who, row.event_id, *TEAM),
            _speaks_at(who, row.event_id),
            _has_ticket(who, row.event_id),
        )
        return {"audience": watches}


def is_of_own_team(who: Who, row: Row) -> ColumnElement[bool]:
    """Whether the principal is in the team of the stream's event."""
    return has_role(who, row.event_id, *TEAM)


def _speaks_at(who: Who, event_id: ColumnElement[int]) -> ColumnElement[bool]:
    session = TableRow(Session)
    return exists().where(
        session.event_id == event_id,
        session.deleted_at.is_(None),
        is_public(session),
        is_speaker_of(who, session),
    )


def _has_ticket(who: Who, event_id: ColumnElement[int]) -> ColumnElement[bool]:
    seat, order = TableRow(Attendee), TableRow(Order)
    return exists().where(
        seat.event_id == event_id,
        seat.deleted_at.is_(None),
        order.id == seat.order_id,
        or_(*(order.status == status.value for status in ADMITTING)),
        or_(seat.user_id == who.id, order.user_id == who.id),
    )


VIDEO_STREAM: Final = VideoStreamPolicy(*EVENT_ACCESS)
