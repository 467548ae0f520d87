"""Tables of the ticketing area: what is for sale, to whom, and what it costs."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    Numeric,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, MappedColumn, mapped_column, relationship

from openevent.db.base import Model, Record, SoftDeleted
from openevent.db.columns import LIVE, flag, one_of

if TYPE_CHECKING:
    from openevent.areas.events.models import Event
    from openevent.areas.identity.models import User
    from openevent.areas.orders.models import Attendee
    from openevent.areas.statistics.models import TicketOrderStatistics

#: How many decimal places the database keeps of an amount, and of a share of a hundred.
MONEY, PERCENT = Numeric(10, 2), Numeric(6, 3)


class TicketType(StrEnum):
    """How a ticket's price comes about. Registrations are sold like the kind they name."""

    FREE = "free"
    PAID = "paid"
    DONATION = "donation"
    FREE_REGISTRATION = "freeRegistration"
    PAID_REGISTRATION = "paidRegistration"
    DONATION_REGISTRATION = "donationRegistration"


class DiscountType(StrEnum):
    """What a discount code's value is taken as."""

    AMOUNT = "amount"
    PERCENT = "percent"


class DiscountUse(StrEnum):
    """What a discount code is for: tickets of an event, or the fees of an event."""

    TICKET = "ticket"
    EVENT = "event"


def _count(default: int | None = None) -> MappedColumn[int]:
    server_default = None if default is None else str(default)
    return mapped_column(Integer, default=default, server_default=server_default)


def _per_event(*columns: str, refusal: str, table: str) -> Index:
    return Index(
        f"uq_{table}_{'_'.join(columns)}",
        *columns,
        unique=True,
        postgresql_where=LIVE,
        info={"refusal": refusal},
    )


def _pair(left: str, right: str) -> tuple[ForeignKeyConstraint | Index, ...]:
    """Return the keys of a table of pairs. The event is part of both: no pair joins two."""
    return (
        ForeignKeyConstraint(
            [f"{left}_id", "event_id"],
            [f"{left}s.id", f"{left}s.event_id"],
            name=f"fk_{left}s_{right}s_{left}_id",
            ondelete="CASCADE",
        ),
        ForeignKeyConstraint(
            [f"{right}_id", "event_id"],
            [f"{right}s.id", f"{right}s.event_id"],
            name=f"fk_{left}s_{right}s_{right}_id",
            ondelete="CASCADE",
        ),
        Index(f"ix_{left}s_{right}s_{right}_id", f"{right}_id", "event_id"),
    )


class Ticket(SoftDeleted, Record):
    """What visitors buy: a kind of admission, with how many of it there are.

    ``held`` and ``sold`` count the seats of orders under way and of orders placed or
    completed. They change in the transaction of the order, and the constraint
    ``not_oversold`` is what makes overselling impossible: no code can get past it.
    """

    __tablename__ = "tickets"
    __table_args__ = (
        _per_event(
            "event_id", "name", table="tickets", refusal="The event has a ticket of this name."
        ),
        UniqueConstraint("id", "event_id"),
        one_of("type", TicketType),
        CheckConstraint("held >= 0 AND sold >= 0", name="counts"),
        CheckConstraint(
            "held + sold <= quantity",
            name="not_oversold",
            info={"refusal": "More tickets than that are sold or held by buyers."},
        ),
        CheckConstraint("1 <= min_order AND min_order <= max_order", name="min_order"),
        CheckConstraint("max_order <= quantity", name="max_order"),
        CheckConstraint("sales_starts_at < sales_ends_at", name="sales"),
        CheckConstraint("price >= 0 AND min_price >= 0 AND min_price <= max_price", name="prices"),
        CheckConstraint("type NOT IN ('paid', 'paidRegistration') OR price > 0", name="paid"),
        Index(
            "ix_tickets_event_id", "event_id", "position", "id", postgresql_include=["deleted_at"]
        ),
    )

    name: Mapped[str]
    description: Mapped[str | None]
    type: Mapped[str]
    price: Mapped[Decimal | None] = mapped_column(MONEY)
    min_price: Mapped[Decimal] = mapped_column(MONEY, default=Decimal(0), server_default="0")
    max_price: Mapped[Decimal | None] = mapped_column(MONEY)
    quantity: Mapped[int] = _count(100)
    min_order: Mapped[int] = _count(1)
    max_order: Mapped[int] = _count(10)
    position: Mapped[int] = _count(0)
    is_description_visible: Mapped[bool] = flag()
    is_fee_absorbed: Mapped[bool] = flag()
    is_hidden: Mapped[bool] = flag()
    is_checkin_restricted: Mapped[bool] = flag(default=True)
    auto_checkin_enabled: Mapped[bool] = flag()
    sales_starts_at: Mapped[datetime]
    sales_ends_at: Mapped[datetime]
    form_id: Mapped[str | None]
    badge_id: Mapped[str | None]
    held: Mapped[int] = _count(0)
    sold: Mapped[int] = _count(0)
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"))

    event: Mapped[Event] = relationship(viewonly=True, lazy="raise")
    attendees: Mapped[list[Attendee]] = relationship(
        primaryjoin="Ticket.id == foreign(Attendee.ticket_id)", viewonly=True, lazy="raise"
    )
    ticket_tags: Mapped[list[TicketTag]] = relationship(
        secondary="ticket_tags_tickets", viewonly=True, lazy="raise"
    )
    access_codes: Mapped[list[AccessCode]] = relationship(
        secondary="access_codes_tickets", viewonly=True, lazy="raise"
    )
    discount_codes: Mapped[list[DiscountCode]] = relationship(
        secondary="discount_codes_tickets", viewonly=True, lazy="raise"
    )
    order_statistics: Mapped[TicketOrderStatistics] = relationship(
        primaryjoin="Ticket.id == foreign(remote(TicketOrderStatistics.id))",
        viewonly=True,
        lazy="raise",
    )


