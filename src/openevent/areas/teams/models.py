"""Tables of teams: invitations to a role on an event."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, func, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from openevent.areas.identity.models import RoleName
from openevent.db.base import Record

if TYPE_CHECKING:
    from openevent.areas.events.models import Event
    from openevent.areas.identity.models import Role

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
