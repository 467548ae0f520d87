"""Tables of the speakers area: who speaks at an event, and the call that they answer."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB, TSTZRANGE, ExcludeConstraint, Range
from sqlalchemy.orm import Mapped, mapped_column, relationship

from openevent.db.base import Model, Record, SoftDeleted
from openevent.db.columns import COUNTABLE, LIVE, flag, one_of

if TYPE_CHECKING:
    from openevent.areas.events.models import Event
    from openevent.areas.identity.models import User
    from openevent.areas.programme.models import Session


class Gender(StrEnum):
    """What speakers may say of themselves."""

    MAN = "Man"
    WOMAN = "Woman"
    TRANSGENDER = "Transgender"
    NON_BINARY = "Non-binary"
    GENDERQUEER = "Genderqueer"
    NOT_LISTED = "An identity not listed here"
    NOT_SAID = "I prefer not to say"


class InviteStatus(StrEnum):
    """What became of an invitation to speak."""

    PENDING = "pending"
    ACCEPTED = "accepted"
    REJECTED = "rejected"


class CallPrivacy(StrEnum):
    """Whether everybody is told of a call for speakers, or only whom the team tells."""

    PUBLIC = "public"
    PRIVATE = "private"


class Speaker(SoftDeleted, Record):
    """Somebody who speaks, or would like to, at one event.

    ``user_id`` is the account that made the profile and keeps it; a profile that the
    team made has none, and belongs to whoever has its address.
    """

    __tablename__ = "speakers"
    __table_args__ = (
        # What composite foreign keys refer to: nobody speaks in a session of another event.
        UniqueConstraint("id", "event_id"),
        one_of("gender", Gender),
        Index("ix_speakers_event_id", "event_id", "order", "id", **COUNTABLE),
        Index("ix_speakers_user_id", "user_id", "order", "id", **COUNTABLE),
    )

    name: Mapped[str]
    email: Mapped[str | None]
    photo_url: Mapped[str | None]
    thumbnail_image_url: Mapped[str | None]
    small_image_url: Mapped[str | None]
    icon_image_url: Mapped[str | None]
    image_placeholder: Mapped[str | None]
    short_biography: Mapped[str | None]
    long_biography: Mapped[str | None]
    speaking_experience: Mapped[str | None]
    mobile: Mapped[str | None]
    website: Mapped[str | None]
    twitter: Mapped[str | None]
    facebook: Mapped[str | None]
    github: Mapped[str | None]
    mastodon: Mapped[str | None]
    linkedin: Mapped[str | None]
    instagram: Mapped[str | None]
    organisation: Mapped[str | None]
    is_featured: Mapped[bool] = flag()
    is_email_overridden: Mapped[bool] = flag()
    position: Mapped[str | None]
    country: Mapped[str | None]
    city: Mapped[str | None]
    address: Mapped[str | None]
    gender: Mapped[str | None]
    order: Mapped[int | None] = mapped_column(default=0, server_default="0")
    heard_from: Mapped[str | None]
    sponsorship_required: Mapped[str | None]
    complex_field_values: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    speaker_positions: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))

    event: Mapped[Event] = relationship(viewonly=True, lazy="raise")
    user: Mapped[User | None] = relationship(viewonly=True, lazy="raise")
    sessions: Mapped[list[Session]] = relationship(
        secondary="speakers_sessions",
        primaryjoin="and_(Speaker.id == SpeakersSession.speaker_id,"
        " Speaker.event_id == SpeakersSession.event_id)",
        secondaryjoin="and_(Session.id == SpeakersSession.session_id,"
        " Session.event_id == SpeakersSession.event_id)",
        viewonly=True,
        lazy="raise",
    )


Index(
    "uq_speakers_event_id_email",
    Speaker.event_id,
    func.lower(Speaker.email),
    unique=True,
    postgresql_where=text("deleted_at IS NULL AND NOT is_email_overridden"),
    info={"refusal": "The event has a speaker with this address already."},
)


class SpeakersSession(Model):
    """Who speaks in which session. The event is part of both keys: it is the same."""

    __tablename__ = "speakers_sessions"
    __table_args__ = (
        ForeignKeyConstraint(
            ["speaker_id", "event_id"],
            ["speakers.id", "speakers.event_id"],
            name="fk_speakers_sessions_speaker_id",
            ondelete="CASCADE",
        ),
        ForeignKeyConstraint(
            ["session_id", "event_id"],
            ["sessions.id", "sessions.event_id"],
            name="fk_speakers_sessions_session_id",
            ondelete="CASCADE",
        ),
        # When the session takes place: the key follows it, and the exclusion sees to it.
        ForeignKeyConstraint(
            ["session_id", "occupied"],
            ["sessions.id", "sessions.occupied"],
            name="fk_speakers_sessions_occupied",
            ondelete="CASCADE",
            onupdate="CASCADE",
        ),
        ExcludeConstraint(
            (text("int8range(speaker_id, speaker_id, '[]')"), "&&"),
            ("occupied", "&&"),
            name="ex_speakers_sessions_one_at_a_time",
            using="gist",
            info={"refusal": "A speaker of the session is in another session at that time."},
        ),
        Index("ix_speakers_sessions_session_id", "session_id", "speaker_id"),
    )

    speaker_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    session_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    event_id: Mapped[int]
    #: Filled in by a trigger; see ``Session.occupied``.
    occupied: Mapped[Range[datetime]] = mapped_column(TSTZRANGE)


class SpeakerInvite(Record):
    """An invitation to speak in a session, sent to an e-mail address.

    ``hash`` is of the token in the newest mail; there is none until that is sent.
    ``mails`` counts how often the mail was asked for.
    """

    __tablename__ = "speaker_invites"
    __table_args__ = (
        ForeignKeyConstraint(
            ["session_id", "event_id"],
            ["sessions.id", "sessions.event_id"],
            name="fk_speaker_invites_session_id",
            ondelete="CASCADE",
        ),
        one_of("status", InviteStatus),
        CheckConstraint("(hash IS NULL) = (expires_at IS NULL)", name="token_expires"),
        Index("ix_speaker_invites_event_id", "event_id", "id"),
        Index("ix_speaker_invites_session_id", "session_id", "id"),
    )

    email: Mapped[str]
    status: Mapped[str] = mapped_column(
        default=InviteStatus.PENDING, server_default=InviteStatus.PENDING
    )
    hash: Mapped[bytes | None] = mapped_column(LargeBinary, unique=True)
    expires_at: Mapped[datetime | None]
    mails: Mapped[int] = mapped_column(default=1, server_default="1")
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"))
    session_id: Mapped[int]

    event: Mapped[Event] = relationship(viewonly=True, lazy="raise")
    session: Mapped[Session] = relationship(
        primaryjoin="foreign(SpeakerInvite.session_id) == Session.id", viewonly=True, lazy="raise"
    )


Index(
    "uq_speaker_invites_session_id_email",
    SpeakerInvite.session_id,
    func.lower(SpeakerInvite.email),
    unique=True,
    postgresql_where=text("status = 'pending'"),
    info={"refusal": "This address is invited to the session already."},
)


class SpeakersCall(SoftDeleted, Record):
    """An event's invitation to propose sessions, open from one moment to another."""

    __tablename__ = "speakers_calls"
    __table_args__ = (
        CheckConstraint("ends_at > starts_at", name="ends_after_starts"),
        CheckConstraint("soft_ends_at BETWEEN starts_at AND ends_at", name="soft_ends_within"),
        one_of("privacy", CallPrivacy),
        Index(
            "uq_speakers_calls_event_id",
            "event_id",
            unique=True,
            postgresql_where=LIVE,
            info={"refusal": "The event has a call for speakers already."},
        ),
    )

    announcement: Mapped[str | None]
    starts_at: Mapped[datetime]
    soft_ends_at: Mapped[datetime | None]
    ends_at: Mapped[datetime]
    hash: Mapped[str | None]
    privacy: Mapped[str | None] = mapped_column(default=CallPrivacy.PUBLIC, server_default="public")
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"))

    event: Mapped[Event] = relationship(viewonly=True, lazy="raise")
