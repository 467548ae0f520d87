"""What somebody wants to buy, judged: the same for a quote and for an order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from typing import Final

from sqlalchemy import BigInteger, and_, bindparam, func, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from openevent.areas.events.models import Event
from openevent.areas.events.policy import EVENT
from openevent.areas.identity.policy import EVENT_ACCESS, has_role
from openevent.areas.orders.rules.pricing import (
    Discount,
    Fee,
    Line,
    Price,
    TaxRate,
    price_order,
)
from openevent.areas.orders.stock import Codes, Stock
from openevent.areas.ticketing.models import (
    AccessCode,
    DiscountCode,
    DiscountType,
    DiscountUse,
    Tax,
    Ticket,
    TicketFee,
    TicketType,
)
from openevent.areas.ticketing.rules import DONATION, FREE, CodeFacts, check_code_for
from openevent.db.compiled import sql_text
from openevent.db.engine import run_in
from openevent.db.loading import get_row
from openevent.errors import Conflict, Invalid, Missing
from openevent.work.principal import Audience, Who
from openevent.work.unit import UnitOfWork

#: Of a code that reads like another one's id, the text counts.
_CODE: Final = (
    "SELECT id FROM {} WHERE event_id = %(event_id)s AND deleted_at IS NULL"
    " AND (code = %(code)s OR id = %(id)s::bigint) ORDER BY code = %(code)s DESC LIMIT 1"
)
_DISCOUNTED: Final = "SELECT ticket_id FROM discount_codes_tickets WHERE discount_code_id = %(id)s"
_UNLOCKED: Final = "SELECT ticket_id FROM access_codes_tickets WHERE access_code_id = %(id)s"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """So many seats of a ticket; of a donation, for how much each."""

    ticket_id: int
    quantity: int
    price: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Basket:
    """What somebody wants: tickets of one event, and codes by their text.

    A discount code may be named by its id, as published clients do: they have read it. An
    access code opens what is hidden, and nobody gets in by counting.
    """

    wishes: tuple[Wish, ...]
    discount_code: str | None = None
    access_code: str | None = None

    @property
    def ticket_ids(self) -> list[int]:
        """The ids of the tickets."""
        return [wish.ticket_id for wish in self.wishes]


@dataclass(frozen=True, slots=True)
class Seller:
    """The event that sells, as the principal meets it, with its tax and the system's fee."""

    tax: TaxRate | None
    fee: Fee | None
    event_id: int
    ends_at: datetime
    #: What prices are in.
    currency: str | None
    is_billing_mandatory: bool
    may_run: bool
    tax_name: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What a basket comes to."""

    seller: Seller
    tickets: Mapping[int, Stock]
    price: Price
    discount: DiscountCode | None
    access: AccessCode | None
    discount_uses: int
    access_uses: int


def find_seller(work: UnitOfWork, basket: Basket) -> Seller:
    """Return the event of a basket's tickets; there is none for those who may not see it."""
    found = run_in(work.db)(
        _seller_statement(work.principal.audience),
        {**work.principal.parameters(), "ids": basket.ticket_ids},
    )
    if not found:
        raise Missing("There is no such ticket.", pointer="/tickets/0/id")
    *event, tax_rate, is_tax_included, fee_percent, fee_maximum = found[0]
    tax = None if tax_rate is None else TaxRate(rate=tax_rate, is_included=is_tax_included)
    fee = None if fee_percent is None else Fee(percent=fee_percent, maximum=fee_maximum)
    return Seller(tax, fee, *event)


@lru_cache(maxsize=4)
def _seller_statement(audience: Audience) -> str:
    who, ids = Who(audience), bindparam("ids", type_=ARRAY(BigInteger))
    of_tickets = select(Ticket.event_id).where(
        Ticket.id == func.any(ids), Ticket.deleted_at.is_(None)
    )
    found = select(
        *(Event.id, Event.ends_at, Event.payment_currency, Event.is_billing_info_mandatory),
        has_role(who, Event.id, *EVENT_ACCESS),
        *(Tax.name, Tax.rate, Tax.is_tax_included_in_price),
        *(TicketFee.service_fee, TicketFee.maximum_fee),
    )
    tax = and_(Tax.event_id == Event.id, Tax.deleted_at.is_(None), Event.is_tax_enabled)
    fee = and_(
        TicketFee.currency == Event.payment_currency, TicketFee.country == Event.payment_country
    )
    is_seen = and_(Event.deleted_at.is_(None), EVENT.visible(who, Event))
    joined = found.outerjoin(Tax, tax).outerjoin(TicketFee, fee)
    is_theirs = Event.id == func.any(func.array(of_tickets.scalar_subquery()))
    return sql_text(joined.where(is_theirs, is_seen))


def check_tickets(basket: Basket, tickets: Mapping[int, Stock], seller: Seller) -> None:
    """Refuse tickets that are not there, and those of several events."""
    for position, wish in enumerate(basket.wishes):
        if wish.ticket_id not in tickets:
            raise Missing("There is no such ticket.", pointer=f"/tickets/{position}/id")
    if any(tickets[id_].event_id != seller.event_id for id_ in basket.ticket_ids):
        raise Invalid(
            "An order is for tickets of one event.", code="several-events", pointer="/tickets"
        )


def find_codes(work: UnitOfWork, basket: Basket, event_id: int) -> tuple[int | None, int | None]:
    """Return the codes that a basket names, by their text, or by id as published clients do."""
    return (
        _find_code(work.db, DiscountCode, basket.discount_code, event_id),
        _find_code(work.db, AccessCode, basket.access_code, event_id),
    )


