"""Orders made at random, priced as orders are, and what adding up their rows gives."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

from hypothesis import strategies as st
from sqlalchemy import delete
from sqlalchemy.orm import Session

from openevent.areas.orders.models import Order, OrderLine, OrderStatus
from openevent.areas.orders.rules.pricing import Discount, Fee, Line, Price, TaxRate, price_order
from openevent.areas.ticketing.models import Ticket

#: The event that tests sell, which has sold nothing in the demo world, and its tickets.
EVENT, TICKETS = 3, (901, 902, 903, 904)
HOLDING = (OrderStatus.INITIALIZING, OrderStatus.PENDING)
#: What is in totals.
COUNTING = (*HOLDING, OrderStatus.PLACED, OrderStatus.COMPLETED)

_NUMBERS = count(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sale:
    """An order as it is to be: its price, its status, whether its time is up."""

    price: Price
    status: OrderStatus
    is_lapsed: bool = False

    @property
    def status_now(self) -> OrderStatus:
        lapsed = self.is_lapsed and self.status in HOLDING
        return OrderStatus.EXPIRED if lapsed else self.status


_amounts = st.decimals(0, 500, places=2)
_lines = st.lists(
    st.builds(Line, ticket_id=st.sampled_from(TICKETS), price=_amounts, quantity=st.integers(1, 5)),
    min_size=1,
    max_size=4,
    unique_by=lambda line: line.ticket_id,
)
_discounts = st.none() | st.builds(
    Discount,
    value=st.decimals(0, 100, places=2),
    is_percent=st.booleans(),
    tickets=st.frozensets(st.sampled_from(TICKETS)),
)
_taxes = st.none() | st.builds(
    TaxRate, rate=st.decimals(0, 50, places=2), is_included=st.booleans()
)
_fees = st.none() | st.builds(Fee, percent=st.decimals(0, 20, places=2), maximum=_amounts)


@st.composite
def _sale(draw: st.DrawFn) -> Sale:
    price = price_order(
        draw(_lines),
        currency="EUR",
        discount=draw(_discounts),
        tax=draw(_taxes),
        fee=draw(_fees),
    )
    status = draw(st.sampled_from(OrderStatus))
    return Sale(price=price, status=status, is_lapsed=draw(st.booleans()))


sales = st.lists(_sale(), max_size=8)


def offer_tickets(db: Session) -> None:
    """Put the event's tickets on sale."""
    now = datetime.now(UTC)
    for id_ in TICKETS:
        db.add(
            Ticket(
                id=id_,
                event_id=EVENT,
                name=f"Ticket {id_}",
                type="free",
                sales_starts_at=now,
                sales_ends_at=now + timedelta(days=1),
            )
        )
    db.flush()


def sell_anew(db: Session, sold: list[Sale]) -> None:
    """Have the event sold exactly this."""
    db.execute(delete(Order).where(Order.event_id == EVENT))  # their lines go along
    for sale in sold:
        store(db, sale)


def store(db: Session, sale: Sale, **values: Any) -> Order:
    """Store one order with its lines."""
    now = datetime.now(UTC)
    order = Order(
        identifier=f"sale-{next(_NUMBERS)}",
        event_id=EVENT,
        status=sale.status.value,
        amount=sale.price.total,
        tax_amount=sale.price.tax,
        fee_amount=sale.price.fees,
        discount_amount=sale.price.discount,
        currency="EUR",
        expires_at=now + timedelta(hours=-1 if sale.is_lapsed else 1)
        if sale.status in HOLDING
        else None,
        **{"completed_at": now if sale.status is OrderStatus.COMPLETED else None, **values},
    )
    db.add(order)
    db.flush()
    for line in sale.price.lines:
        db.add(
            OrderLine(
                order_id=order.id,
                ticket_id=line.line.ticket_id,
                event_id=EVENT,
                quantity=line.line.quantity,
                price=line.line.price,
                discount=line.discount,
                fee=line.fee,
            )
        )
    db.flush()
    return order


class Added:
    """What one gets by adding up sales, by status, of the event or of one ticket."""

    def __init__(self, sold: list[Sale], ticket: int | None = None) -> None:
        self.tickets: defaultdict[str, int] = defaultdict(int)
        self.orders: defaultdict[str, int] = defaultdict(int)
        self.sales: defaultdict[str, Decimal] = defaultdict(Decimal)
        for sale in sold:
            lines = [each for each in sale.price.lines if ticket in (None, each.line.ticket_id)]
            if not lines:
                continue
            amount = sum((line.sub_total for line in lines), Decimal(0))
            amount = sale.price.total if ticket is None else amount
            totals = ["total"] if sale.status_now in COUNTING else []
            for member in (sale.status_now.value, *totals):
                self.orders[member] += 1
                self.tickets[member] += sum(line.line.quantity for line in lines)
                self.sales[member] += amount

    def __eq__(self, attributes: object) -> bool:
        """Whether a document's attributes say the same."""
        if not isinstance(attributes, dict):
            return NotImplemented
        members = ("total", "draft", *(status.value for status in OrderStatus))
        return all(
            float(getattr(self, name)[member]) == attributes[name][member]
            for name in ("tickets", "orders", "sales")
            for member in members
        )

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return repr([dict(self.tickets), dict(self.orders), dict(self.sales)])
