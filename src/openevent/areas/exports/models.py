"""Tables of the exports area: the files that people have asked for, and secret calendars."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from openevent.areas.exports.rules import ExportKind, ImportResult
from openevent.db.base import Model, Record
from openevent.db.columns import one_of


class Export(Record):
    """A file that somebody asked for; a job fills in its content.

    ``token`` names it in addresses: it cannot be guessed, and who has it may fetch the
    file. The content is kept here, and not with the uploads, so that a file and the
    state of its task are one commit; both are forgotten after a day.

    A list, which may be long, is made part by part (:class:`ExportPart`), each in a commit
    of its own: ``row_count`` of ``row_total`` rows are there, up to the one of ``last_id``.
    ``status`` narrows a list of sessions or speakers, or a report. An export is about an
    event, about a group, or about the whole server.
    """

    __tablename__ = "exports"
    __table_args__ = (
        UniqueConstraint("token"),
        CheckConstraint(
            "kind IN ({})".format(", ".join(f"'{kind}'" for kind in ExportKind)), name="kind"
        ),
        CheckConstraint("event_id IS NULL OR group_id IS NULL", name="owner"),
        Index("ix_exports_asked_at", "asked_at"),
        Index("ix_exports_event_id", "event_id"),
        Index("ix_exports_group_id", "group_id"),
        Index("ix_exports_user_id", "user_id"),
    )

    token: Mapped[str]
    kind: Mapped[str]
    status: Mapped[str | None]
    asked_at: Mapped[datetime]
    error: Mapped[str | None]
    file_name: Mapped[str | None]
    part_count: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    row_count: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    row_total: Mapped[int | None] = mapped_column(Integer)
    last_id: Mapped[int] = mapped_column(default=0, server_default="0")
    content: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    event_id: Mapped[int | None] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"))
    group_id: Mapped[int | None] = mapped_column(ForeignKey("groups.id", ondelete="CASCADE"))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))


class ExportPart(Model):
    """One part of a file. Put together in order, the parts are the file."""

    __tablename__ = "export_parts"

    export_id: Mapped[int] = mapped_column(
        ForeignKey("exports.id", ondelete="CASCADE"), primary_key=True
    )
    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    content: Mapped[bytes] = mapped_column(LargeBinary)


class ImportJob(Record):
    """An archive that somebody sent, and what came of it.

    ``task`` is the last part of its task's address. ``result`` is the id of the event that
    was made, or why there is none. The archive itself is forgotten when it has been read.
    """

    __tablename__ = "import_jobs"
    __table_args__ = (
        UniqueConstraint("task"),
        one_of("result_status", ImportResult),
        Index("ix_import_jobs_user_id", "user_id", "id"),
    )

    task: Mapped[str]
    starts_at: Mapped[datetime]
    result: Mapped[str | None]
    result_status: Mapped[str | None]
    content: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))


class CalendarFeed(Record):
    """The secret address of a person's own schedule, for calendar programs without log-in.

    Only its hash is kept: a new address is made when the old one is lost.
    """

    __tablename__ = "calendar_feeds"
    __table_args__ = (UniqueConstraint("user_id"), UniqueConstraint("token_hash"))

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    token_hash: Mapped[bytes]
