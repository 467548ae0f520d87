"""Tables of the partners area: who supports an event, and who shows something there."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, Integer, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from openevent.db.base import Model, Record, SoftDeleted
from openevent.db.columns import COUNTABLE, flag, one_of

if TYPE_CHECKING:
    from openevent.areas.events.models import Event
    from openevent.areas.programme.models import Session


class ExhibitorStatus(StrEnum):
    """Whether an exhibitor takes part."""

    PENDING = "pending"
    ACCEPTED = "accepted"


class Sponsor(SoftDeleted, Record):
    """Who supports an event, on some level."""

    __tablename__ = "sponsors"
    __table_args__ = (Index("ix_sponsors_event_id", "event_id", "level", "id", **COUNTABLE),)

    name: Mapped[str]
    description: Mapped[str | None]
    url: Mapped[str | None]
    level: Mapped[int | None] = mapped_column(Integer)
    logo_url: Mapped[str | None]
    type: Mapped[str | None]
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"))

    event: Mapped[Event] = relationship(viewonly=True, lazy="raise")


class Exhibitor(SoftDeleted, Record):
    """Who has a stand at an event, in a hall or on a screen."""

    __tablename__ = "exhibitors"
    __table_args__ = (
        one_of("status", ExhibitorStatus),
        # What the keys of exhibitors_sessions refer to.
        UniqueConstraint("id", "event_id"),
        Index("ix_exhibitors_event_id", "event_id", "position", "id", **COUNTABLE),
    )

    name: Mapped[str]
    status: Mapped[str] = mapped_column(default=ExhibitorStatus.PENDING, server_default="pending")
    description: Mapped[str | None]
    url: Mapped[str | None]
    position: Mapped[int | None] = mapped_column(Integer, default=0, server_default="0")
    logo_url: Mapped[str | None]
    banner_url: Mapped[str | None]
    thumbnail_image_url: Mapped[str | None]
    enable_video_room: Mapped[bool] = flag()
    video_url: Mapped[str | None]
    slides_url: Mapped[str | None]
    contact_email: Mapped[str | None]
    contact_link: Mapped[str | None]
    social_links: Mapped[list[dict[str, str]] | None] = mapped_column(JSONB(none_as_null=True))
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"))

    event: Mapped[Event] = relationship(viewonly=True, lazy="raise")
    sessions: Mapped[list[Session]] = relationship(
        secondary="exhibitors_sessions", viewonly=True, lazy="raise"
    )


class ExhibitedSession(Model):
    """That an exhibitor has to do with a session. The event is part of both keys."""

    __tablename__ = "exhibitors_sessions"
    __table_args__ = (
        ForeignKeyConstraint(
            ["exhibitor_id", "event_id"],
            ["exhibitors.id", "exhibitors.event_id"],
            name="fk_exhibitors_sessions_exhibitor_id",
            ondelete="CASCADE",
        ),
        ForeignKeyConstraint(
            ["session_id", "event_id"],
            ["sessions.id", "sessions.event_id"],
            name="fk_exhibitors_sessions_session_id",
            ondelete="CASCADE",
        ),
        Index("ix_exhibitors_sessions_session_id", "session_id", "event_id"),
    )

    exhibitor_id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int]
