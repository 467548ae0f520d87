"""Tables of the streams area: where those watch who are not in the room."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from openevent.db.base import Record
from openevent.db.columns import flag

if TYPE_CHECKING:
    from openevent.areas.events.models import Event
    from openevent.areas.programme.models import Microlocation


class VideoStream(Record):
    """A video of an event, for some of its rooms, or for the event as a whole."""

    __tablename__ = "video_streams"
    __table_args__ = (
        # What the key of microlocations refers to.
        UniqueConstraint("id", "event_id"),
        Index("ix_video_streams_event_id", "event_id", "id"),
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

    event: Mapped[Event] = relationship(viewonly=True, lazy="raise")
    rooms: Mapped[list[Microlocation]] = relationship(
        primaryjoin="VideoStream.id == foreign(Microlocation.video_stream_id)",
        viewonly=True,
        lazy="raise",
    )
