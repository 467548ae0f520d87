"""Tables of the engagement area: what users like, and what they think of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from openevent.db.base import Record, SoftDeleted

if TYPE_CHECKING:
    from openevent.areas.events.models import Event
    from openevent.areas.identity.models import User

LIVE = text("deleted_at IS NULL")


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
