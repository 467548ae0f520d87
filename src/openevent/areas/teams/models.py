"""Tables of teams: invitations to roles, groups of events, and who follows them."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    and_,
    bindparam,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, foreign, mapped_column, relationship

from openevent.areas.identity.models import RoleName
from openevent.db.base import Record, SoftDeleted

if TYPE_CHECKING:
    from openevent.areas.events.models import Event
    from openevent.areas.identity.models import Role, User

PENDING: Final = text("status = 'pending'")
_NAMES: Final = ", ".join(f"'{role.value}'" for role in RoleName)


class InviteStatus(StrEnum):
    """What became of an invitation."""

    PENDING = "pending"
    ACCEPTED = "accepted"
    DECLINED = "declined"


class RoleInvite(Record):
    """An invitation to a role on an event, sent to an e-mail address.

    ``hash`` is of the token in the newest mail; there is none until that is sent.
    ``mails`` counts how often the mail was asked for. ``grant_id`` is the role that came
    of it: when that is taken away, the invitation goes too.
    """

    __tablename__ = "role_invites"

    email: Mapped[str]
    role_name: Mapped[str]
    status: Mapped[str] = mapped_column(
        default=InviteStatus.PENDING, server_default=InviteStatus.PENDING
    )
    hash: Mapped[bytes | None] = mapped_column(LargeBinary, unique=True)
    expires_at: Mapped[datetime | None]
    mails: Mapped[int] = mapped_column(default=1, server_default="1")
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"))
    role_id: Mapped[int] = mapped_column(ForeignKey("roles.id", ondelete="RESTRICT"), index=True)
    inviter_id: Mapped[int | None] = mapped_column(
        ForeignKey("users.id", ondelete="SET NULL"), index=True
    )
    grant_id: Mapped[int | None] = mapped_column(
        ForeignKey("users_events_roles.id", ondelete="CASCADE"), index=True
    )

    event: Mapped[Event] = relationship(viewonly=True, lazy="raise")
    role: Mapped[Role] = relationship(viewonly=True, lazy="raise")

    __table_args__ = (
        CheckConstraint("status IN ('pending', 'accepted', 'declined')", name="status"),
        CheckConstraint(f"role_name IN ({_NAMES})", name="role_name"),
        CheckConstraint("(hash IS NULL) = (expires_at IS NULL)", name="token_expires"),
        CheckConstraint("grant_id IS NULL OR status = 'accepted'", name="grant_was_accepted"),
        Index("ix_role_invites_event_id", "event_id", "id"),
        Index(
            "uq_role_invites_event_id_owner",
            "event_id",
            unique=True,
            postgresql_where=text("status = 'pending' AND role_name = 'owner'"),
            info={"refusal": "Somebody is invited to own the event already."},
        ),
    )


Index(
    "uq_role_invites_event_id_email",
    RoleInvite.event_id,
    func.lower(RoleInvite.email),
    unique=True,
    postgresql_where=PENDING,
    info={"refusal": "This address is invited to the event already."},
)


class ServiceName(StrEnum):
    """What the table of permissions speaks of."""

    MICROLOCATION = "microlocation"
    SESSION = "session"
    SPEAKER = "speaker"
    TRACK = "track"
    SPONSOR = "sponsor"


class Service(Record):
    """A part of an event that roles have permissions for."""

    __tablename__ = "services"

    name: Mapped[str]

    __table_args__ = (
        CheckConstraint(
            "name IN ('microlocation', 'session', 'speaker', 'track', 'sponsor')", name="name"
        ),
        Index(
            "uq_services_name",
            "name",
            unique=True,
            info={"refusal": "There is this service already."},
        ),
    )


class EventRolePermissions(Record):
    """What a role on an event may do with one part of it, as front ends are told."""

    __tablename__ = "event_role_permissions"

    can_create: Mapped[bool] = mapped_column(default=False, server_default="false")
    can_read: Mapped[bool] = mapped_column(default=False, server_default="false")
    can_update: Mapped[bool] = mapped_column(default=False, server_default="false")
    can_delete: Mapped[bool] = mapped_column(default=False, server_default="false")
    role_id: Mapped[int] = mapped_column(ForeignKey("roles.id", ondelete="CASCADE"))
    service_id: Mapped[int] = mapped_column(
        ForeignKey("services.id", ondelete="CASCADE"), index=True
    )

    role: Mapped[Role] = relationship(viewonly=True, lazy="raise")
    service: Mapped[Service] = relationship(viewonly=True, lazy="raise")

    __table_args__ = (
        Index(
            "uq_event_role_permissions_role_id_service_id",
            "role_id",
            "service_id",
            unique=True,
            info={"refusal": "There is a row for this role and this service already."},
        ),
    )


class Group(SoftDeleted, Record):
    """Events of the same people, and who follows what they do."""

    __tablename__ = "groups"

    name: Mapped[str]
    about: Mapped[str | None]
    social_links: Mapped[list[dict[str, Any]]] = mapped_column(
        JSONB, default=[], server_default="[]"
    )
    logo_url: Mapped[str | None]
    banner_url: Mapped[str | None]
    thumbnail_image_url: Mapped[str | None]
    is_promoted: Mapped[bool] = mapped_column(default=False, server_default="false")
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))

    user: Mapped[User] = relationship(viewonly=True, lazy="raise")
    #: Private events are reached by their address alone, not from here.
    events: Mapped[list[Event]] = relationship(
        "Event",
        primaryjoin="and_(Event.group_id == Group.id, Event.privacy == 'public')",
        viewonly=True,
        lazy="raise",
    )
    roles: Mapped[list[UsersGroupsRole]] = relationship(viewonly=True, lazy="raise")
    followers: Mapped[list[UserFollowGroup]] = relationship(viewonly=True, lazy="raise")
    #: The reader's own; the parameter is the one that policies know the reader by.
    follower: Mapped[UserFollowGroup | None] = relationship(
        primaryjoin=lambda: and_(
            Group.id == foreign(UserFollowGroup.group_id),
            UserFollowGroup.user_id == bindparam("principal_id", type_=BigInteger()),
        ),
        viewonly=True,
        uselist=False,
        lazy="raise",
    )

    __table_args__ = (
        Index("ix_groups_user_id", "user_id", "id", postgresql_include=["deleted_at"]),
    )


class UsersGroupsRole(Record):
    """One person's role in a group, or the invitation to it while nobody has accepted.

    ``hash``, ``expires_at`` and ``mails`` are as those of a :class:`RoleInvite`.
    """

    __tablename__ = "users_groups_roles"

    email: Mapped[str]
    accepted: Mapped[bool] = mapped_column(default=False, server_default="false")
    hash: Mapped[bytes | None] = mapped_column(LargeBinary, unique=True)
    expires_at: Mapped[datetime | None]
    mails: Mapped[int] = mapped_column(default=1, server_default="1")
    group_id: Mapped[int] = mapped_column(ForeignKey("groups.id", ondelete="CASCADE"))
    role_id: Mapped[int] = mapped_column(ForeignKey("roles.id", ondelete="RESTRICT"), index=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))

    group: Mapped[Group] = relationship(viewonly=True, lazy="raise")
    role: Mapped[Role] = relationship(viewonly=True, lazy="raise")
    user: Mapped[User | None] = relationship(viewonly=True, lazy="raise")

    __table_args__ = (
        CheckConstraint("accepted = (user_id IS NOT NULL)", name="accepted_by_somebody"),
        CheckConstraint("(hash IS NULL) = (expires_at IS NULL)", name="token_expires"),
        Index("ix_users_groups_roles_group_id", "group_id", "id"),
        # Who may do what on the events of a group is asked with every request.
        Index(
            "uq_users_groups_roles_user_id_group_id",
            "user_id",
            "group_id",
            unique=True,
            info={"refusal": "This person has a role in the group already."},
        ),
    )


Index(
    "uq_users_groups_roles_group_id_email",
    UsersGroupsRole.group_id,
    func.lower(UsersGroupsRole.email),
    unique=True,
    info={"refusal": "This address is invited to the group already."},
)


class UserFollowGroup(Record):
    """That somebody wants to hear of a group's new events."""

    __tablename__ = "user_follow_groups"

    group_id: Mapped[int] = mapped_column(ForeignKey("groups.id", ondelete="CASCADE"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))

    group: Mapped[Group] = relationship(viewonly=True, lazy="raise")
    user: Mapped[User] = relationship(viewonly=True, lazy="raise")

    __table_args__ = (
        Index(
            "uq_user_follow_groups_group_id_user_id",
            "group_id",
            "user_id",
            unique=True,
            info={"refusal": "You follow this group already."},
        ),
        Index("ix_user_follow_groups_user_id", "user_id", "id"),
    )
