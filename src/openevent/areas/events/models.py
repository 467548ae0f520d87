"""Tables of the events area: the event, the lists it is classified by, its tags, its history."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY, DOUBLE_PRECISION, JSONB
from sqlalchemy.orm import Mapped, Relationship, mapped_column, relationship

from openevent.db.base import Record, SoftDeleted
from openevent.db.columns import COUNTABLE, LIVE, flag, one_of, unique_while_live

if TYPE_CHECKING:
    from openevent.areas.engagement.models import Feedback, UserFavouriteSession
    from openevent.areas.faq.models import Faq, FaqType
    from openevent.areas.forms.models import CustomForm
    from openevent.areas.identity.models import User, UsersEventsRoles
    from openevent.areas.invoices.models import EventInvoice
    from openevent.areas.orders.models import Attendee, Order
    from openevent.areas.partners.models import Exhibitor, Sponsor
    from openevent.areas.payments.models import StripeAuthorization
    from openevent.areas.programme.models import (
        Microlocation,
        ScheduleVersion,
        Session,
        SessionType,
        Track,
    )
    from openevent.areas.speakers.models import Speaker, SpeakerInvite, SpeakersCall
    from openevent.areas.statistics.models import EventOrderStatistics, GeneralStatistics
    from openevent.areas.teams.models import Group, RoleInvite
    from openevent.areas.ticketing.models import (
        AccessCode,
        BadgeForm,
        DiscountCode,
        Tax,
        Ticket,
        TicketTag,
    )


class EventState(StrEnum):
    """Whether the public sees the event."""

    DRAFT = "draft"
    PUBLISHED = "published"


class Privacy(StrEnum):
    """Whether a published event is listed, or only reachable by its address."""

    PUBLIC = "public"
    PRIVATE = "private"


def _unique_slug(name: str) -> Index:
    return Index(
        name,
        "slug",
        unique=True,
        postgresql_where=LIVE,
        info={"refusal": "Another one of this name was made at the same moment; try again."},
    )


def _listed_events(join: str) -> Relationship[list[Event]]:
    """Return the public events of a classification; private ones are never listed."""
    return relationship(
        "Event",
        primaryjoin=f"and_({join}, Event.privacy == 'public')",
        viewonly=True,
        lazy="raise",
    )


def _people(role: str, *, many: bool = True) -> Relationship[Any]:
    """Return the users who hold one role on the event."""
    return relationship(
        "User",
        secondary="users_events_roles",
        primaryjoin="and_(Event.id == UsersEventsRoles.event_id, UsersEventsRoles.role_id == "
        f"select(Role.id).where(Role.name == '{role}').scalar_subquery())",
        secondaryjoin="User.id == UsersEventsRoles.user_id",
        viewonly=True,
        uselist=many,
        lazy="raise",
    )


class EventType(SoftDeleted, Record):
    """What kind of event it is: conference, meetup, hackathon, ..."""

    __tablename__ = "event_types"
    __table_args__ = (
        _unique_slug("uq_event_types_slug"),
        Index("ix_event_types_name", "name", "id", postgresql_where=LIVE),
    )

    name: Mapped[str]
    slug: Mapped[str]

    events: Mapped[list[Event]] = _listed_events("Event.event_type_id == EventType.id")


class EventTopic(SoftDeleted, Record):
    """What an event is about, in the words of the front page."""

    __tablename__ = "event_topics"
    __table_args__ = (
        _unique_slug("uq_event_topics_slug"),
        Index("ix_event_topics_name", "name", "id", postgresql_where=LIVE),
    )

    name: Mapped[str]
    slug: Mapped[str]
    system_image_url: Mapped[str | None]

    events: Mapped[list[Event]] = _listed_events("Event.event_topic_id == EventTopic.id")
    event_sub_topics: Mapped[list[EventSubTopic]] = relationship(viewonly=True, lazy="raise")


class EventSubTopic(SoftDeleted, Record):
    """A finer division of one topic."""

    __tablename__ = "event_sub_topics"
    __table_args__ = (
        _unique_slug("uq_event_sub_topics_slug"),
        Index(
            "ix_event_sub_topics_event_topic_id",
            "event_topic_id",
            "name",
            "id",
            postgresql_where=LIVE,
        ),
    )

    name: Mapped[str]
    slug: Mapped[str]
    event_topic_id: Mapped[int] = mapped_column(ForeignKey("event_topics.id", ondelete="CASCADE"))

    event_topic: Mapped[EventTopic] = relationship(viewonly=True, lazy="raise")
    events: Mapped[list[Event]] = _listed_events("Event.event_sub_topic_id == EventSubTopic.id")
    custom_placeholder: Mapped[CustomPlaceholder | None] = relationship(viewonly=True, lazy="raise")


class CustomPlaceholder(Record):
    """The picture for events on a sub-topic that have none of their own."""

    __tablename__ = "custom_placeholders"
    __table_args__ = (
        Index(
            "uq_custom_placeholders_event_sub_topic_id",
            "event_sub_topic_id",
            unique=True,
            info={"refusal": "The sub-topic has a placeholder already; change that one."},
        ),
    )

    name: Mapped[str]
    original_image_url: Mapped[str]
    thumbnail_image_url: Mapped[str | None]
    large_image_url: Mapped[str | None]
    icon_image_url: Mapped[str | None]
    copyright: Mapped[str | None]
    origin: Mapped[str | None]
    event_sub_topic_id: Mapped[int | None] = mapped_column(
        ForeignKey("event_sub_topics.id", ondelete="SET NULL")
    )

    event_sub_topic: Mapped[EventSubTopic | None] = relationship(viewonly=True, lazy="raise")


class EventLocation(SoftDeleted, Record):
    """A place that the front page offers to search by."""

    __tablename__ = "event_locations"
    __table_args__ = (
        _unique_slug("uq_event_locations_slug"),
        Index("ix_event_locations_name", "name", "id", postgresql_where=LIVE),
    )

    name: Mapped[str]
    slug: Mapped[str]


class Event(SoftDeleted, Record):
    """A conference, meetup or the like: what everything else belongs to."""

    __tablename__ = "events"
    __table_args__ = (
        # Among all rows, not only live ones: an identifier is never given out twice.
        UniqueConstraint("identifier"),
        CheckConstraint("identifier ~ '^[0-9a-f]{8}$' AND identifier ~ '[a-f]'", name="identifier"),
        CheckConstraint("ends_at > starts_at", name="ends_after_starts"),
        CheckConstraint("ends_at - starts_at <= interval '20 days'", name="at_most_20_days"),
        CheckConstraint("latitude BETWEEN -90 AND 90", name="latitude"),
        CheckConstraint("longitude BETWEEN -180 AND 180", name="longitude"),
        one_of("state", EventState),
        one_of("privacy", Privacy),
        Index("ix_events_starts_at", "starts_at", "id", postgresql_where=LIVE),
        Index("ix_events_name", "name", "id", postgresql_where=LIVE),
        Index("ix_events_event_type_id", "event_type_id", "id"),
        Index("ix_events_event_topic_id", "event_topic_id", "id"),
        Index("ix_events_event_sub_topic_id", "event_sub_topic_id", "id"),
        Index("ix_events_group_id", "group_id", "id"),
    )

    identifier: Mapped[str]
    name: Mapped[str]
    state: Mapped[str] = mapped_column(default=EventState.DRAFT, server_default="draft")
    privacy: Mapped[str] = mapped_column(default=Privacy.PUBLIC, server_default="public")
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    timezone: Mapped[str]
    description: Mapped[str | None]
    external_event_url: Mapped[str | None]
    ticket_url: Mapped[str | None]
    code_of_conduct: Mapped[str | None]
    refund_policy: Mapped[str | None]
    after_order_message: Mapped[str | None]

    online: Mapped[bool] = flag()
    location_name: Mapped[str | None]
    searchable_location_name: Mapped[str | None]
    latitude: Mapped[float | None] = mapped_column(DOUBLE_PRECISION)
    longitude: Mapped[float | None] = mapped_column(DOUBLE_PRECISION)
    is_map_shown: Mapped[bool] = flag()
    public_stream_link: Mapped[str | None]
    stream_loop: Mapped[bool] = flag()
    stream_autoplay: Mapped[bool] = flag()

    has_owner_info: Mapped[bool] = flag()
    owner_name: Mapped[str | None]
    owner_description: Mapped[str | None]

    logo_url: Mapped[str | None]
    original_image_url: Mapped[str | None]
    thumbnail_image_url: Mapped[str | None]
    large_image_url: Mapped[str | None]
    icon_image_url: Mapped[str | None]
    image_placeholder: Mapped[str | None]

    is_featured: Mapped[bool] = flag()
    is_promoted: Mapped[bool] = flag()
    is_demoted: Mapped[bool] = flag()
    is_announced: Mapped[bool] = flag()
    show_remaining_tickets: Mapped[bool] = flag()
    is_oneclick_signup_enabled: Mapped[bool] = flag()
    is_sessions_speakers_enabled: Mapped[bool] = flag()
    is_sponsors_enabled: Mapped[bool] = flag()
    is_ticket_form_enabled: Mapped[bool] = flag(default=True)
    is_cfs_enabled: Mapped[bool] = flag()
    is_tax_enabled: Mapped[bool] = flag()
    is_billing_info_mandatory: Mapped[bool] = flag()
    is_donation_enabled: Mapped[bool] = flag()
    is_chat_enabled: Mapped[bool] = flag()
    is_videoroom_enabled: Mapped[bool] = flag()
    is_document_enabled: Mapped[bool] = flag()
    is_badges_enabled: Mapped[bool] = flag(default=True)
    document_links: Mapped[list[dict[str, str]] | None] = mapped_column(JSONB(none_as_null=True))
    chat_room_name: Mapped[str | None]

    payment_country: Mapped[str | None]
    payment_currency: Mapped[str | None]
    can_pay_by_paypal: Mapped[bool] = flag()
    can_pay_by_stripe: Mapped[bool] = flag()
    can_pay_by_cheque: Mapped[bool] = flag()
    can_pay_by_bank: Mapped[bool] = flag()
    can_pay_by_invoice: Mapped[bool] = flag()
    can_pay_onsite: Mapped[bool] = flag()
    can_pay_by_omise: Mapped[bool] = flag()
    can_pay_by_alipay: Mapped[bool] = flag()
    can_pay_by_paytm: Mapped[bool] = flag()
    paypal_email: Mapped[str | None]
    cheque_details: Mapped[str | None]
    invoice_details: Mapped[str | None]
    bank_details: Mapped[str | None]
    onsite_details: Mapped[str | None]

    schedule_published_on: Mapped[datetime | None]

    event_type_id: Mapped[int | None] = mapped_column(
        ForeignKey("event_types.id", ondelete="SET NULL")
    )
    event_topic_id: Mapped[int | None] = mapped_column(
        ForeignKey("event_topics.id", ondelete="SET NULL")
    )
    event_sub_topic_id: Mapped[int | None] = mapped_column(
        ForeignKey("event_sub_topics.id", ondelete="SET NULL")
    )

    group_id: Mapped[int | None] = mapped_column(ForeignKey("groups.id", ondelete="SET NULL"))

    event_type: Mapped[EventType | None] = relationship(viewonly=True, lazy="raise")
    event_topic: Mapped[EventTopic | None] = relationship(viewonly=True, lazy="raise")
    event_sub_topic: Mapped[EventSubTopic | None] = relationship(viewonly=True, lazy="raise")
    group: Mapped[Group | None] = relationship(viewonly=True, lazy="raise")
    tags: Mapped[list[Tag]] = relationship(viewonly=True, lazy="raise")
    custom_forms: Mapped[list[CustomForm]] = relationship(viewonly=True, lazy="raise")
    badge_forms: Mapped[list[BadgeForm]] = relationship(viewonly=True, lazy="raise")
    changes: Mapped[list[EventChange]] = relationship(viewonly=True, lazy="raise")
    event_copyright: Mapped[EventCopyright | None] = relationship(viewonly=True, lazy="raise")
    exhibitors: Mapped[list[Exhibitor]] = relationship(viewonly=True, lazy="raise")
    social_links: Mapped[list[SocialLink]] = relationship(viewonly=True, lazy="raise")
    sponsors: Mapped[list[Sponsor]] = relationship(viewonly=True, lazy="raise")
    tax: Mapped[Tax | None] = relationship(viewonly=True, lazy="raise")
    tickets: Mapped[list[Ticket]] = relationship(viewonly=True, lazy="raise")
    ticket_tags: Mapped[list[TicketTag]] = relationship(viewonly=True, lazy="raise")
    stripe_authorization: Mapped[StripeAuthorization | None] = relationship(
        viewonly=True, lazy="raise"
    )
    discount_codes: Mapped[list[DiscountCode]] = relationship(viewonly=True, lazy="raise")
    access_codes: Mapped[list[AccessCode]] = relationship(viewonly=True, lazy="raise")
    orders: Mapped[list[Order]] = relationship(viewonly=True, lazy="raise")
    event_invoices: Mapped[list[EventInvoice]] = relationship(viewonly=True, lazy="raise")
    attendees: Mapped[list[Attendee]] = relationship(viewonly=True, lazy="raise")
    general_statistics: Mapped[GeneralStatistics] = relationship(
        primaryjoin="Event.id == foreign(remote(GeneralStatistics.id))",
        viewonly=True,
        lazy="raise",
    )
    order_statistics: Mapped[EventOrderStatistics] = relationship(
        primaryjoin="Event.id == foreign(remote(EventOrderStatistics.id))",
        viewonly=True,
        lazy="raise",
    )
    faqs: Mapped[list[Faq]] = relationship(viewonly=True, lazy="raise")
    faq_types: Mapped[list[FaqType]] = relationship(viewonly=True, lazy="raise")
    microlocations: Mapped[list[Microlocation]] = relationship(viewonly=True, lazy="raise")
    session_types: Mapped[list[SessionType]] = relationship(viewonly=True, lazy="raise")
    schedule_versions: Mapped[list[ScheduleVersion]] = relationship(viewonly=True, lazy="raise")
    sessions: Mapped[list[Session]] = relationship(viewonly=True, lazy="raise")
    tracks: Mapped[list[Track]] = relationship(viewonly=True, lazy="raise")
    feedbacks: Mapped[list[Feedback]] = relationship(viewonly=True, lazy="raise")
    session_favourites: Mapped[list[UserFavouriteSession]] = relationship(
        secondary="sessions",
        primaryjoin="Event.id == Session.event_id",
        secondaryjoin="Session.id == foreign(UserFavouriteSession.session_id)",
        viewonly=True,
        lazy="raise",
    )
    speaker_invites: Mapped[list[SpeakerInvite]] = relationship(viewonly=True, lazy="raise")
    speakers: Mapped[list[Speaker]] = relationship(viewonly=True, lazy="raise")
    speakers_call: Mapped[SpeakersCall | None] = relationship(viewonly=True, lazy="raise")
    roles: Mapped[list[UsersEventsRoles]] = relationship(
        back_populates="event", lazy="raise", passive_deletes="all"
    )
    role_invites: Mapped[list[RoleInvite]] = relationship(viewonly=True, lazy="raise")
    owner: Mapped[User | None] = _people("owner", many=False)
    organizers: Mapped[list[User]] = _people("organizer")
    coorganizers: Mapped[list[User]] = _people("coorganizer")
    track_organizers: Mapped[list[User]] = _people("track_organizer")
    registrars: Mapped[list[User]] = _people("registrar")
    moderators: Mapped[list[User]] = _people("moderator")


class Tag(SoftDeleted, Record):
    """A coloured label that an event's team puts on its attendees and tickets."""

    __tablename__ = "tags"
    __table_args__ = (Index("ix_tags_event_id", "event_id", "id"),)

    name: Mapped[str]
    color: Mapped[str | None]
    is_read_only: Mapped[bool] = flag()
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"))

    event: Mapped[Event] = relationship(viewonly=True, lazy="raise")