class TicketTag(SoftDeleted, Record):
    """A label that groups the tickets of an event."""

    __tablename__ = "ticket_tags"
    __table_args__ = (
        UniqueConstraint("id", "event_id"),
        Index("ix_ticket_tags_event_id", "event_id", "id", postgresql_include=["deleted_at"]),
    )

    name: Mapped[str | None]
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"))

    event: Mapped[Event] = relationship(viewonly=True, lazy="raise")
    tickets: Mapped[list[Ticket]] = relationship(
        secondary="ticket_tags_tickets", viewonly=True, lazy="raise"
    )


class TaggedTicket(Model):
    """That a ticket has a tag of its event."""

    __tablename__ = "ticket_tags_tickets"
    __table_args__ = _pair("ticket_tag", "ticket")

    ticket_tag_id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int]


class Tax(SoftDeleted, Record):
    """The tax on an event's tickets, and whose tax it is. An event has one."""

    __tablename__ = "taxes"
    __table_args__ = (
        _per_event("event_id", table="taxes", refusal="The event has a tax already."),
        CheckConstraint("rate BETWEEN 0 AND 100", name="rate"),
        Index("ix_taxes_event_id", "event_id"),
    )

    name: Mapped[str | None]
    rate: Mapped[Decimal] = mapped_column(PERCENT, default=Decimal(0), server_default="0")
    is_tax_included_in_price: Mapped[bool] = flag()
    country: Mapped[str | None]
    tax_id: Mapped[str | None]
    should_send_invoice: Mapped[bool] = flag()
    is_invoice_sent: Mapped[bool] = flag()
    registered_company: Mapped[str | None]
    contact_name: Mapped[str | None]
    phone: Mapped[str | None]
    email: Mapped[str | None]
    address: Mapped[str | None]
    city: Mapped[str | None]
    state: Mapped[str | None]
    zip: Mapped[str | None]
    invoice_footer: Mapped[str | None]
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"))

    event: Mapped[Event] = relationship(viewonly=True, lazy="raise")


class TicketFee(Record):
    """What the system takes of each sale in one currency and country."""

    __tablename__ = "ticket_fees"
    __table_args__ = (
        Index(
            "uq_ticket_fees_currency_country",
            "currency",
            "country",
            unique=True,
            info={"refusal": "There is a fee for this currency and country already."},
        ),
        CheckConstraint("service_fee BETWEEN 0 AND 100 AND maximum_fee >= 0", name="fees"),
    )

    currency: Mapped[str]
    country: Mapped[str]
    service_fee: Mapped[Decimal] = mapped_column(PERCENT, default=Decimal(0), server_default="0")
    maximum_fee: Mapped[Decimal | None] = mapped_column(MONEY)


class _Code(SoftDeleted):
    """What discount and access codes have in common: where, when and how often they work.

    ``used`` counts the seats that live orders took with the code. Like a ticket's stock it
    changes in the order's transaction, under a constraint.
    """

    code: Mapped[str]
    is_active: Mapped[bool] = flag()
    tickets_number: Mapped[int | None] = mapped_column(Integer)
    min_quantity: Mapped[int | None] = mapped_column(Integer)
    max_quantity: Mapped[int | None] = mapped_column(Integer)
    valid_till: Mapped[datetime | None]
    used: Mapped[int] = _count(0)


def _code_constraints(table: str) -> tuple[Index | UniqueConstraint | CheckConstraint, ...]:
    return (
        _per_event("event_id", "code", table=table, refusal="The event has this code already."),
        UniqueConstraint("id", "event_id"),
        CheckConstraint("used >= 0", name="counts"),
        CheckConstraint(
            "used <= tickets_number",
            name="not_overused",
            info={"refusal": "The code was used more often than that."},
        ),
        CheckConstraint("tickets_number >= 0", name="tickets_number"),
        CheckConstraint("min_quantity >= 0 AND min_quantity <= max_quantity", name="quantities"),
        CheckConstraint("valid_from <= valid_till", name="valid"),
        Index(f"ix_{table}_event_id", "event_id", "id", postgresql_include=["deleted_at"]),
        Index(f"ix_{table}_marketer_id", "marketer_id"),
    )


