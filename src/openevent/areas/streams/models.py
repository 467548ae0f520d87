"""Tables of the streams area: where those watch who are not in the room."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    ForeignKey,
    Index,
    ScalarSelect,
    UniqueConstraint,
    and_,
    exists,
    func,
    inspect,
    select,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, foreign, mapped_column, relationship

from openevent.areas.events.models import Event
from openevent.areas.programme.models import Microlocation
from openevent.db.base import Record
from openevent.db.columns import flag


class VideoChannel(Record):
    """A service that the installation offers for streams, and the server's key to it."""

    __tablename__ = "video_channels"

    name: Mapped[str]
    provider: Mapped[str]
    url: Mapped[str]
    api_url: Mapped[str | None]
    api_key: Mapped[str | None]
    extra: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))


class VideoStream(Record):
    """A video of an event, for some of its rooms, or for the event as a whole."""

    __tablename__ = "video_streams"
    __table_args__ = (
        # What the key of microlocations refers to.
        UniqueConstraint("id", "event_id"),
        Index("ix_video_streams_event_id", "event_id", "id"),
        Index("ix_video_streams_video_channel_id", "video_channel_id", "id"),
    )

    name: Mapped[str]
    url: Mapped[str]
    password: Mapped[str | None]
    bg_img_url: Mapped[str | None]
    additional_information: Mapped[str | None]
    extra: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    is_chat_enabled: Mapped[bool] = flag()
    is_global_event_room: Mapped[bool] = flag()
    chat_room_name: Mapped[str | None]
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"))
    video_channel_id: Mapped[int | None] = mapped_column(
        ForeignKey("video_channels.id", ondelete="SET NULL")
    )

    event: Mapped[Event] = relationship(viewonly=True, lazy="raise")
    video_channel: Mapped[VideoChannel | None] = relationship(viewonly=True, lazy="raise")
    moderators: Mapped[list[VideoStreamModerator]] = relationship(viewonly=True, lazy="raise")
    rooms: Mapped[list[Microlocation]] = relationship(
        primaryjoin="VideoStream.id == foreign(Microlocation.video_stream_id)",
        viewonly=True,
        lazy="raise",
    )


class VideoStreamModerator(Record):
    """An address whose owner leads the talk in a stream."""

    __tablename__ = "video_stream_moderators"

    email: Mapped[str]
    video_stream_id: Mapped[int] = mapped_column(ForeignKey("video_streams.id", ondelete="CASCADE"))

    video_stream: Mapped[VideoStream] = relationship(viewonly=True, lazy="raise")


Index(
    "uq_video_stream_moderators_video_stream_id_email",
    VideoStreamModerator.video_stream_id,
    func.lower(VideoStreamModerator.email),
    unique=True,
    info={"refusal": "This address is a moderator of the stream already."},
)


def _first_of_event() -> ScalarSelect[int]:
    """Return the id of the oldest stream of an event that is not of one of its rooms."""
    stream, room = VideoStream.__table__.alias().c, Microlocation.__table__.alias().c
    return (
        select(func.min(stream.id))
        .where(
            # Of the stream's own event: the event itself is further out than a subquery sees.
            stream.event_id == VideoStream.event_id,
            ~exists().where(room.video_stream_id == stream.id),
        )
        .scalar_subquery()
    )


#: Two tables decide which it is, so that it is said where both are known.
inspect(Event).add_property(
    "video_stream",
    relationship(
        VideoStream,
        primaryjoin=lambda: and_(
            Event.id == foreign(VideoStream.event_id), VideoStream.id == _first_of_event()
        ),
        viewonly=True,
        uselist=False,
        lazy="raise",
    ),
)