class SocialLink(SoftDeleted, Record):
    """Where else an event is found: its site, its channels."""

    __tablename__ = "social_links"
    __table_args__ = (
        unique_while_live(
            "uq_social_links_event_id_identifier",
            "event_id",
            "identifier",
            refusal="The event has a link of this identifier already.",
        ),
        Index("ix_social_links_event_id", "event_id", "id", **COUNTABLE),
    )

    name: Mapped[str]
    link: Mapped[str]
    identifier: Mapped[str | None]
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"))

    event: Mapped[Event] = relationship(viewonly=True, lazy="raise")


class EventCopyright(SoftDeleted, Record):
    """Under which licence an event's material may be used: one for each event."""

    __tablename__ = "event_copyrights"
    __table_args__ = (
        unique_while_live(
            "uq_event_copyrights_event_id",
            "event_id",
            refusal="The event has a copyright already; change that one.",
        ),
        Index("ix_event_copyrights_event_id", "event_id", "id"),
    )

    holder: Mapped[str | None]
    holder_url: Mapped[str | None]
    licence: Mapped[str]
    licence_url: Mapped[str | None]
    year: Mapped[int | None] = mapped_column(Integer)
    logo_url: Mapped[str | None]
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"))

    event: Mapped[Event] = relationship(viewonly=True, lazy="raise")


class EventChange(Record):
    """One entry of an event's history: who changed which attributes, and when.

    Written by a background job. ``key`` names the change, so that a job that runs twice
    writes once.
    """

    __tablename__ = "event_changes"
    __table_args__ = (
        UniqueConstraint("key"),
        Index("ix_event_changes_event_id", "event_id", text("changed_at DESC"), "id"),
        Index("ix_event_changes_user_id", "user_id"),
    )

    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"))
    key: Mapped[str]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    changed: Mapped[list[str]] = mapped_column(ARRAY(Text))
    changed_at: Mapped[datetime]

    event: Mapped[Event] = relationship(viewonly=True, lazy="raise")
    user: Mapped[User | None] = relationship(viewonly=True, lazy="raise")
