"""The tables of communication: the mails that the server has written."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from openevent.db.base import Record


class MailAction(StrEnum):
    """Why a mail is written: the names that published clients know."""

    USER_CONFIRMATION = "user_confirmation"
    USER_CHANGE_EMAIL = "user_change_email"
    PASSWORD_RESET = "password_reset"  # noqa: S105 - the name of a kind of mail
    PASSWORD_CHANGE = "password_change"  # noqa: S105
    EVENT_ROLE = "event_role"


class Mail(Record):
    """A mail as it was written, and what became of it.

    ``key`` is unique: a mail that must not be written twice names its occasion there.
    ``secret`` is the purpose of the single-use token that the mail carries; the token
    itself is made when the mail is sent, and ``message`` and ``html`` never hold it.
    """

    __tablename__ = "mails"

    recipient: Mapped[str]
    time: Mapped[datetime]
    action: Mapped[str]
    subject: Mapped[str]
    message: Mapped[str]
    html: Mapped[str]
    key: Mapped[str | None]
    secret: Mapped[str | None]
    user_id: Mapped[int | None] = mapped_column(
        ForeignKey("users.id", ondelete="SET NULL"), index=True
    )
    sent_at: Mapped[datetime | None]
    refused: Mapped[str | None]

    __table_args__ = (
        Index("uq_mails_key", "key", unique=True, postgresql_where="key IS NOT NULL"),
        Index("ix_mails_time_id", "time", "id"),
        CheckConstraint(
            "action IN ({})".format(", ".join(f"'{action}'" for action in MailAction)),
            name="action",
        ),
        CheckConstraint("secret IS NULL OR user_id IS NOT NULL", name="secret_of_user"),
    )
