"""What orders cost: properties that hold whatever is bought."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from openevent.areas.orders.rules.pricing import (
    Discount,
    Fee,
    Line,
    Price,
    TaxRate,
    price_order,
)

CENT = Decimal("0.01")
amounts = st.decimals(0, 10_000, places=2)
percents = st.decimals(0, 100, places=3)
tickets = st.integers(1, 5)
lines = st.lists(
    st.builds(
        Line,
        ticket_id=tickets,
        price=amounts,
        quantity=st.integers(1, 20),
        is_fee_absorbed=st.booleans(),
    ),
    min_size=1,
    max_size=5,
    unique_by=lambda line: line.ticket_id,
)
discounts = st.none() | st.one_of(
    st.builds(
        Discount,
        value=percents.map(lambda p: round(p, 2)),
        is_percent=st.just(True),
        tickets=st.frozensets(tickets),
    ),
    st.builds(Discount, value=amounts, is_percent=st.just(False), tickets=st.frozensets(tickets)),
)
taxes = st.none() | st.builds(TaxRate, rate=percents, is_included=st.booleans())
fees = st.none() | st.builds(Fee, percent=percents, maximum=st.none() | amounts)


def _sum(values: Any) -> Decimal:
    return sum(values, Decimal(0))


@given(lines, discounts, taxes, fees)
def test_parts_add_up_to_the_total_to_the_cent(
    bought: list[Line], discount: Discount | None, tax: TaxRate | None, fee: Fee | None
) -> None:
    price = price_order(bought, currency="EUR", discount=discount, tax=tax, fee=fee)
    gross = _sum(line.price * line.quantity for line in bought)
    assert price.sub_total == gross - price.discount + price.fees
    assert price.sub_total == _sum(line.sub_total for line in price.lines)
    on_top = Decimal(0) if tax is None or tax.is_included else price.tax
    assert price.total == price.sub_total + on_top
    for amount in (price.total, price.tax, price.fees, price.discount):
        assert amount == amount.quantize(CENT) >= 0


@given(lines, discounts, taxes, fees)
def test_discount_never_makes_anything_dearer_or_negative(
    bought: list[Line], discount: Discount | None, tax: TaxRate | None, fee: Fee | None
) -> None:
    price = price_order(bought, currency="EUR", discount=discount, tax=tax, fee=fee)
    full = price_order(bought, currency="EUR", tax=tax, fee=fee)
    assert 0 <= price.total <= full.total
    for line in price.lines:
        assert 0 <= line.discount <= line.line.price
        is_named = discount is not None and line.line.ticket_id in discount.tickets
        assert is_named or line.discount == 0


@given(lines, taxes, fees)
def test_order_of_the_lines_does_not_matter(
    bought: list[Line], tax: TaxRate | None, fee: Fee | None
) -> None:
    forth = price_order(bought, currency="EUR", tax=tax, fee=fee)
    back = price_order(reversed(bought), currency="EUR", tax=tax, fee=fee)
    assert (forth.total, forth.tax, forth.fees) == (back.total, back.tax, back.fees)


@given(lines, percents)
def test_tax_in_the_price_is_the_tax_on_what_is_left_without_it(
    bought: list[Line], rate: Decimal
) -> None:
    price = price_order(bought, currency="EUR", tax=TaxRate(rate=rate, is_included=True))
    net = price.total - price.tax
    assert abs(net * rate / 100 - price.tax) <= CENT


def _price(price: str, quantity: int = 1, **options: Any) -> Price:
    line = Line(ticket_id=1, price=Decimal(price), quantity=quantity)
    return price_order([line], **{"currency": "EUR", **options})


def test_fee_is_capped_for_each_line_and_none_on_what_is_free() -> None:
    fee = Fee(percent=Decimal(2), maximum=Decimal(5))
    assert _price("50", 2, fee=fee).fees == 2
    assert _price("500", 2, fee=fee).fees == 5
    all_off = Discount(value=Decimal(100), is_percent=True, tickets=frozenset({1}))
    assert _price("500", 2, fee=fee, discount=all_off).total == 0


def test_tax_is_not_on_the_fee() -> None:
    """The predecessor taxed its own service fee (POST /orders)."""
    tax, fee = TaxRate(rate=Decimal(10), is_included=False), Fee(percent=Decimal(5), maximum=None)
    price = _price("100", fee=fee, tax=tax)
    assert (price.fees, price.tax, price.total) == (5, 10, 115)


def test_amounts_are_exact_where_floats_are_not() -> None:
    assert _price("0.10", 3).total == Decimal("0.30")
    assert _price("1.15", discount=None, tax=TaxRate(rate=Decimal(10), is_included=False)).tax == (
        Decimal("0.12")
    ), "half a cent is rounded up"


def test_yen_have_no_cents() -> None:
    tax = TaxRate(rate=Decimal(10), is_included=False)
    assert _price("1005", currency="JPY", tax=tax).tax == 101
