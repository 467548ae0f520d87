"""Pure decisions about tickets and codes: what fits together, and what may be sold."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from openevent.areas.ticketing.models import DiscountCode, DiscountType, TicketType
from openevent.errors import Conflict, DomainError, Invalid

MAX_POSITION: Final = 1_000_000
MAX_QUANTITY: Final = 1_000_000
#: Most seats of one ticket in one order, unless its own ``max-order`` says otherwise.
DEFAULT_QUANTITY: Final = 100
DEFAULT_MAX_ORDER: Final = 10

CURRENCIES: Final = (
    *("AUD", "BRL", "CAD", "CHF", "CZK", "DKK", "EUR", "GBP", "HKD", "HUF", "ILS", "INR"),
    *("JPY", "MXN", "MYR", "NOK", "NZD", "PHP", "PLN", "RUB", "SEK", "SGD", "THB", "TWD", "USD"),
)

FREE: Final = frozenset({TicketType.FREE, TicketType.FREE_REGISTRATION})
PAID: Final = frozenset({TicketType.PAID, TicketType.PAID_REGISTRATION})
DONATION: Final = frozenset({TicketType.DONATION, TicketType.DONATION_REGISTRATION})


@dataclass(frozen=True, slots=True, kw_only=True)
class EventFacts:
    """What of an event its tickets have to fit."""

    ends_at: datetime
    takes_payments: bool
    is_tax_enabled: bool = False


def with_defaults(values: dict[str, Any]) -> dict[str, Any]:
    """Return a new ticket's values; the most that one order may hold follows the quantity."""
    quantity = values.get("quantity", DEFAULT_QUANTITY)
    most = max(values.get("min_order", 1), min(DEFAULT_MAX_ORDER, quantity))
    return {"quantity": quantity, "max_order": most, **values}


def check_ticket(ticket: dict[str, Any], event: EventFacts) -> None:
    """Refuse a ticket whose parts do not fit each other, or the event."""
    type_ = TicketType(ticket["type"])
    price, least, most = ticket["price"], ticket["min_price"], ticket["max_price"]
    if type_ in PAID and not price:
        raise _invalid("price", "A paid ticket has a price over 0.")
    if type_ in FREE and price:
        raise _invalid("price", "A free ticket has no price; its type would be 'paid'.")
    if most is not None and least > most:
        raise _invalid("max-price", "The greatest donation is less than the least.")
    if ticket["min_order"] > ticket["max_order"]:
        raise _invalid("max-order", "The most of an order is less than the least.")
    if ticket["max_order"] > ticket["quantity"]:
        raise _invalid("max-order", "An order cannot hold more than there are tickets.")
    if ticket["sales_starts_at"] >= ticket["sales_ends_at"]:
        raise _invalid("sales-ends-at", "Sales end after they start.")
    if ticket["sales_ends_at"] > event.ends_at:
        raise _invalid("sales-ends-at", "Sales end before the event does.")
    if type_ not in FREE and not event.takes_payments:
        raise Conflict(
            "The event has no way to pay yet; give it one before selling tickets.",
            code="no-payment-method",
            pointer="/data/attributes/type",
        )


def _invalid(attribute: str, sentence: str) -> Invalid:
    return Invalid(sentence, pointer=f"/data/attributes/{attribute}")


def check_stock(quantity: int, taken: int) -> None:
    """Refuse to have fewer of a ticket than are sold or held."""
    if quantity < taken:
        raise Conflict(
            f"{taken} of this ticket are sold or held by buyers.",
            code="already-sold",
            pointer="/data/attributes/quantity",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeFacts:
    """What decides whether a code works now."""

    kind: str
    is_active: bool
    valid_from: datetime | None
    valid_till: datetime
    uses_left: int | None
    min_quantity: int | None = None
    max_quantity: int | None = None
    tickets: frozenset[int] = frozenset()


def check_code(code: CodeFacts, now: datetime) -> None:
    """Refuse a code that is switched off, too early, too late or used up."""
    if not code.is_active:
        raise _unusable(code, "inactive", f"This {code.kind} is not active.")
    if code.valid_from is not None and now < code.valid_from:
        raise _unusable(code, "not-yet-valid", f"This {code.kind} is not valid yet.")
    if now > code.valid_till:
        raise _unusable(code, "expired", f"This {code.kind} is not valid any more.")
    if code.uses_left is not None and code.uses_left <= 0:
        raise _unusable(code, "exhausted", f"This {code.kind} is used up.")


def check_code_for(code: CodeFacts, quantities: dict[int, int], now: datetime) -> int:
    """Return how many seats a code is used for; refuse where it does not work for them."""
    check_code(code, now)
    seats = sum(n for ticket, n in quantities.items() if ticket in code.tickets)
    if seats == 0:
        raise _unusable(code, "not-for-these", f"This {code.kind} is not for these tickets.")
    if code.min_quantity is not None and seats < code.min_quantity:
        raise _unusable(
            code, "too-few", f"This {code.kind} is for {code.min_quantity} tickets or more."
        )
    if code.max_quantity and seats > code.max_quantity:
        raise _unusable(
            code, "too-many", f"This {code.kind} is for {code.max_quantity} tickets at most."
        )
    if code.uses_left is not None and seats > code.uses_left:
        raise _unusable(
            code, "exhausted", f"This {code.kind} is good for {code.uses_left} more tickets."
        )
    return seats


def _unusable(code: CodeFacts, why: str, sentence: str) -> DomainError:
    name = code.kind.replace(" ", "-")
    return Conflict(sentence, code=f"{name}-{why}", pointer=f"/{name}")


def check_discount(code: DiscountCode, name: str, type_: TicketType, price: Decimal | None) -> None:
    """Refuse a code that would take more off a ticket than it costs. Donors choose the price."""
    if type_ in FREE:
        raise Invalid(f"{name!r} is free.", pointer="/data/relationships/tickets")
    if type_ in PAID and code.type == DiscountType.AMOUNT and code.value > (price or 0):
        raise _invalid("value", f"The code takes more off {name!r} than it costs.")


def check_parts(code: dict[str, Any]) -> None:
    """Refuse a code whose parts do not fit each other."""
    value, least, most = code["value"], code["min_quantity"], code["max_quantity"]
    if code["type"] == "percent" and value is not None and value > 100:
        raise _invalid("value", "A discount is at most 100 percent.")
    if least is not None and most is not None and least > most:
        raise _invalid("max-quantity", "The greatest quantity is less than the least.")
    start, end = code["valid_from"], code["valid_till"]
    if start is not None and end is not None and start > end:
        raise _invalid("valid-till", "A code ends after it begins.")
