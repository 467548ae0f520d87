"""Tables of people: accounts, roles, and what log-ins leave behind."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey, Index, LargeBinary, func, text
from sqlalchemy.orm import Mapped, Relationship, mapped_column, relationship

from openevent.db.base import Model, Record, SoftDeleted
from openevent.db.columns import LIVE, one_of

if TYPE_CHECKING:
    from openevent.areas.communication.models import EmailNotification, Notification
    from openevent.areas.engagement.models import Feedback, UserFavouriteEvent, UserFavouriteSession
    from openevent.areas.events.models import Event
    from openevent.areas.invoices.models import EventInvoice
    from openevent.areas.orders.models import Attendee, Order
    from openevent.areas.programme.models import Session
    from openevent.areas.speakers.models import Speaker
    from openevent.areas.teams.models import Group, UserFollowGroup
    from openevent.areas.ticketing.models import AccessCode, DiscountCode


class RoleName(StrEnum):
    """The roles that people have on an event, from the most to the least powerful."""

    OWNER = "owner"
    ORGANIZER = "organizer"
    COORGANIZER = "coorganizer"
    TRACK_ORGANIZER = "track_organizer"
    MODERATOR = "moderator"
    REGISTRAR = "registrar"


class EmailKind(StrEnum):
    """What a further e-mail address of a user is for."""

    HOME = "home"
    WORK = "work"
    BUSINESS = "business"
    OFFICE = "office"
    OTHER = "other"


class TokenPurpose(StrEnum):
    """What a single-use token is good for."""

    VERIFY_EMAIL = "verify-email"
    RESET_PASSWORD = "reset-password"  # noqa: S105


def _events_as(role: RoleName) -> Relationship[list[Event]]:
    """Return a relationship to the events on which the user has that role."""
    return relationship(
        "Event",
        secondary="users_events_roles",
        primaryjoin="User.id == UsersEventsRoles.user_id",
        secondaryjoin=(
            "and_(Event.id == UsersEventsRoles.event_id, UsersEventsRoles.role_id =="
            f" select(Role.id).where(Role.name == literal_column(\"'{role.value}'\"))"
            ".scalar_subquery())"
        ),
        viewonly=True,
        lazy="raise",
    )


class User(SoftDeleted, Record):
    """A person with an account.

    ``token_generation`` is part of every token; raising it ends all of them at once.
    Addresses are unique whatever their case, among accounts that are not deleted.
    """

    __tablename__ = "users"

    email: Mapped[str]
    password_hash: Mapped[str | None]
    token_generation: Mapped[int] = mapped_column(default=0, server_default="0")

    first_name: Mapped[str | None]
    last_name: Mapped[str | None]
    public_name: Mapped[str | None]
    details: Mapped[str | None]
    contact: Mapped[str | None]
    company: Mapped[str | None]
    language_prefrence: Mapped[str | None]

    avatar_url: Mapped[str | None]
    original_image_url: Mapped[str | None]
    thumbnail_image_url: Mapped[str | None]
    small_image_url: Mapped[str | None]
    icon_image_url: Mapped[str | None]
    image_placeholder: Mapped[str | None]
    facebook_url: Mapped[str | None]
    twitter_url: Mapped[str | None]
    instagram_url: Mapped[str | None]
    google_plus_url: Mapped[str | None]
    facebook_id: Mapped[int | None]

    billing_contact_name: Mapped[str | None]
    billing_phone: Mapped[str | None]
    billing_address: Mapped[str | None]
    billing_city: Mapped[str | None]
    billing_state: Mapped[str | None]
    billing_zip_code: Mapped[str | None]
    billing_country: Mapped[str | None]
    billing_tax_info: Mapped[str | None]
    billing_additional_info: Mapped[str | None]

    is_profile_public: Mapped[bool] = mapped_column(default=False, server_default="false")
    is_verified: Mapped[bool] = mapped_column(default=False, server_default="false")
    is_blocked: Mapped[bool] = mapped_column(default=False, server_default="false")
    is_admin: Mapped[bool] = mapped_column(default=False, server_default="false")
    is_super_admin: Mapped[bool] = mapped_column(default=False, server_default="false")
    is_sales_admin: Mapped[bool] = mapped_column(default=False, server_default="false")
    is_marketer: Mapped[bool] = mapped_column(default=False, server_default="false")
    is_rocket_chat_registered: Mapped[bool] = mapped_column(default=False, server_default="false")
    was_registered_with_order: Mapped[bool] = mapped_column(default=False, server_default="false")
    last_accessed_at: Mapped[datetime | None]

    alternate_emails: Mapped[list[UserEmail]] = relationship(viewonly=True, lazy="raise")
    email_notifications: Mapped[list[EmailNotification]] = relationship(
        "EmailNotification", viewonly=True, lazy="raise"
    )
    notifications: Mapped[list[Notification]] = relationship(
        "Notification", viewonly=True, lazy="raise"
    )
    discount_codes: Mapped[list[DiscountCode]] = relationship(viewonly=True, lazy="raise")
    access_codes: Mapped[list[AccessCode]] = relationship(viewonly=True, lazy="raise")
    orders: Mapped[list[Order]] = relationship(
        primaryjoin="User.id == foreign(Order.user_id)", viewonly=True, lazy="raise"
    )
    event_invoices: Mapped[list[EventInvoice]] = relationship(viewonly=True, lazy="raise")
    attendees: Mapped[list[Attendee]] = relationship(viewonly=True, lazy="raise")
    events: Mapped[list[Event]] = relationship(
        "Event",
        secondary="users_events_roles",
        primaryjoin="User.id == UsersEventsRoles.user_id",
        secondaryjoin="Event.id == UsersEventsRoles.event_id",
        viewonly=True,
        lazy="raise",
    )
    sessions: Mapped[list[Session]] = relationship(viewonly=True, lazy="raise")
    owner_events: Mapped[list[Event]] = _events_as(RoleName.OWNER)
    organizer_events: Mapped[list[Event]] = _events_as(RoleName.ORGANIZER)
    coorganizer_events: Mapped[list[Event]] = _events_as(RoleName.COORGANIZER)
    track_organizer_events: Mapped[list[Event]] = _events_as(RoleName.TRACK_ORGANIZER)
    moderator_events: Mapped[list[Event]] = _events_as(RoleName.MODERATOR)
    registrar_events: Mapped[list[Event]] = _events_as(RoleName.REGISTRAR)
    favourite_events: Mapped[list[UserFavouriteEvent]] = relationship(viewonly=True, lazy="raise")
    favourite_sessions: Mapped[list[UserFavouriteSession]] = relationship(
        viewonly=True, lazy="raise"
    )
    feedbacks: Mapped[list[Feedback]] = relationship(viewonly=True, lazy="raise")
    speakers: Mapped[list[Speaker]] = relationship(viewonly=True, lazy="raise")
    custom_system_roles: Mapped[list[CustomSystemRole]] = relationship(
        secondary="users_system_roles", viewonly=True, lazy="raise"
    )
    followed_groups: Mapped[list[UserFollowGroup]] = relationship(viewonly=True, lazy="raise")
    groups: Mapped[list[Group]] = relationship(viewonly=True, lazy="raise")


Index(
    "uq_users_email",
    func.lower(User.email),
    unique=True,
    postgresql_where=LIVE,
    info={"refusal": "There is an account with this address already."},
)


class UserEmail(SoftDeleted, Record):
    """A further e-mail address of a user; nobody logs in with it."""

    __tablename__ = "user_emails"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    email_address: Mapped[str]
    type: Mapped[str] = mapped_column(default=EmailKind.OTHER, server_default=EmailKind.OTHER)

    user: Mapped[User] = relationship(viewonly=True, lazy="raise")

    __table_args__ = (one_of("type", EmailKind),)


Index(
    "uq_user_emails_user_id_email_address",
    UserEmail.user_id,
    func.lower(UserEmail.email_address),
    unique=True,
    postgresql_where=LIVE,
    info={"refusal": "The account has this address already."},
)


class Role(Record):
    """A kind of role on an event."""

    __tablename__ = "roles"

    name: Mapped[str] = mapped_column(unique=True)
    title_name: Mapped[str | None]


class UsersEventsRoles(Record):
    """One person's role on one event.

    ``is_owner`` follows from the role (a trigger keeps it), so that an index can hold
    every event to one owner.
    """

    __tablename__ = "users_events_roles"

    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    role_id: Mapped[int] = mapped_column(ForeignKey("roles.id", ondelete="RESTRICT"))
    is_owner: Mapped[bool] = mapped_column(server_default="false")

    event: Mapped[Event] = relationship(viewonly=True, lazy="raise")
    user: Mapped[User] = relationship(viewonly=True, lazy="raise")
    role: Mapped[Role] = relationship(viewonly=True, lazy="raise")

    __table_args__ = (
        Index(
            "uq_users_events_roles_event_id_user_id_role_id",
            "event_id",
            "user_id",
            "role_id",
            unique=True,
            info={"refusal": "This person has this role on this event already."},
        ),
        Index(
            "uq_users_events_roles_event_id_owner",
            "event_id",
            unique=True,
            postgresql_where=text("is_owner"),
            info={"refusal": "An event has exactly one owner."},
        ),
        # Reads by user: the events of one person, and whether somebody shares an event.
        Index("ix_users_events_roles_user_id_event_id", "user_id", "event_id"),
        Index("ix_users_events_roles_role_id", "role_id"),
    )


class UserPermission(SoftDeleted, Record):
    """Something that verified users may do, and whether others may too."""

    __tablename__ = "user_permissions"

    name: Mapped[str]
    description: Mapped[str | None]
    unverified_user: Mapped[bool | None] = mapped_column(default=False)
    anonymous_user: Mapped[bool | None] = mapped_column(default=False)

    __table_args__ = (
        Index(
            "uq_user_permissions_name",
            "name",
            unique=True,
            postgresql_where=LIVE,
            info={"refusal": "There is a permission of this name."},
        ),
    )


class CustomSystemRole(Record):
    """A role in the running of the system that staff made up, such as a sales team."""

    __tablename__ = "custom_system_roles"

    name: Mapped[str]

    panel_permissions: Mapped[list[PanelPermission]] = relationship(
        secondary="panels_of_system_roles", viewonly=True, lazy="raise"
    )
    users: Mapped[list[User]] = relationship(
        secondary="users_system_roles", viewonly=True, lazy="raise"
    )

    __table_args__ = (
        Index(
            "uq_custom_system_roles_name",
            "name",
            unique=True,
            info={"refusal": "There is a system role of this name."},
        ),
    )


class PanelPermission(Record):
    """A panel of the administration's front end, for the system roles that open it."""

    __tablename__ = "panel_permissions"

    panel_name: Mapped[str]
    can_access: Mapped[bool] = mapped_column(default=True, server_default="true")

    custom_system_roles: Mapped[list[CustomSystemRole]] = relationship(
        secondary="panels_of_system_roles", viewonly=True, lazy="raise"
    )

    __table_args__ = (
        Index(
            "uq_panel_permissions_panel_name",
            "panel_name",
            unique=True,
            info={"refusal": "There is a panel of this name."},
        ),
    )


