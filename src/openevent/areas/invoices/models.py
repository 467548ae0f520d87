"""Tables of the invoices area: what organizers owe the system, and what it was for."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, Numeric, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from openevent.db.base import Model, Record, SoftDeleted

if TYPE_CHECKING:
    from openevent.areas.events.models import Event
    from openevent.areas.identity.models import User
    from openevent.areas.ticketing.models import DiscountCode


class InvoiceStatus(StrEnum):
    """What has become of an invoice."""

    DUE = "due"
    PAID = "paid"
    REFUNDING = "refunding"
    REFUNDED = "refunded"
    FAILED = "failed"
    RESOLVED = "resolved"


class PaidVia(StrEnum):
    """How an invoice was paid."""

    FREE = "free"
    STRIPE = "stripe"
    PAYPAL = "paypal"
    TRANSFER = "transfer"
    ONSITE = "onsite"
    CHEQUE = "cheque"


def _one_of(column: str, members: type[StrEnum]) -> CheckConstraint:
    values = ", ".join(f"'{member}'" for member in members)
    return CheckConstraint(f"{column} IN ({values})", name=column)


class EventInvoice(SoftDeleted, Record):
    """The system's share of what an event's orders brought, owed by the event's owner.

    ``identifier`` is its number, without gaps (:class:`InvoiceCounter`).
    """

    __tablename__ = "event_invoices"
    __table_args__ = (
        UniqueConstraint("identifier"),
        UniqueConstraint("intent_id"),
        _one_of("status", InvoiceStatus),
        _one_of("paid_via", PaidVia),
        CheckConstraint("amount >= 0 AND revenue >= 0", name="amount"),
        CheckConstraint("discount >= 0", name="discount"),
        CheckConstraint("due_at >= issued_at", name="due_at"),
        Index("ix_event_invoices_event_id", "event_id", "id", postgresql_include=["deleted_at"]),
        Index("ix_event_invoices_user_id", "user_id", "id", postgresql_include=["deleted_at"]),
    )

    identifier: Mapped[str]
    status: Mapped[str] = mapped_column(default=InvoiceStatus.DUE, server_default="due")
    amount: Mapped[Decimal] = mapped_column(Numeric(14, 2))
    currency: Mapped[str]
    #: What the orders brought, and the share of it in percent.
    revenue: Mapped[Decimal] = mapped_column(Numeric(14, 2))
    fee_percent: Mapped[Decimal] = mapped_column(Numeric(5, 2))
    issued_at: Mapped[datetime]
    due_at: Mapped[datetime]
    completed_at: Mapped[datetime | None]
    paid_via: Mapped[str | None]
    payment_mode: Mapped[str | None]
    transaction_id: Mapped[str | None]
    #: The one payment that Stripe was asked to prepare.
    intent_id: Mapped[str | None]
    brand: Mapped[str | None]
    last4: Mapped[str | None]
    exp_month: Mapped[int | None] = mapped_column(Integer)
    exp_year: Mapped[int | None] = mapped_column(Integer)
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))

    #: What a code took off the share, and which.
    discount: Mapped[Decimal] = mapped_column(Numeric(14, 2), default=0, server_default="0")
    discount_code_id: Mapped[int | None] = mapped_column(
        ForeignKey("discount_codes.id", ondelete="SET NULL"), index=True
    )

    event: Mapped[Event] = relationship(viewonly=True, lazy="raise")
    discount_code: Mapped[DiscountCode | None] = relationship(viewonly=True, lazy="raise")
    user: Mapped[User | None] = relationship(viewonly=True, lazy="raise")


class InvoicedOrder(Model):
    """That an order's share is in an invoice. It is in one at most: that is the key."""

    __tablename__ = "invoiced_orders"

    order_id: Mapped[int] = mapped_column(
        ForeignKey("orders.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    event_invoice_id: Mapped[int] = mapped_column(
        ForeignKey("event_invoices.id", ondelete="CASCADE"), index=True
    )


class InvoiceCounter(Model):
    """The last number of a series. It counts in the transaction that stores the invoice.

    Whoever makes an invoice holds its row until the invoice is stored or given up: no
    number is left out or given twice, whatever fails.
    """

    __tablename__ = "invoice_counters"
    __table_args__ = (CheckConstraint("last >= 0", name="last"),)

    series: Mapped[str] = mapped_column(primary_key=True)
    last: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