class DiscountCode(_Code, Record):
    """A word that makes some tickets of an event cheaper, or what its organizers owe."""

    __tablename__ = "discount_codes"
    __table_args__ = (
        *_code_constraints("discount_codes"),
        one_of("type", DiscountType),
        one_of("used_for", DiscountUse),
        CheckConstraint("value >= 0 AND (type <> 'percent' OR value <= 100)", name="value"),
        CheckConstraint("used_for = 'event' OR event_id IS NOT NULL", name="event"),
        Index(
            "uq_discount_codes_event_id",
            "event_id",
            unique=True,
            postgresql_where=text("used_for = 'event' AND deleted_at IS NULL"),
            info={"refusal": "The event has a discount on what its organizers owe already."},
        ),
    )

    type: Mapped[str]
    value: Mapped[Decimal] = mapped_column(MONEY)
    used_for: Mapped[str] = mapped_column(default=DiscountUse.TICKET, server_default="ticket")
    discount_url: Mapped[str | None]
    valid_from: Mapped[datetime | None]
    event_id: Mapped[int | None] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"))
    marketer_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))

    event: Mapped[Event | None] = relationship(viewonly=True, lazy="raise")
    marketer: Mapped[User | None] = relationship(viewonly=True, lazy="raise")
    tickets: Mapped[list[Ticket]] = relationship(
        secondary="discount_codes_tickets", viewonly=True, lazy="raise"
    )
    events: Mapped[list[Event]] = relationship(
        primaryjoin="and_(foreign(Event.id) == DiscountCode.event_id,"
        " DiscountCode.used_for == 'event')",
        viewonly=True,
        lazy="raise",
    )


class DiscountedTicket(Model):
    """That a discount code makes a ticket cheaper."""

    __tablename__ = "discount_codes_tickets"
    __table_args__ = _pair("discount_code", "ticket")

    discount_code_id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int]


class AccessCode(_Code, Record):
    """A word that lets buyers see and buy hidden tickets of an event."""

    __tablename__ = "access_codes"
    __table_args__ = _code_constraints("access_codes")

    access_url: Mapped[str | None]
    valid_from: Mapped[datetime]
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"))
    marketer_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))

    event: Mapped[Event] = relationship(viewonly=True, lazy="raise")
    marketer: Mapped[User | None] = relationship(viewonly=True, lazy="raise")
    tickets: Mapped[list[Ticket]] = relationship(
        secondary="access_codes_tickets", viewonly=True, lazy="raise"
    )


class UnlockedTicket(Model):
    """That an access code opens a hidden ticket."""

    __tablename__ = "access_codes_tickets"
    __table_args__ = _pair("access_code", "ticket")

    access_code_id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int]


class BadgeForm(Record):
    """What is printed for holders of tickets with its ``badge_id``: paper and background."""

    __tablename__ = "badge_forms"
    __table_args__ = (Index("ix_badge_forms_event_id", "event_id", "id"),)

    badge_id: Mapped[str]
    badge_size: Mapped[str | None]
    badge_color: Mapped[str | None]
    badge_image_url: Mapped[str | None]
    badge_orientation: Mapped[str | None]
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"))

    event: Mapped[Event] = relationship(viewonly=True, lazy="raise")
    badge_field_forms: Mapped[list[BadgeFieldForm]] = relationship(viewonly=True, lazy="raise")


class BadgeFieldForm(Record):
    """One line of a badge, or its QR code: what is printed, where and how. Lengths are in px."""

    __tablename__ = "badge_field_forms"
    __table_args__ = (Index("ix_badge_field_forms_badge_form_id", "badge_form_id", "id"),)

    field_identifier: Mapped[str | None]
    custom_field: Mapped[str | None]
    sample_text: Mapped[str | None]
    font_name: Mapped[str | None]
    font_size: Mapped[int | None] = mapped_column(Integer)
    font_color: Mapped[str | None]
    #: Style names and their CSS, as front ends choose them.
    font_weight: Mapped[list[dict[str, Any]] | None] = mapped_column(JSONB(none_as_null=True))
    text_alignment: Mapped[str | None]
    text_type: Mapped[str | None]
    text_rotation: Mapped[int | None] = mapped_column(Integer)
    margin_top: Mapped[int | None] = mapped_column(Integer)
    margin_bottom: Mapped[int | None] = mapped_column(Integer)
    margin_left: Mapped[int | None] = mapped_column(Integer)
    margin_right: Mapped[int | None] = mapped_column(Integer)
    qr_custom_field: Mapped[list[str] | None] = mapped_column(ARRAY(Text))
    is_field_expanded: Mapped[bool] = flag()
    is_deleted: Mapped[bool] = flag()
    badge_form_id: Mapped[int] = mapped_column(ForeignKey("badge_forms.id", ondelete="CASCADE"))

    badge_form: Mapped[BadgeForm] = relationship(viewonly=True, lazy="raise")
