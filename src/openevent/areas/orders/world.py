"""The orders area's part of the demo world."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from openevent.areas.orders.models import Attendee, Order, OrderChange, OrderLine
from openevent.db.base import Record

MADE = datetime(2025, 11, 10, 9, 0, tzinfo=UTC)
#: The demo world's seats are held for as long as anybody reads about them.
NEVER = datetime(2099, 1, 1, tzinfo=UTC)

#: Identifiers of the orders, as the documentation's examples show them.
IDENTIFIERS = {
    1: "1f0c3b7a-52d4-4c5e-9b1e-3a6f0d2c8e01",
    2: "2a8d4c6b-91e3-4f70-8c2d-5b7e1f3a9d02",
    3: "3b9e5d7c-82f4-4a61-9d3e-6c8f2a4b0e03",
    4: "4c0f6e8d-73a5-4b52-8e4f-7d9a3b5c1f04",
    5: "5d1a7f9e-64b6-4c43-9f5a-8e0b4c6d2a05",
    6: "6e2b80af-55c7-4d34-a06b-9f1c5d7e3b06",
}

_PEOPLE = (
    (1, 1, "Rahel", "Tesfaye", "rahel@example.org", 9),
    (1, 1, "Samuel", "Tesfaye", None, None),
    (2, 2, "Rahel", "Tesfaye", "rahel@example.org", 9),
    (2, 2, "Ida", "Lund", "ida@example.net", None),
    (2, 2, "Jonas", "Lund", None, None),
    (3, 2, "Oskar", "Nilsen", "other-owner@example.org", 11),
    (4, 2, "Uwe", "Petersen", None, 10),
    (5, 5, "Uwe", "Petersen", None, 10),
    (6, 4, "Rahel", "Tesfaye", "rahel@example.org", 9),
)

#: What the door saw of them, as their scans say (``areas/checkin/world.py``).
_SEEN: dict[int, dict[str, Any]] = {
    2: {
        "is_checked_in": True,
        "is_registered": True,
        "checkin_times": "2025-11-20T08:55:12.250Z",
        "register_times": "2025-11-20T08:50:03.000Z",
        "device_name_checkin": "Gate A",
    },
    8: {
        "is_checked_in": True,
        "checkin_times": "2025-11-21T10:00:00.000Z",
        "device_name_checkin": "Foyer",
    },
}


def rows() -> list[Record]:
    """Return the rows in the order in which they can be inserted."""
    orders = [
        _order(1, 9, "completed", completed_at=MADE, paid_via="free"),
        _order(
            2,
            9,
            "placed",
            amount=Decimal(78),
            tax_amount=Decimal("11.97"),
            fee_amount=Decimal(3),
            discount_amount=Decimal(75),
            payment_mode="bank",
            discount_code_id=1,
            discount_uses=3,
        ),
        _order(3, 11, "initializing", amount=Decimal(51), expires_at=NEVER),
        _order(
            4,
            10,
            "cancelled",
            amount=Decimal(51),
            paid_amount=Decimal(51),
            refunded_amount=Decimal(51),
            cancel_note="Paid by mistake.",
        ),
        _order(5, 10, "completed", event=2, completed_at=MADE, paid_via="free"),
        _order(
            6,
            9,
            "completed",
            amount=Decimal("20.40"),
            tax_amount=Decimal("3.19"),
            fee_amount=Decimal("0.40"),
            paid_amount=Decimal("20.40"),
            payment_mode="stripe",
            completed_at=MADE,
            paid_via="stripe",
            transaction_id="pi_demo6",
        ),
    ]
    lines = [
        _line(1, 1, 2),
        _line(2, 2, 3, price=Decimal(50), discount=Decimal(25), fee=Decimal(3)),
        _line(3, 2, 1, price=Decimal(50), fee=Decimal(1)),
        _line(4, 2, 1, price=Decimal(50), fee=Decimal(1)),
        _line(5, 5, 1, event=2),
        _line(6, 4, 1, price=Decimal(20), fee=Decimal("0.40")),
    ]
    changes = [
        OrderChange(
            id=order.id,
            order_id=order.id,
            changed_at=MADE,
            actor="buyer",
            user_id=order.user_id,
            values={"status": order.status},
            **_made(),
        )
        for order in orders
    ]
    attendees = [
        Attendee(
            id=id_,
            order_id=order,
            event_id=2 if ticket == 5 else 1,
            ticket_id=ticket,
            firstname=first,
            lastname=last,
            email=email,
            user_id=user,
            deleted_at=MADE if order == 4 else None,
            **_SEEN.get(id_, {}),
            **_made(),
        )
        for id_, (order, ticket, first, last, email, user) in enumerate(_PEOPLE, start=1)
    ]
    return [*orders, *lines, *changes, *attendees]


def _order(id_: int, user: int, status: str, *, event: int = 1, **values: Any) -> Order:
    return Order(
        id=id_,
        identifier=IDENTIFIERS[id_],
        event_id=event,
        user_id=user,
        status=status,
        currency="EUR" if event == 1 else None,
        **values,
        **_made(),
    )


def _line(order: int, ticket: int, quantity: int, *, event: int = 1, **values: Any) -> OrderLine:
    return OrderLine(
        id=order,
        order_id=order,
        ticket_id=ticket,
        event_id=event,
        quantity=quantity,
        **values,
        **_made(),
    )


def _made() -> dict[str, datetime]:
    return {"created_at": MADE, "modified_at": MADE}
