"""The ticketing area's part of the demo world."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from openevent.areas.ticketing.models import (
    AccessCode,
    BadgeFieldForm,
    BadgeForm,
    DiscountCode,
    DiscountedTicket,
    TaggedTicket,
    Tax,
    Ticket,
    TicketFee,
    TicketTag,
    UnlockedTicket,
)
from openevent.db.base import Model

MADE = datetime(2025, 11, 5, 8, 0, tzinfo=UTC)
DELETED = datetime(2025, 12, 1, 10, 0, tzinfo=UTC)


def rows() -> list[Model]:
    """Return the rows in the order in which they can be inserted."""
    return [*_tickets(), *_tags(), *_taxes(), *_fees(), *_codes(), *_pairs(), *_badges()]


def _tickets() -> list[Model]:
    return [
        _ticket(1, "Visitor", "free", quantity=200, sold=2),
        _ticket(2, "Supporter", "paid", price=Decimal(50), quantity=100, sold=3, held=1),
        _ticket(3, "Speaker", "free", is_hidden=True, quantity=20),
        _ticket(
            4,
            "Patron",
            "donation",
            min_price=Decimal(5),
            max_price=Decimal(500),
            sold=1,
            badge_id="patron",
        ),
        _ticket(5, "Stalls", "free", event=2, quantity=80, sold=1),
        _ticket(6, "Early bird", "free", event=3),
        _ticket(7, "Combined", "paid", price=Decimal(90), deleted_at=DELETED),
    ]


def _ticket(id_: int, name: str, type_: str, *, event: int = 1, **values: Any) -> Ticket:
    return Ticket(
        id=id_,
        event_id=event,
        name=name,
        type=type_,
        position=id_,
        sales_starts_at=MADE,
        sales_ends_at=datetime(2030, 4, 30, 22, 0, tzinfo=UTC),
        created_at=MADE,
        modified_at=MADE,
        **values,
    )


def _tags() -> list[Model]:
    return [
        TicketTag(id=1, event_id=1, name="For everybody", **_made()),
        TicketTag(id=2, event_id=1, name="For friends", **_made()),
        TicketTag(id=3, event_id=2, name="Evening", **_made()),
        TicketTag(id=4, event_id=3, name="Next year", **_made()),
        TicketTag(id=5, event_id=1, name="Old", deleted_at=DELETED, **_made()),
    ]


def _taxes() -> list[Model]:
    return [
        Tax(
            id=1,
            event_id=1,
            name="VAT",
            rate=Decimal(19),
            is_tax_included_in_price=True,
            country="DE",
            tax_id="DE123456789",
            registered_company="Open Tech e.V.",
            contact_name="Olivia Brandt",
            email="treasurer@example.org",
            address="Johannisstraße 2",
            city="Berlin",
            zip="10117",
            **_made(),
        ),
        Tax(id=2, event_id=2, name="GST", rate=Decimal(9), **_made()),
        Tax(id=3, event_id=3, name="VAT", rate=Decimal(7), deleted_at=DELETED, **_made()),
    ]


def _fees() -> list[Model]:
    return [
        TicketFee(
            id=1,
            currency="EUR",
            country="DE",
            service_fee=Decimal(2),
            maximum_fee=Decimal(5),
            **_made(),
        ),
        TicketFee(id=2, currency="USD", country="US", service_fee=Decimal("2.5"), **_made()),
    ]


def _codes() -> list[Model]:
    return [
        _discount(1, "STUDENT", value=Decimal(50), type="percent", tickets_number=40, used=3),
        _discount(2, "FIVEOFF", value=Decimal(5), type="amount", is_active=False),
        _discount(3, "MATINEE", value=Decimal(10), type="percent", event_id=2),
        _discount(4, "NEXTYEAR", value=Decimal(10), type="percent", event_id=3),
        _discount(5, "LASTYEAR", value=Decimal(20), type="percent", deleted_at=DELETED),
        _discount(
            6,
            "PARTNER",
            value=Decimal(50),
            type="percent",
            used_for="event",
            valid_from=datetime(2031, 1, 1, tzinfo=UTC),
        ),
        _access(1, "SPEAKER-2030", tickets_number=20),
        _access(2, "CLOSED", is_active=False),
        _access(3, "BACKSTAGE", event_id=2),
        _access(4, "TEAM", event_id=3),
        _access(5, "OLDER", deleted_at=DELETED),
    ]


def _discount(id_: int, code: str, **values: Any) -> DiscountCode:
    known = {"event_id": 1, "is_active": True, **_made()}
    return DiscountCode(id=id_, code=code, **{**known, **values})


def _access(id_: int, code: str, **values: Any) -> AccessCode:
    known = {"event_id": 1, "is_active": True, "valid_from": MADE, "marketer_id": 4, **_made()}
    return AccessCode(id=id_, code=code, **{**known, **values})


def _pairs() -> list[Model]:
    return [
        TaggedTicket(ticket_tag_id=1, ticket_id=1, event_id=1),
        TaggedTicket(ticket_tag_id=1, ticket_id=2, event_id=1),
        TaggedTicket(ticket_tag_id=2, ticket_id=4, event_id=1),
        TaggedTicket(ticket_tag_id=3, ticket_id=5, event_id=2),
        DiscountedTicket(discount_code_id=1, ticket_id=2, event_id=1),
        DiscountedTicket(discount_code_id=2, ticket_id=2, event_id=1),
        UnlockedTicket(access_code_id=1, ticket_id=3, event_id=1),
        UnlockedTicket(access_code_id=2, ticket_id=3, event_id=1),
    ]


def _made() -> dict[str, datetime]:
    return {"created_at": MADE, "modified_at": MADE}


def _badges() -> list[Model]:
    made = [
        BadgeForm(
            id=1,
            event_id=1,
            badge_id="patron",
            badge_size='4" x 3"',
            badge_color="#ffffff",
            badge_orientation="Portrait",
        ),
        BadgeForm(id=2, event_id=3, badge_id="early"),
        BadgeFieldForm(
            id=1,
            badge_form_id=1,
            field_identifier="firstname",
            custom_field="First Name",
            sample_text="Ada",
            font_name="Arial",
            font_size=24,
            font_color="#000000",
            font_weight=[{"name": "bold", "font_weight": "bold"}],
            text_alignment="center",
            text_rotation=0,
            margin_top=10,
        ),
        BadgeFieldForm(
            id=2, badge_form_id=1, custom_field="QR", qr_custom_field=["firstname", "email"]
        ),
        BadgeFieldForm(id=3, badge_form_id=2, field_identifier="email", custom_field="Email"),
    ]
    for row in made:
        row.created_at = row.modified_at = MADE
    return [*made]
