"""Tables of the engagement area: what users like, and what they think of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.dialects.postgresql import DOUBLE_PRECISION
from sqlalchemy.orm import Mapped, mapped_column, relationship

from openevent.db.base import Record, SoftDeleted
from openevent.db.columns import LIVE

if TYPE_CHECKING:
    from openevent.areas.events.models import Event
    from openevent.areas.identity.models import User
    from openevent.areas.programme.models import Session


class UserFavouriteEvent(SoftDeleted, Record):
    """An event that a user has marked to find it again."""

    __tablename__ = "user_favourite_events"
    __table_args__ = (
        Index(
            "uq_user_favourite_events_user_id_event_id",
            "user_id",
            "event_id",
            unique=True,
            postgresql_where=LIVE,
            info={"refusal": "This event is among the favourites already."},
        ),
        Index("ix_user_favourite_events_user_id", "user_id", "id"),
        Index("ix_user_favourite_events_event_id", "event_id"),
    )

    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))

    event: Mapped[Event] = relationship(viewonly=True, lazy="raise")
    user: Mapped[User] = relationship(viewonly=True, lazy="raise")


class UserFavouriteSession(Record):
    """A session that a user has marked; the session counts how many have."""

    __tablename__ = "user_favourite_sessions"
    __table_args__ = (
        UniqueConstraint(
            "user_id",
            "session_id",
            info={"refusal": "This session is among the favourites already."},
        ),
        Index("ix_user_favourite_sessions_session_id", "session_id", "id"),
    )

    session_id: Mapped[int] = mapped_column(ForeignKey("sessions.id", ondelete="CASCADE"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))

    session: Mapped[Session] = relationship(viewonly=True, lazy="raise")
    user: Mapped[User] = relationship(viewonly=True, lazy="raise")


def _once(target: str) -> Index:
    """Return the index by which a user has one opinion of each target."""
    return Index(
        f"uq_feedbacks_user_id_{target}",
        "user_id",
        target,
        unique=True,
        postgresql_where=LIVE,
        info={"refusal": "You have given feedback on this already; change that instead."},
    )


class Feedback(SoftDeleted, Record):
    """What a user thinks of an event, or somebody of its team of a proposed session."""

    __tablename__ = "feedbacks"
    __table_args__ = (
        CheckConstraint("num_nonnulls(event_id, session_id) = 1", name="one_target"),
        CheckConstraint("rating BETWEEN 1 AND 5", name="rating"),
        _once("event_id"),
        _once("session_id"),
        Index("ix_feedbacks_event_id", "event_id", "id", postgresql_include=["deleted_at"]),
        Index(
            "ix_feedbacks_session_id",
            "session_id",
            "id",
            postgresql_include=["rating", "deleted_at"],
        ),
        Index("ix_feedbacks_user_id", "user_id", "id"),
    )

    rating: Mapped[float] = mapped_column(DOUBLE_PRECISION)
    comment: Mapped[str] = mapped_column(default="", server_default="")
    event_id: Mapped[int | None] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"))
    session_id: Mapped[int | None] = mapped_column(ForeignKey("sessions.id", ondelete="CASCADE"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))

    event: Mapped[Event | None] = relationship(viewonly=True, lazy="raise")
    session: Mapped[Session | None] = relationship(viewonly=True, lazy="raise")
    user: Mapped[User] = relationship(viewonly=True, lazy="raise")
