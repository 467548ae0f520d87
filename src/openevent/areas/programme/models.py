"""Tables of the programme: rooms, tracks, kinds of sessions, sessions and what became of them."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    CheckConstraint,
    Computed,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import (
    DOUBLE_PRECISION,
    JSONB,
    TSTZRANGE,
    ExcludeConstraint,
    Range,
)
from sqlalchemy.orm import Mapped, MappedColumn, mapped_column, relationship, validates

from openevent.areas.programme.rules import (
    MAX_SHORT_ABSTRACT,
    OCCUPYING,
    Level,
    SessionState,
    font_color,
)
from openevent.db.base import Record, SoftDeleted
from openevent.db.columns import flag, one_of

if TYPE_CHECKING:
    from openevent.areas.checkin.models import Station, StationStorePax
    from openevent.areas.engagement.models import Feedback, UserFavouriteSession
    from openevent.areas.events.models import Event
    from openevent.areas.identity.models import User
    from openevent.areas.partners.models import Exhibitor
    from openevent.areas.speakers.models import Speaker, SpeakerInvite
    from openevent.areas.streams.models import VideoStream


def literals(members: Any) -> str:
    """Return strings as a list in SQL."""
    return ", ".join(f"'{member}'" for member in members)


def _texts(members: Any) -> str:
    return ", ".join(f"'{member}'::text" for member in members)


def _number() -> MappedColumn[int]:
    return mapped_column(Integer, default=0, server_default="0")


def _event() -> MappedColumn[int]:
    return mapped_column(ForeignKey("events.id", ondelete="CASCADE"))


def _in_order(table: str) -> tuple[Any, ...]:
    """Return the index of an event's rows by position, and what keys of sessions refer to."""
    return (
        UniqueConstraint("id", "event_id"),
        Index(
            f"ix_{table}_event_id", "event_id", "position", "id", postgresql_include=["deleted_at"]
        ),
    )


class Track(SoftDeleted, Record):
    """A strand of an event's programme, with a colour of its own."""

    __tablename__ = "tracks"
    __table_args__ = _in_order("tracks")

    name: Mapped[str]
    description: Mapped[str | None]
    color: Mapped[str]
    font_color: Mapped[str]
    position: Mapped[int] = _number()
    event_id: Mapped[int] = _event()

    event: Mapped[Event] = relationship(viewonly=True, lazy="raise")
    sessions: Mapped[list[Session]] = relationship(
        primaryjoin="Track.id == foreign(Session.track_id)", viewonly=True, lazy="raise"
    )

    @validates("color")
    def _keep_font_color(self, _: str, color: str) -> str:
        self.font_color = font_color(color)
        return color


class SessionType(SoftDeleted, Record):
    """A kind of session, such as talk or workshop, and how long one takes."""

    __tablename__ = "session_types"
    __table_args__ = (
        *_in_order("session_types"),
        CheckConstraint("length ~ '^([0-9]|[0-9][0-9]):[0-5][0-9]$'", name="length"),
    )

    name: Mapped[str]
    length: Mapped[str]
    position: Mapped[int] = _number()
    event_id: Mapped[int] = _event()

    event: Mapped[Event] = relationship(viewonly=True, lazy="raise")
    sessions: Mapped[list[Session]] = relationship(
        primaryjoin="SessionType.id == foreign(Session.session_type_id)",
        viewonly=True,
        lazy="raise",
    )


class Microlocation(SoftDeleted, Record):
    """A room of an event, or another place where its sessions are."""

    __tablename__ = "microlocations"
    __table_args__ = (
        *_in_order("microlocations"),
        CheckConstraint("latitude BETWEEN -90 AND 90", name="latitude"),
        CheckConstraint("longitude BETWEEN -180 AND 180", name="longitude"),
        # The event is part of the key: no room has a stream of another one.
        ForeignKeyConstraint(
            ["video_stream_id", "event_id"],
            ["video_streams.id", "video_streams.event_id"],
            name="fk_microlocations_video_stream_id",
        ),
        Index("ix_microlocations_video_stream_id", "video_stream_id", "position", "id"),
    )

    name: Mapped[str]
    latitude: Mapped[float | None] = mapped_column(DOUBLE_PRECISION)
    longitude: Mapped[float | None] = mapped_column(DOUBLE_PRECISION)
    floor: Mapped[int | None] = mapped_column(Integer)
    room: Mapped[str | None]
    hidden_in_scheduler: Mapped[bool] = flag()
    chat_room_name: Mapped[str | None]
    is_chat_enabled: Mapped[bool] = flag()
    is_global_event_room: Mapped[bool] = flag()
    position: Mapped[int] = _number()
    event_id: Mapped[int] = _event()
    video_stream_id: Mapped[int | None]

    event: Mapped[Event] = relationship(viewonly=True, lazy="raise")
    video_stream: Mapped[VideoStream | None] = relationship(
        primaryjoin="foreign(Microlocation.video_stream_id) == VideoStream.id",
        viewonly=True,
        lazy="raise",
    )
    stations: Mapped[list[Station]] = relationship(
        primaryjoin="Microlocation.id == foreign(Station.microlocation_id)",
        viewonly=True,
        lazy="raise",
    )
    sessions: Mapped[list[Session]] = relationship(
        primaryjoin="Microlocation.id == foreign(Session.microlocation_id)",
        viewonly=True,
        lazy="raise",
    )


