"""Who may know of the streams of an event, watch them, and change them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, exists, false, func, or_, true

from openevent.areas.events.policy import EventChildPolicy, event_exists
from openevent.areas.identity.policy import EVENT_ACCESS, TEAM, StaffWrites, has_role
from openevent.areas.orders.models import Attendee, Order, OrderStatus
from openevent.areas.programme.models import Session
from openevent.areas.programme.policy import is_public, is_speaker_of, own_address
from openevent.areas.streams.models import VideoStream, VideoStreamModerator
from openevent.jsonapi.resource import Policy, Row
from openevent.jsonapi.rows import TableRow
from openevent.work.principal import Who

#: Orders whose attendees are let in.
ADMITTING: Final = (OrderStatus.PLACED, OrderStatus.COMPLETED)


class VideoStreamPolicy(EventChildPolicy):
    """That there is a stream is as public as its event; who takes part gets to watch it.

    That is the team, who speaks in a session that is accepted, who has a ticket, and its
    moderators.
    """

    def audiences(self, who: Who, row: Row) -> Mapping[str, ColumnElement[bool]]:
        if who.is_anonymous or who.is_staff:
            return {"audience": true() if who.is_staff else false()}
        watches = or_(
            has_role(who, row.event_id, *TEAM),
            _speaks_at(who, row.event_id),
            _has_ticket(who, row.event_id),
            _moderates(who, row.id),
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


def _moderates(who: Who, stream_id: ColumnElement[int]) -> ColumnElement[bool]:
    moderator = TableRow(VideoStreamModerator)
    return exists().where(
        moderator.video_stream_id == stream_id, func.lower(moderator.email) == own_address(who)
    )


class ModeratorPolicy(Policy):
    """Who moderates a stream is said by those who run its event, and known to the moderator."""

    def visible(self, who: Who, row: Row) -> ColumnElement[bool]:
        if who.is_anonymous:
            return false()
        own = func.lower(row.email) == own_address(who)
        return and_(
            or_(_runs(who, row.video_stream_id), func.coalesce(own, false())),
            _is_there(who, row.video_stream_id),
        )

    def creatable(self, who: Who, values: Mapping[str, ColumnElement[Any]]) -> ColumnElement[bool]:
        return _runs(who, values["video_stream_id"])

    def changeable(self, who: Who, row: Row) -> ColumnElement[bool]:
        return _runs(who, row.video_stream_id)


def _runs(who: Who, stream_id: ColumnElement[int]) -> ColumnElement[bool]:
    stream = TableRow(VideoStream)
    return exists().where(stream.id == stream_id, has_role(who, stream.event_id, *EVENT_ACCESS))


def _is_there(who: Who, stream_id: ColumnElement[int]) -> ColumnElement[bool]:
    stream = TableRow(VideoStream)
    return exists().where(stream.id == stream_id, event_exists(who, stream.event_id))


class VideoChannelPolicy(StaffWrites):
    """Staff keeps the services and the keys to them; whoever is logged in may choose one."""

    def visible(self, who: Who, row: Row) -> ColumnElement[bool]:
        return false() if who.is_anonymous else true()

    def audiences(self, who: Who, row: Row) -> Mapping[str, ColumnElement[bool]]:
        return {"staff": true() if who.is_staff else false()}


VIDEO_STREAM: Final = VideoStreamPolicy(*EVENT_ACCESS)
VIDEO_CHANNEL: Final = VideoChannelPolicy()
MODERATOR: Final = ModeratorPolicy()
