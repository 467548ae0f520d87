"""Tables of the payments area: whose account, which payment of which order, what went back."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from openevent.areas.orders.models import TOTAL
from openevent.db.base import Record

if TYPE_CHECKING:
    from openevent.areas.events.models import Event
    from openevent.areas.orders.models import Order


class RefundStatus(StrEnum):
    """How far a refund is."""

    PENDING = "pending"
    SUCCEEDED = "succeeded"
    FAILED = "failed"


class StripeAuthorization(Record):
    """The account that an event's card payments go to. No key that is secret is kept."""

    __tablename__ = "stripe_authorizations"
    __table_args__ = (UniqueConstraint("event_id"),)

    stripe_user_id: Mapped[str]
    stripe_publishable_key: Mapped[str | None]
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"))

    event: Mapped[Event] = relationship(viewonly=True, lazy="raise")


class CardPayment(Record):
    """The one payment intent of an order. Written before Stripe is asked: a process that is
    killed while Stripe answers leaves enough to find the same intent again.
    """

    __tablename__ = "card_payments"
    __table_args__ = (UniqueConstraint("order_id"), UniqueConstraint("intent_id"))

    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id", ondelete="CASCADE"))
    account_id: Mapped[str]
    intent_id: Mapped[str | None]
    amount: Mapped[Decimal] = mapped_column(TOTAL)
    currency: Mapped[str]
    #: Whether the money has come in, and the order knows.
    is_paid: Mapped[bool] = mapped_column(default=False, server_default="false")


class Refund(Record):
    """Money that goes back to a buyer. How much of an order's, ``orders.refunded_amount`` says."""

    __tablename__ = "refunds"
    __table_args__ = (
        UniqueConstraint("gateway_id"),
        CheckConstraint("amount > 0", name="amount"),
        CheckConstraint("status IN ('pending', 'succeeded', 'failed')", name="status"),
        Index("ix_refunds_order_id", "order_id", "id"),
        Index("ix_refunds_event_id", "event_id", "id"),
        Index("ix_refunds_user_id", "user_id"),
    )

    amount: Mapped[Decimal] = mapped_column(TOTAL)
    currency: Mapped[str | None]
    status: Mapped[str] = mapped_column(default=RefundStatus.PENDING.value)
    reason: Mapped[str | None]
    failure: Mapped[str | None]
    #: Whether nobody asked for it: what was paid bought nothing.
    is_automatic: Mapped[bool] = mapped_column(default=False, server_default="false")
    gateway_id: Mapped[str | None]
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id", ondelete="CASCADE"))
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))

    order: Mapped[Order] = relationship(viewonly=True, lazy="raise")
    event: Mapped[Event] = relationship(viewonly=True, lazy="raise")


class GatewayEvent(Record):
    """An event that Stripe told and that was acted on: once each, by its id."""

    __tablename__ = "gateway_events"
    __table_args__ = (UniqueConstraint("event_key"),)

    event_key: Mapped[str]
    type: Mapped[str]
