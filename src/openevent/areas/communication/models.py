"""The tables of communication: mails, notifications, and what switches them on and off."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from openevent.db.base import Record, SoftDeleted
from openevent.db.columns import LIVE, one_of

if TYPE_CHECKING:
    from openevent.areas.events.models import Event
    from openevent.areas.identity.models import User


class MailAction(StrEnum):
    """Why a mail is written. The first 33 are those that published clients know."""

    USER_REGISTRATION = "user_registration"
    USER_CONFIRMATION = "user_confirmation"
    USER_CHANGE_EMAIL = "user_change_email"
    NEW_SESSION = "new_session"
    PASSWORD_RESET = "password_reset"  # noqa: S105 - the name of a kind of mail
    PASSWORD_CHANGE = "password_change"  # noqa: S105
    PASSWORD_RESET_VERIFY = "password_reset_verify"  # noqa: S105
    EVENT_ROLE = "event_role"
    SPEAKER_INVITE = "speaker_invite"
    GROUP_ROLE = "group_role"
    SESSION_STATE_CHANGE = "session_state_change"
    TICKET_PURCHASED = "ticket_purchased"
    TICKET_PURCHASED_ATTENDEE = "ticket_purchased_attendee"
    TICKET_PURCHASED_ORGANIZER = "ticket_purchased_organizer"
    TICKET_CANCELLED = "ticket_cancelled"
    EVENT_EXPORTED = "event_exported"
    EVENT_EXPORT_FAIL = "event_export_fail"
    EVENT_IMPORTED = "event_imported"
    EVENT_IMPORT_FAIL = "event_import_fail"
    MONTHLY_PAYMENT = "monthly_payment"
    AFTER_EVENT = "after_event"
    AFTER_EVENT_SPEAKER = "after_event_speaker"
    MONTHLY_PAYMENT_FOLLOW_UP = "monthly_payment_follow_up"
    MONTHLY_PAYMENT_PRE_DUE = "monthly_payment_pre_due"
    MONTHLY_PAYMENT_POST_DUE = "monthly_payment_post_due"
    TEST_MAIL = "test_mail"
    CONTACT_ORGANIZERS = "contact_organizers"
    CONTACT_GROUP_ORGANIZERS = "contact_group_organizers"
    VIDEO_MODERATOR_INVITE = "video_moderator_invite"
    TICKET_SALES_END = "ticket_sales_end"
    TICKET_SALES_END_TOMORROW = "ticket_sales_end_tomorrow"
    TICKET_SALES_END_NEXT_WEEK = "ticket_sales_end_next_week"
    ANNOUNCE_EVENT = "announce_event"

    SESSION_SCHEDULE = "session_schedule"
    SESSION_NOTIFY = "session_notify"
    SPEAKER_INVITE_ACCEPTED = "speaker_invite_accepted"
    EVENT_ROLE_ACCEPTED = "event_role_accepted"
    EVENT_ROLE_REMOVED = "event_role_removed"
    EVENT_PUBLISHED = "event_published"
    EVENT_CHANGED = "event_changed"
    ORDER_REFUNDED = "order_refunded"
    LATE_PAYMENT_RETURNED = "late_payment_returned"
    REFUND_FAILED = "refund_failed"
    PAYMENT_UNMATCHED = "payment_unmatched"


class NotificationType(StrEnum):
    """What a notification is about. The first 9 are those that published clients know."""

    TICKET_PURCHASED = "ticket_purchased"
    TICKET_PURCHASED_ATTENDEE = "ticket_purchased_attendee"
    TICKET_PURCHASED_ORGANIZER = "ticket_purchased_organizer"
    TICKET_CANCELLED = "ticket_cancelled"
    TICKET_CANCELLED_ORGANIZER = "ticket_cancelled_organizer"
    EVENT_ROLE = "event_role"
    NEW_SESSION = "new_session"
    SESSION_STATE_CHANGE = "session_state_change"
    MONTHLY_PAYMENT = "monthly_payment"

    SESSION_SCHEDULE = "session_schedule"
    SPEAKER_INVITE = "speaker_invite"
    EVENT_PUBLISHED = "event_published"
    EVENT_CHANGED = "event_changed"
    ANNOUNCE_EVENT = "announce_event"


class Mail(Record):
    """A mail as it was written, and what became of it.

    ``key`` is unique: a mail that must not be written twice names its occasion there.
    ``secret`` says which single-use token the mail carries and ``secret_of`` whose it is;
    the token itself is made when the mail is sent, and ``message`` and ``html`` never
    hold it. ``papers`` are the PDFs that it carries, made when it is sent as well.
    ``user_id`` is the account that it was written to, if it was one.
    """

    __tablename__ = "mails"

    recipient: Mapped[str]
    time: Mapped[datetime]
    action: Mapped[str]
    subject: Mapped[str]
    message: Mapped[str]
    html: Mapped[str]
    language: Mapped[str] = mapped_column(default="en", server_default="en")
    reply_to: Mapped[str | None]
    unsubscribe_url: Mapped[str | None]
    key: Mapped[str | None]
    secret: Mapped[str | None]
    secret_of: Mapped[int | None]
    papers: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list, server_default="{}")
    user_id: Mapped[int | None] = mapped_column(
        ForeignKey("users.id", ondelete="SET NULL"), index=True
    )
    sent_at: Mapped[datetime | None]
    refused: Mapped[str | None]

    __table_args__ = (
        Index("uq_mails_key", "key", unique=True, postgresql_where="key IS NOT NULL"),
        Index("ix_mails_time_id", "time", "id"),
        one_of("action", MailAction),
        CheckConstraint("(secret IS NULL) = (secret_of IS NULL)", name="secret_of"),
    )


class MessageSetting(Record):
    """Whether a kind of mail is sent at all. There is one row of each kind, always."""

    __tablename__ = "message_settings"

    action: Mapped[str] = mapped_column(unique=True)
    enabled: Mapped[bool] = mapped_column(default=True, server_default="true")

    __table_args__ = (one_of("action", MailAction), {"info": {"installed": True}})


class NotificationSetting(Record):
    """Whether a kind of notification is made at all. One row of each kind, always."""

    __tablename__ = "notification_settings"

    type: Mapped[str] = mapped_column(unique=True)
    enabled: Mapped[bool] = mapped_column(default=True, server_default="true")

    __table_args__ = (one_of("type", NotificationType), {"info": {"installed": True}})


class Notification(Record):
    """Something that somebody is told inside the application.

    ``content`` says the same for programs: the type, what it is about, who did it.
    ``key`` names the occasion: nobody is told twice.
    """

    __tablename__ = "notifications"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    title: Mapped[str]
    message: Mapped[str]
    is_read: Mapped[bool] = mapped_column(default=False, server_default="false")
    received_at: Mapped[datetime]
    content: Mapped[dict[str, Any]] = mapped_column(JSONB)
    key: Mapped[str]

    user: Mapped[User] = relationship("User", viewonly=True, lazy="raise")

    __table_args__ = (
        Index("uq_notifications_user_id_key", "user_id", "key", unique=True),
        Index("ix_notifications_user_id", "user_id", "received_at", "id"),
        Index("ix_notifications_received_at", "received_at", "id"),
    )


class EmailNotification(SoftDeleted, Record):
    """Which mails about one event somebody wants; who has no row wants all of them."""

    __tablename__ = "email_notifications"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"), index=True)
    next_event: Mapped[bool | None] = mapped_column(default=True, server_default="true")
    new_paper: Mapped[bool | None] = mapped_column(default=True, server_default="true")
    session_accept_reject: Mapped[bool | None] = mapped_column(default=True, server_default="true")
    session_schedule: Mapped[bool | None] = mapped_column(default=True, server_default="true")
    after_ticket_purchase: Mapped[bool | None] = mapped_column(default=True, server_default="true")

    user: Mapped[User] = relationship("User", viewonly=True, lazy="raise")
    event: Mapped[Event] = relationship("Event", viewonly=True, lazy="raise")

    __table_args__ = (
        Index(
            "uq_email_notifications_user_id_event_id",
            "user_id",
            "event_id",
            unique=True,
            postgresql_where=LIVE,
            info={"refusal": "There are switches for this event already: change those."},
        ),
        Index("ix_email_notifications_user_id", "user_id", "id", postgresql_include=["deleted_at"]),
    )
