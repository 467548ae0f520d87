"""Pure decisions about tickets in hand: what is in the QR code, and when a ticket lets in."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final
from zoneinfo import ZoneInfo

from babel.dates import format_datetime, format_time, get_timezone_gmt

from openevent.services.languages import Amount, Catalogue

#: Doors open before an event begins and close after it ends; clocks are wrong at times.
SLACK: Final = timedelta(days=1)


def qr_content(order_identifier: str, attendee_id: int) -> str:
    """Return the QR content that published clients parse."""
    return f"{order_identifier}-{attendee_id}"


def validity(starts_at: datetime, ends_at: datetime) -> tuple[datetime, datetime]:
    """Return from when until when a ticket of an event lets in."""
    return starts_at - SLACK, ends_at + SLACK


def period_in_words(
    starts_at: datetime, ends_at: datetime, timezone: str, language: Catalogue
) -> str:
    """Return when something is, at the clocks of its place, with their name and offset."""
    zone = ZoneInfo(timezone)
    start, end = starts_at.astimezone(zone), ends_at.astimezone(zone)
    one_day = start.date() == end.date()
    last = format_time(end, "HH:mm", locale="en") if one_day else _moment(end, language)
    offset = get_timezone_gmt(start, locale="en")
    said = {"from": _moment(start, language), "until": last, "zone": f"{timezone}, {offset}"}
    return language.say("period", said)[""]


def _moment(moment: datetime, language: Catalogue) -> str:
    form = language.say("form-moment", {})[""]
    return format_datetime(moment, form, tzinfo=moment.tzinfo, locale=language.locale)


def price_in_words(price: Decimal, currency: str | None, language: Catalogue) -> str:
    """Return a price as people read it."""
    if price == 0:
        return language.say("free", {})[""]
    return language.amount(Amount(price, currency))