class PanelOfSystemRole(Model):
    """That a system role opens a panel."""

    __tablename__ = "panels_of_system_roles"

    custom_system_role_id: Mapped[int] = mapped_column(
        ForeignKey("custom_system_roles.id", ondelete="CASCADE"), primary_key=True
    )
    panel_permission_id: Mapped[int] = mapped_column(
        ForeignKey("panel_permissions.id", ondelete="CASCADE"), primary_key=True, index=True
    )


class UserSystemRole(Model):
    """That a user has a system role."""

    __tablename__ = "users_system_roles"

    user_id: Mapped[int] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), primary_key=True
    )
    custom_system_role_id: Mapped[int] = mapped_column(
        ForeignKey("custom_system_roles.id", ondelete="CASCADE"), primary_key=True, index=True
    )


class LoginSession(Record):
    """What one log-in began: the family of its tokens, ended by log-out or by misuse.

    ``refresh_hash`` is of the one refresh token that is good at present. Whoever comes
    with an older one ends the whole family (RFC 9700 § 4.14.2).
    """

    __tablename__ = "login_sessions"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    refresh_hash: Mapped[bytes | None] = mapped_column(LargeBinary)
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class SingleUseToken(Record):
    """A secret that was mailed, as a hash: it works once, for one purpose, for a while.

    ``email`` is the address it was meant for: it dies when the account changes to another.
    """

    __tablename__ = "single_use_tokens"

    hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    purpose: Mapped[str]
    email: Mapped[str]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]

    __table_args__ = (one_of("purpose", TokenPurpose),)
