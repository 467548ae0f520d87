"""Tables of the orders area: what was bought, by whom, for whom, and what became of it."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    Numeric,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, MappedColumn, mapped_column, relationship

from openevent.db.base import TRANSACTION, Record, SoftDeleted
from openevent.db.columns import flag, one_of

if TYPE_CHECKING:
    from openevent.areas.events.models import Event, Tag
    from openevent.areas.identity.models import User
    from openevent.areas.payments.models import Refund
    from openevent.areas.ticketing.models import DiscountCode, Ticket


class OrderStatus(StrEnum):
    """How far an order is."""

    INITIALIZING = "initializing"
    PENDING = "pending"
    PLACED = "placed"
    COMPLETED = "completed"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


class PaymentMode(StrEnum):
    """How an order is paid."""

    FREE = "free"
    STRIPE = "stripe"
    PAYPAL = "paypal"
    BANK = "bank"
    CHEQUE = "cheque"
    ONSITE = "onsite"
    OMISE = "omise"
    ALIPAY = "alipay"
    PAYTM = "paytm"
    INVOICE = "invoice"


#: The ways to pay that this server knows. The others are words that old orders may carry.
OFFERED: Final = frozenset(
    {
        *(PaymentMode.FREE, PaymentMode.STRIPE, PaymentMode.BANK, PaymentMode.CHEQUE),
        *(PaymentMode.ONSITE, PaymentMode.INVOICE),
    }
)

#: How old somebody says to be.
AGE_GROUPS: Final = (
    *("Under 18", "18-24", "25-34", "35-44", "45-54", "55-64", "65-74", "75-84", "85+"),
    "I prefer not to say",
)


#: What many seats cost together.
TOTAL = Numeric(14, 2)


def _money() -> MappedColumn[Decimal]:
    return mapped_column(TOTAL, default=Decimal(0), server_default="0")


class Order(Record):
    """Seats that somebody wants or has. Never deleted.

    ``expires_at`` is there exactly while seats are held; past it the order has expired,
    whether or not anybody has noticed yet. ``discount_uses`` and ``access_uses`` are what
    it counts for in its codes.
    """

    __tablename__ = "orders"
    __table_args__ = (
        UniqueConstraint("identifier"),
        UniqueConstraint("id", "event_id"),
        one_of("status", OrderStatus),
        one_of("payment_mode", PaymentMode),
        CheckConstraint("amount >= 0", name="amount"),
        CheckConstraint(
            "0 <= refunded_amount AND refunded_amount <= paid_amount", name="not_overrefunded"
        ),
        CheckConstraint(
            "(expires_at IS NOT NULL) = (status IN ('initializing', 'pending'))", name="expires_at"
        ),
        CheckConstraint(
            "(completed_at IS NULL) OR status IN ('completed', 'cancelled')", name="completed_at"
        ),
        ForeignKeyConstraint(
            ["discount_code_id", "event_id"],
            ["discount_codes.id", "discount_codes.event_id"],
            name="fk_orders_discount_code_id",
        ),
        ForeignKeyConstraint(
            ["access_code_id", "event_id"],
            ["access_codes.id", "access_codes.event_id"],
            name="fk_orders_access_code_id",
        ),
        Index("ix_orders_event_id", "event_id", text("created_at DESC"), "id"),
        Index("ix_orders_user_id", "user_id", text("created_at DESC"), "id"),
        Index("ix_orders_marketer_id", "marketer_id"),
        Index("ix_orders_discount_code_id", "discount_code_id"),
        Index("ix_orders_access_code_id", "access_code_id"),
        Index(
            "ix_orders_expires_at", "expires_at", postgresql_where=text("expires_at IS NOT NULL")
        ),
    )

    identifier: Mapped[str]
    status: Mapped[str]
    expires_at: Mapped[datetime | None]
    completed_at: Mapped[datetime | None]
    amount: Mapped[Decimal] = _money()
    currency: Mapped[str | None]
    tax_amount: Mapped[Decimal] = _money()
    fee_amount: Mapped[Decimal] = _money()
    discount_amount: Mapped[Decimal] = _money()
    #: What came in and what of it went back, or is on its way back.
    paid_amount: Mapped[Decimal] = _money()
    refunded_amount: Mapped[Decimal] = _money()
    payment_mode: Mapped[str] = mapped_column(default=PaymentMode.FREE, server_default="free")
    paid_via: Mapped[str | None]
    transaction_id: Mapped[str | None]
    payment_url: Mapped[str | None]
    brand: Mapped[str | None]
    last4: Mapped[str | None]
    exp_month: Mapped[str | None]
    exp_year: Mapped[str | None]
    is_billing_enabled: Mapped[bool] = flag()
    company: Mapped[str | None]
    tax_business_info: Mapped[str | None]
    address: Mapped[str | None]
    city: Mapped[str | None]
    state: Mapped[str | None]
    country: Mapped[str | None]
    zipcode: Mapped[str | None]
    order_notes: Mapped[str | None]
    cancel_note: Mapped[str | None]
    tickets_pdf_url: Mapped[str | None]
    discount_uses: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    access_uses: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    discount_code_id: Mapped[int | None]
    access_code_id: Mapped[int | None]
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    marketer_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))

    event: Mapped[Event] = relationship(viewonly=True, lazy="raise")
    user: Mapped[User | None] = relationship(
        foreign_keys="Order.user_id", viewonly=True, lazy="raise"
    )
    marketer: Mapped[User | None] = relationship(
        foreign_keys="Order.marketer_id", viewonly=True, lazy="raise"
    )
    discount_code: Mapped[DiscountCode | None] = relationship(
        primaryjoin="foreign(Order.discount_code_id) == DiscountCode.id",
        viewonly=True,
        lazy="raise",
    )
    refunds: Mapped[list[Refund]] = relationship(viewonly=True, lazy="raise")
    attendees: Mapped[list[Attendee]] = relationship(
        primaryjoin="Order.id == foreign(Attendee.order_id)", viewonly=True, lazy="raise"
    )
    tickets: Mapped[list[Ticket]] = relationship(
        secondary="order_lines",
        primaryjoin="Order.id == OrderLine.order_id",
        secondaryjoin="Ticket.id == OrderLine.ticket_id",
        viewonly=True,
        lazy="raise",
    )


class OrderLine(Record):
    """So many seats of one ticket in an order, at the price of that moment."""

    __tablename__ = "order_lines"
    __table_args__ = (
        UniqueConstraint("order_id", "ticket_id"),
        ForeignKeyConstraint(
            ["order_id", "event_id"],
            ["orders.id", "orders.event_id"],
            name="fk_order_lines_order_id",
            ondelete="CASCADE",
        ),
        ForeignKeyConstraint(
            ["ticket_id", "event_id"],
            ["tickets.id", "tickets.event_id"],
            name="fk_order_lines_ticket_id",
        ),
        CheckConstraint("quantity > 0", name="quantity"),
        CheckConstraint("0 <= discount AND discount <= price AND fee >= 0", name="prices"),
        Index("ix_order_lines_ticket_id", "ticket_id", "order_id"),
    )

    order_id: Mapped[int]
    ticket_id: Mapped[int]
    event_id: Mapped[int]
    quantity: Mapped[int] = mapped_column(Integer)
    price: Mapped[Decimal] = _money()
    discount: Mapped[Decimal] = _money()
    fee: Mapped[Decimal] = _money()


class OrderChange(Record):
    """One entry of an order's history: what it was from then on. Never changed (a trigger)."""

    __tablename__ = "order_changes"
    __table_args__ = (
        Index("ix_order_changes_order_id", "order_id", "id"),
        Index("ix_order_changes_user_id", "user_id"),
        Index("ix_order_changes_written_in", "written_in", "id"),
    )

    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id", ondelete="CASCADE"))
    changed_at: Mapped[datetime] = mapped_column(server_default=func.now())
    actor: Mapped[str]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    values: Mapped[dict[str, Any]] = mapped_column(JSONB)
    #: The number of the transaction that wrote it: who follows sales reads by it.
    written_in: Mapped[int] = mapped_column(server_default=TRANSACTION)