def _of_same_event(column: str, table: str) -> ForeignKeyConstraint:
    """Return a key of which the event is part: nothing refers into another event."""
    return ForeignKeyConstraint(
        [column, "event_id"], [f"{table}.id", f"{table}.event_id"], name=f"fk_sessions_{column}"
    )


class Session(SoftDeleted, Record):
    """A slot of the programme, from the first draft of its proposal on.

    ``average_rating``, ``rating_count`` and ``favourite_count`` are kept by those who
    take ratings and favourites.
    """

    __tablename__ = "sessions"
    __table_args__ = (
        _of_same_event("track_id", "tracks"),
        _of_same_event("session_type_id", "session_types"),
        _of_same_event("microlocation_id", "microlocations"),
        # What keys of other tables refer to that must stay within the event.
        UniqueConstraint("id", "event_id"),
        # What the table of who speaks where refers to, so that it always knows when.
        UniqueConstraint("id", "occupied"),
        one_of("state", SessionState),
        one_of("level", Level),
        CheckConstraint("ends_at > starts_at", name="ends_after_starts"),
        CheckConstraint(
            f"char_length(short_abstract) <= {MAX_SHORT_ABSTRACT}", name="short_abstract"
        ),
        CheckConstraint("overlap_reason <> ''", name="overlap_reason"),
        # The room as a range of one number: ranges have what an exclusion needs built in,
        # numbers only with an extension.
        ExcludeConstraint(
            (text("int8range(microlocation_id, microlocation_id, '[]')"), "&&"),
            ("occupied", "&&"),
            name="ex_sessions_one_at_a_time",
            using="gist",
            where=text("microlocation_id IS NOT NULL"),
            info={"refusal": "Another session is in this room at that time."},
        ),
        Index(
            "ix_sessions_event_id",
            "event_id",
            "starts_at",
            "id",
            postgresql_include=["state", "deleted_at"],
        ),
        Index("ix_sessions_track_id", "track_id", "starts_at", "id"),
        Index("ix_sessions_session_type_id", "session_type_id", "starts_at", "id"),
        Index("ix_sessions_microlocation_id", "microlocation_id", "starts_at", "id"),
        Index("ix_sessions_creator_id", "creator_id", "starts_at", "id"),
    )

    title: Mapped[str]
    subtitle: Mapped[str | None]
    level: Mapped[str | None]
    short_abstract: Mapped[str | None]
    long_abstract: Mapped[str | None]
    comments: Mapped[str | None]
    language: Mapped[str | None]
    starts_at: Mapped[datetime | None]
    ends_at: Mapped[datetime | None]
    overlap_reason: Mapped[str | None]
    #: When nothing else may be in its room, nor its speakers elsewhere; empty: never.
    occupied: Mapped[Range[datetime]] = mapped_column(
        TSTZRANGE,
        Computed(
            # As PostgreSQL spells it, so that Alembic sees that it is the same.
            f"CASE WHEN state = ANY (ARRAY[{_texts(OCCUPYING)}]) AND deleted_at IS NULL"
            " AND overlap_reason IS NULL AND starts_at < ends_at"
            " THEN tstzrange(starts_at, ends_at) ELSE 'empty'::tstzrange END",
            persisted=True,
        ),
    )

    slides_url: Mapped[str | None]
    slides: Mapped[list[dict[str, str]] | None] = mapped_column(JSONB(none_as_null=True))
    website: Mapped[str | None]
    twitter: Mapped[str | None]
    facebook: Mapped[str | None]
    github: Mapped[str | None]
    linkedin: Mapped[str | None]
    instagram: Mapped[str | None]
    gitlab: Mapped[str | None]
    mastodon: Mapped[str | None]
    video_url: Mapped[str | None]
    audio_url: Mapped[str | None]
    signup_url: Mapped[str | None]

    state: Mapped[str] = mapped_column(default=SessionState.DRAFT, server_default="draft")
    submitted_at: Mapped[datetime | None]
    is_mail_sent: Mapped[bool] = flag()
    is_locked: Mapped[bool] = flag()
    average_rating: Mapped[float] = mapped_column(DOUBLE_PRECISION, default=0, server_default="0")
    rating_count: Mapped[int] = _number()
    favourite_count: Mapped[int] = _number()
    complex_field_values: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))

    event_id: Mapped[int] = _event()
    creator_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    microlocation_id: Mapped[int | None]
    session_type_id: Mapped[int | None]
    track_id: Mapped[int | None]

    creator: Mapped[User | None] = relationship(viewonly=True, lazy="raise")
    event: Mapped[Event] = relationship(viewonly=True, lazy="raise")
    microlocation: Mapped[Microlocation | None] = relationship(
        primaryjoin="foreign(Session.microlocation_id) == Microlocation.id",
        viewonly=True,
        lazy="raise",
    )
    session_type: Mapped[SessionType | None] = relationship(
        primaryjoin="foreign(Session.session_type_id) == SessionType.id",
        viewonly=True,
        lazy="raise",
    )
    track: Mapped[Track | None] = relationship(
        primaryjoin="foreign(Session.track_id) == Track.id", viewonly=True, lazy="raise"
    )
    exhibitors: Mapped[list[Exhibitor]] = relationship(
        secondary="exhibitors_sessions", viewonly=True, lazy="raise"
    )
    state_changes: Mapped[list[SessionStateChange]] = relationship(viewonly=True, lazy="raise")
    speaker_invites: Mapped[list[SpeakerInvite]] = relationship(
        primaryjoin="Session.id == foreign(SpeakerInvite.session_id)", viewonly=True, lazy="raise"
    )
    feedbacks: Mapped[list[Feedback]] = relationship(viewonly=True, lazy="raise")
    station_store_paxs: Mapped[list[StationStorePax]] = relationship(viewonly=True, lazy="raise")
    favourites: Mapped[list[UserFavouriteSession]] = relationship(viewonly=True, lazy="raise")
    #: The one of whoever asks.
    favourite: Mapped[UserFavouriteSession | None] = relationship(
        primaryjoin="and_(Session.id == UserFavouriteSession.session_id,"
        " UserFavouriteSession.user_id == bindparam('principal_id', type_=BigInteger()))",
        viewonly=True,
        lazy="raise",
    )
    speakers: Mapped[list[Speaker]] = relationship(
        secondary="speakers_sessions",
        primaryjoin="and_(Session.id == SpeakersSession.session_id,"
        " Session.event_id == SpeakersSession.event_id)",
        secondaryjoin="and_(Speaker.id == SpeakersSession.speaker_id,"
        " Speaker.event_id == SpeakersSession.event_id)",
        viewonly=True,
        lazy="raise",
    )


