"""Tables of the passes area: the keys that sign tickets, and how often each was issued."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from openevent.db.base import Record


class TicketKey(Record):
    """A key pair that signs tickets. One is current; the others only verify what they signed.

    The private key is sealed (``services/signing_vault.py``): the database alone signs nothing.
    """

    __tablename__ = "ticket_keys"
    __table_args__ = (
        UniqueConstraint("kid"),
        Index(
            "uq_ticket_keys_is_current",
            "is_current",
            unique=True,
            postgresql_where=text("is_current"),
        ),
        CheckConstraint("is_current = (retired_at IS NULL)", name="retired_at"),
        CheckConstraint("octet_length(public_key) = 32", name="public_key"),
    )

    kid: Mapped[str]
    public_key: Mapped[bytes]
    sealed_key: Mapped[bytes]
    is_current: Mapped[bool]
    retired_at: Mapped[datetime | None]


class Pass(Record):
    """The issues of an attendee's ticket: only the latest one is good.

    An attendee without a row has the first.
    """

    __tablename__ = "passes"
    __table_args__ = (
        UniqueConstraint("attendee_id"),
        CheckConstraint("revision >= 1", name="revision"),
    )

    attendee_id: Mapped[int] = mapped_column(ForeignKey("attendees.id", ondelete="CASCADE"))
    revision: Mapped[int] = mapped_column(Integer, default=1, server_default="1")
