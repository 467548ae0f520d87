"""Tables of the media area: what is kept, and the sizes that pictures are made in."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, UniqueConstraint, text
from sqlalchemy.orm import Mapped, MappedColumn, mapped_column

from openevent.db.base import Record


class MediaFile(Record):
    """Something that is kept under the hash of its content: an upload, or made from one.

    A picture is kept twice, the second time as WebP. ``used_at`` is when it was last
    uploaded, named by somebody or made: what nothing names is deleted some time after.
    """

    __tablename__ = "media_files"
    __table_args__ = (
        UniqueConstraint("digest", "extension"),
        Index("ix_media_files_used_at", "used_at", "id"),
        Index("ix_media_files_user_id", "user_id"),
    )

    digest: Mapped[str]
    extension: Mapped[str]
    size: Mapped[int]
    width: Mapped[int | None] = mapped_column(Integer)
    height: Mapped[int | None] = mapped_column(Integer)
    placeholder: Mapped[str | None]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    used_at: Mapped[datetime]

    @property
    def is_picture(self) -> bool:
        return self.width is not None


def _number(default: int) -> MappedColumn[Any]:
    return mapped_column(Integer, default=default, server_default=text(str(default)))


def _aspect() -> MappedColumn[bool]:
    return mapped_column(default=True, server_default=text("true"))


def _check(*names: str, most: int) -> tuple[CheckConstraint, ...]:
    return tuple(CheckConstraint(f"{name} BETWEEN 1 AND {most}", name=name) for name in names)


class EventImageSize(Record):
    """The sizes in which pictures of events are made: one row."""

    __tablename__ = "event_image_sizes"
    __table_args__ = (
        *_check(
            *("full_width", "full_height", "icon_width", "icon_height"),
            *("thumbnail_width", "thumbnail_height", "logo_width", "logo_height"),
            most=4000,
        ),
        *_check("full_quality", "icon_quality", "thumbnail_quality", most=100),
    )

    type: Mapped[str | None] = mapped_column(default="event-image", server_default="event-image")
    full_width: Mapped[int] = _number(1300)
    full_height: Mapped[int] = _number(500)
    full_aspect: Mapped[bool] = _aspect()
    full_quality: Mapped[int] = _number(80)
    icon_width: Mapped[int] = _number(75)
    icon_height: Mapped[int] = _number(30)
    icon_aspect: Mapped[bool] = _aspect()
    icon_quality: Mapped[int] = _number(80)
    thumbnail_width: Mapped[int] = _number(500)
    thumbnail_height: Mapped[int] = _number(200)
    thumbnail_aspect: Mapped[bool] = _aspect()
    thumbnail_quality: Mapped[int] = _number(80)
    logo_width: Mapped[int] = _number(500)
    logo_height: Mapped[int] = _number(200)


class SpeakerImageSize(Record):
    """The sizes in which portraits, of speakers and of users, are made: one row."""

    __tablename__ = "speaker_image_sizes"
    __table_args__ = (
        *_check(
            "small_size_width_height",
            "thumbnail_size_width_height",
            "icon_size_width_height",
            most=4000,
        ),
        *_check("small_size_quality", "thumbnail_size_quality", "icon_size_quality", most=100),
    )

    type: Mapped[str | None] = mapped_column(
        default="speaker-image", server_default="speaker-image"
    )
    small_size_width_height: Mapped[int] = _number(50)
    small_size_quality: Mapped[int] = _number(80)
    thumbnail_size_width_height: Mapped[int] = _number(500)
    thumbnail_size_quality: Mapped[int] = _number(80)
    icon_size_width_height: Mapped[int] = _number(35)
    icon_size_quality: Mapped[int] = _number(80)
