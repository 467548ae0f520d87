"""What an order costs: one function, which quotes, orders and statistics share.

Everything is decimal. Amounts are rounded half up to the currency's smallest coin: a
seat's discount, a line's fee, and the tax once for the whole order, so that lines add up
to the total exactly.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

ZERO: Final = Decimal(0)
HUNDRED: Final = Decimal(100)
#: Currencies without a smaller coin; the others have hundredths.
_WHOLE: Final = frozenset({"JPY"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """So many seats of a ticket, at what one of them costs before anything else."""

    ticket_id: int
    price: Decimal
    quantity: int
    is_fee_absorbed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Discount:
    """What a code takes off a seat of some tickets: an amount, or a share in percent."""

    value: Decimal
    is_percent: bool
    tickets: frozenset[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxRate:
    """A tax in percent, in the prices or on top of them."""

    rate: Decimal
    is_included: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Fee:
    """What the system takes: percent of a line, up to a maximum."""

    percent: Decimal
    maximum: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PricedLine:
    """A line with what it costs; ``discount``, ``tax`` and ``discounted_tax`` are a seat's."""

    line: Line
    discount: Decimal
    fee: Decimal
    tax: Decimal
    discounted_tax: Decimal
    is_discounted: bool

    @property
    def net(self) -> Decimal:
        """What the seats cost, without the fee."""
        return (self.line.price - self.discount) * self.line.quantity

    @property
    def sub_total(self) -> Decimal:
        """What the line costs."""
        return self.net + self.fee


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """What an order costs, and what that is made of."""

    lines: tuple[PricedLine, ...]
    tax: Decimal
    is_tax_included: bool

    @property
    def sub_total(self) -> Decimal:
        """The lines together."""
        return sum((line.sub_total for line in self.lines), ZERO)

    @property
    def discount(self) -> Decimal:
        """What a code took off."""
        return sum((line.discount * line.line.quantity for line in self.lines), ZERO)

    @property
    def fees(self) -> Decimal:
        """What of it the system takes."""
        return sum((line.fee for line in self.lines), ZERO)

    @property
    def total(self) -> Decimal:
        """What the buyer pays."""
        return self.sub_total if self.is_tax_included else self.sub_total + self.tax


def price_order(
    lines: Iterable[Line],
    *,
    currency: str | None,
    discount: Discount | None = None,
    tax: TaxRate | None = None,
    fee: Fee | None = None,
) -> Price:
    """Return what these seats cost.

    The fee is on the price before the discount, and none where nothing is left to pay;
    the tax is on what the seats cost after it, not on the fee.
    """
    priced = tuple(_price_line(line, currency, discount, tax, fee) for line in lines)
    net = sum((line.net for line in priced), ZERO)
    return Price(
        lines=priced,
        tax=_round(_tax_in(net, tax), currency),
        is_tax_included=tax is None or tax.is_included,
    )


def _price_line(
    line: Line,
    currency: str | None,
    discount: Discount | None,
    tax: TaxRate | None,
    fee: Fee | None,
) -> PricedLine:
    is_discounted = discount is not None and line.ticket_id in discount.tickets and line.price > 0
    off = _discount_of(line.price, discount, currency) if is_discounted and discount else ZERO
    left = line.price - off
    return PricedLine(
        line=line,
        discount=off,
        fee=_fee_of(line, fee, currency) if left > 0 else ZERO,
        tax=_round(_tax_in(line.price, tax), currency),
        discounted_tax=_round(_tax_in(left, tax), currency),
        is_discounted=is_discounted,
    )


def _discount_of(price: Decimal, discount: Discount, currency: str | None) -> Decimal:
    off = price * discount.value / HUNDRED if discount.is_percent else discount.value
    return min(price, _round(off, currency))


def _fee_of(line: Line, fee: Fee | None, currency: str | None) -> Decimal:
    if fee is None or line.is_fee_absorbed:
        return ZERO
    taken = _round(line.price * line.quantity * fee.percent / HUNDRED, currency)
    return taken if fee.maximum is None else min(taken, fee.maximum)


def _tax_in(amount: Decimal, tax: TaxRate | None) -> Decimal:
    if tax is None:
        return ZERO
    if tax.is_included:
        return amount - amount / (1 + tax.rate / HUNDRED)
    return amount * tax.rate / HUNDRED


def _round(amount: Decimal, currency: str | None) -> Decimal:
    coin = Decimal(1) if currency in _WHOLE else Decimal("0.01")
    return amount.quantize(coin, rounding=ROUND_HALF_UP)