def _find_code(db: Session, model: Codes, given: str | None, event_id: int) -> int | None:
    if given is None:
        return None
    is_id = given.isascii() and given.isdigit() and len(given) < 19
    id_ = int(given) if is_id and model is DiscountCode else None
    sql = _CODE.format(model.__tablename__)
    found = run_in(db)(sql, {"event_id": event_id, "code": given, "id": id_})
    if not found:
        kind = "discount-code" if model is DiscountCode else "access-code"
        raise Missing(f"There is no such {kind.replace('-', ' ')}.", pointer=f"/{kind}")
    ((code_id,),) = found
    return int(code_id)


def judge(
    work: UnitOfWork,
    basket: Basket,
    seller: Seller,
    tickets: Mapping[int, Stock],
    discount_id: int | None,
    access_id: int | None,
) -> Offer:
    """Return what a basket comes to; refuse codes, hidden tickets and donations that are wrong."""
    discount = None if discount_id is None else get_row(work.db, DiscountCode, discount_id)
    access = None if access_id is None else get_row(work.db, AccessCode, access_id)
    quantities = {wish.ticket_id: wish.quantity for wish in basket.wishes}
    now = work.now()
    discount_facts = _facts(work.db, discount, seller.ends_at)
    access_facts = _facts(work.db, access, seller.ends_at)
    uses = check_code_for(discount_facts, quantities, now) if discount_facts else 0
    unlocked = check_code_for(access_facts, quantities, now) if access_facts else 0
    opened = access_facts.tickets if access_facts else frozenset()
    for position, wish in enumerate(basket.wishes):
        ticket = tickets[wish.ticket_id]
        if ticket.is_hidden and not seller.may_run and ticket.id not in opened:
            raise Missing("There is no such ticket.", pointer=f"/tickets/{position}/id")
    price = price_order(
        (_line(wish, tickets[wish.ticket_id], n) for n, wish in enumerate(basket.wishes)),
        currency=seller.currency,
        discount=_discount(discount, discount_facts),
        tax=seller.tax,
        fee=seller.fee,
    )
    return Offer(
        seller=seller,
        tickets=tickets,
        price=price,
        discount=discount,
        access=access,
        discount_uses=uses,
        access_uses=unlocked,
    )


def _discount(code: DiscountCode | None, facts: CodeFacts | None) -> Discount | None:
    if code is None or facts is None:
        return None
    is_percent = code.type == DiscountType.PERCENT
    return Discount(value=code.value, is_percent=is_percent, tickets=facts.tickets)


def _facts(
    db: Session, code: DiscountCode | AccessCode | None, ends_at: datetime
) -> CodeFacts | None:
    if code is None:
        return None
    if isinstance(code, DiscountCode):
        kind, chosen = "discount code", _DISCOUNTED
        is_active = code.is_active and code.used_for == DiscountUse.TICKET
    else:
        kind, chosen, is_active = "access code", _UNLOCKED, code.is_active
    return CodeFacts(
        kind=kind,
        is_active=is_active,
        valid_from=code.valid_from,
        valid_till=code.valid_till or ends_at,
        uses_left=None if code.tickets_number is None else code.tickets_number - code.used,
        min_quantity=code.min_quantity,
        max_quantity=code.max_quantity,
        tickets=frozenset(id_ for (id_,) in run_in(db)(chosen, {"id": code.id})),
    )


def _line(wish: Wish, ticket: Stock, position: int) -> Line:
    type_ = TicketType(ticket.type)
    if type_ in FREE:
        price = Decimal(0)
    elif type_ in DONATION:
        price = wish.price if wish.price is not None else ticket.min_price
        most = ticket.max_price
        if price < ticket.min_price or (most is not None and price > most):
            upper = "" if most is None else f" and at most {most}"
            raise Invalid(
                f"For {ticket.name!r} give at least {ticket.min_price}{upper}.",
                code="donation",
                pointer=f"/tickets/{position}/price",
            )
    else:
        price = ticket.price or Decimal(0)
    return Line(
        ticket_id=ticket.id,
        price=price,
        quantity=wish.quantity,
        is_fee_absorbed=ticket.is_fee_absorbed,
    )


def check_sale(work: UnitOfWork, basket: Basket, offer: Offer) -> None:
    """Refuse what is not on sale now, or too little or too much of it for one order."""
    now = work.now()
    for position, wish in enumerate(basket.wishes):
        ticket = offer.tickets[wish.ticket_id]
        if not ticket.sales_starts_at <= now <= ticket.sales_ends_at:
            raise Conflict(
                f"{ticket.name!r} is not on sale now.",
                code="not-on-sale",
                pointer=f"/tickets/{position}/id",
            )
        if not ticket.min_order <= wish.quantity <= ticket.max_order:
            raise Invalid(
                f"An order has {ticket.min_order} to {ticket.max_order} of {ticket.name!r}.",
                code="quantity",
                pointer=f"/tickets/{position}/quantity",
            )


def check_stock(basket: Basket, tickets: Mapping[int, Stock]) -> None:
    """Refuse more than is left of locked tickets."""
    for position, wish in enumerate(basket.wishes):
        ticket = tickets[wish.ticket_id]
        if wish.quantity > ticket.left:
            words = (
                f"{ticket.left} of {ticket.name!r} are left"
                if ticket.left
                else f"{ticket.name!r} is sold out"
            )
            raise Conflict(f"{words}.", code="sold-out", pointer=f"/tickets/{position}/quantity")
