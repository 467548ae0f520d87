"""Tables of the exports area: the files that people have asked for, and secret calendars."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from openevent.areas.exports.rules import ExportKind
from openevent.db.base import Record


class Export(Record):
    """A file that somebody asked for; a job fills in its content.

    ``token`` names it in addresses: it cannot be guessed, and who has it may fetch the
    file. The content is kept here, and not with the uploads, so that a file and the
    state of its task are one commit; both are forgotten after a day.
    """

    __tablename__ = "exports"
    __table_args__ = (
        UniqueConstraint("token"),
        CheckConstraint(
            "kind IN ({})".format(", ".join(f"'{kind}'" for kind in ExportKind)), name="kind"
        ),
        Index("ix_exports_asked_at", "asked_at"),
        Index("ix_exports_event_id", "event_id"),
        Index("ix_exports_user_id", "user_id"),
    )

    token: Mapped[str]
    kind: Mapped[str]
    asked_at: Mapped[datetime]
    error: Mapped[str | None]
    file_name: Mapped[str | None]
    content: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))


class CalendarFeed(Record):
    """The secret address of a person's own schedule, for calendar programs without log-in.

    Only its hash is kept: a new address is made when the old one is lost.
    """

    __tablename__ = "calendar_feeds"
    __table_args__ = (UniqueConstraint("user_id"), UniqueConstraint("token_hash"))

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    token_hash: Mapped[bytes]
