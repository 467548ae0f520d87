"""Pure decisions about tickets in hand: what is in the QR code, and when a ticket lets in."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from openevent.areas.orders.models import OrderStatus

#: Orders whose attendees have tickets.
SOLD: Final = (OrderStatus.PLACED, OrderStatus.COMPLETED)
#: Doors open before an event begins and close after it ends; clocks are wrong at times.
SLACK: Final = timedelta(days=1)


def qr_content(order_identifier: str, attendee_id: int) -> str:
    """Return the QR content that published clients parse."""
    return f"{order_identifier}-{attendee_id}"


def validity(starts_at: datetime, ends_at: datetime) -> tuple[datetime, datetime]:
    """Return from when until when a ticket of an event lets in."""
    return starts_at - SLACK, ends_at + SLACK