class Attendee(SoftDeleted, Record):
    """Who takes a seat of an order; named by the buyer, later by the attendee."""

    __tablename__ = "attendees"
    __table_args__ = (
        ForeignKeyConstraint(
            ["order_id", "event_id"],
            ["orders.id", "orders.event_id"],
            name="fk_attendees_order_id",
            ondelete="CASCADE",
        ),
        ForeignKeyConstraint(
            ["ticket_id", "event_id"],
            ["tickets.id", "tickets.event_id"],
            name="fk_attendees_ticket_id",
        ),
        CheckConstraint("firstname <> ''", name="firstname"),
        Index("ix_attendees_event_id", "event_id", "id", postgresql_include=["deleted_at"]),
        Index("ix_attendees_changed_in", "event_id", "changed_in", "id"),
        Index("ix_attendees_order_id", "order_id", "id"),
        Index("ix_attendees_ticket_id", "ticket_id", "id"),
        Index("ix_attendees_user_id", "user_id", "id"),
        Index("ix_attendees_tag_id", "tag_id"),
    )

    firstname: Mapped[str]
    lastname: Mapped[str | None]
    email: Mapped[str | None]
    address: Mapped[str | None]
    city: Mapped[str | None]
    state: Mapped[str | None]
    country: Mapped[str | None]
    job_title: Mapped[str | None]
    phone: Mapped[str | None]
    tax_business_info: Mapped[str | None]
    billing_address: Mapped[str | None]
    home_address: Mapped[str | None]
    shipping_address: Mapped[str | None]
    company: Mapped[str | None]
    work_address: Mapped[str | None]
    work_phone: Mapped[str | None]
    website: Mapped[str | None]
    blog: Mapped[str | None]
    twitter: Mapped[str | None]
    facebook: Mapped[str | None]
    github: Mapped[str | None]
    instagram: Mapped[str | None]
    linkedin: Mapped[str | None]
    gender: Mapped[str | None]
    age_group: Mapped[str | None]
    home_wiki: Mapped[str | None]
    wiki_scholarship: Mapped[str | None]
    native_language: Mapped[str | None]
    fluent_language: Mapped[str | None]
    birth_date: Mapped[datetime | None]
    attendee_notes: Mapped[str | None]
    complex_field_values: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    accept_video_recording: Mapped[bool | None]
    accept_share_details: Mapped[bool | None]
    accept_receive_emails: Mapped[bool | None]
    is_consent_form_field: Mapped[bool | None]
    is_consent_form_field_photo: Mapped[bool | None]
    is_consent_form_field_email: Mapped[bool | None]
    is_consent_of_refund_policy: Mapped[bool] = flag()
    is_badge_printed: Mapped[bool] = flag()
    badge_printed_at: Mapped[datetime | None]
    is_discount_applied: Mapped[bool] = flag()
    is_access_code_applied: Mapped[bool] = flag()
    pdf_url: Mapped[str | None]
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"))
    order_id: Mapped[int]
    ticket_id: Mapped[int]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    tag_id: Mapped[int | None] = mapped_column(ForeignKey("tags.id", ondelete="SET NULL"))
    # What the door knows: kept by triggers from what is scanned there, written by nobody else.
    is_checked_in: Mapped[bool] = flag()
    is_checked_out: Mapped[bool] = flag()
    is_registered: Mapped[bool] = flag()
    checkin_times: Mapped[str | None]
    checkout_times: Mapped[str | None]
    register_times: Mapped[str | None]
    device_name_checkin: Mapped[str | None]
    #: The number of the transaction that changed it, or its order, last.
    changed_in: Mapped[int] = mapped_column(server_default=TRANSACTION)

    event: Mapped[Event] = relationship(viewonly=True, lazy="raise")
    order: Mapped[Order] = relationship(
        primaryjoin="foreign(Attendee.order_id) == Order.id", viewonly=True, lazy="raise"
    )
    ticket: Mapped[Ticket] = relationship(
        primaryjoin="foreign(Attendee.ticket_id) == Ticket.id", viewonly=True, lazy="raise"
    )
    user: Mapped[User | None] = relationship(viewonly=True, lazy="raise")
    tag: Mapped[Tag | None] = relationship(viewonly=True, lazy="raise")