class SessionStateChange(Record):
    """One step of a session on its way: from which state into which, when, and by whom.

    Only ever added to. The first entry of a session has no old state.
    """

    __tablename__ = "session_state_changes"
    __table_args__ = (
        Index("ix_session_state_changes_session_id", "session_id", "changed_at", "id"),
        Index("ix_session_state_changes_user_id", "user_id"),
        CheckConstraint(f"new_state IN ({literals(SessionState)})", name="new_state"),
        CheckConstraint(f"old_state IN ({literals(SessionState)})", name="old_state"),
    )

    old_state: Mapped[str | None]
    new_state: Mapped[str]
    changed_at: Mapped[datetime]
    session_id: Mapped[int] = mapped_column(ForeignKey("sessions.id", ondelete="CASCADE"))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))

    session: Mapped[Session] = relationship(viewonly=True, lazy="raise")
    user: Mapped[User | None] = relationship(viewonly=True, lazy="raise")


class ScheduleVersion(Record):
    """An event's schedule as it was when it was published, to be compared with others.

    ``slots`` holds what was in it, one dictionary of a ``Slot`` each. Only ever added to.
    """

    __tablename__ = "schedule_versions"
    __table_args__ = (
        UniqueConstraint("event_id", "number"),
        UniqueConstraint("event_id", "published_at"),
        CheckConstraint("number > 0", name="number"),
        Index("ix_schedule_versions_user_id", "user_id"),
    )

    number: Mapped[int] = mapped_column(Integer)
    comment: Mapped[str | None]
    published_at: Mapped[datetime]
    session_count: Mapped[int] = mapped_column(Integer)
    slots: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    event_id: Mapped[int] = _event()
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))

    event: Mapped[Event] = relationship(viewonly=True, lazy="raise")
    user: Mapped[User | None] = relationship(viewonly=True, lazy="raise")
