"""What a change of tickets, taxes and codes means."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any, Final

from sqlalchemy import BigInteger, bindparam, exists, func, or_, select, update

from openevent.areas.events.models import Event
from openevent.areas.events.operations import update_in_event
from openevent.areas.ticketing.models import (
    AccessCode,
    DiscountCode,
    DiscountedTicket,
    DiscountUse,
    Tax,
    Ticket,
    TicketType,
)
from openevent.areas.ticketing.rules import (
    MAX_POSITION,
    EventFacts,
    check_discount,
    check_parts,
    check_stock,
    check_ticket,
    with_defaults,
)
from openevent.db.compiled import sql_text
from openevent.db.engine import run_in
from openevent.errors import Conflict, Forbidden, Invalid
from openevent.work.unit import UnitOfWork

#: What the rules look at, with the value that a new ticket has unless it is given.
_JUDGED: Final[dict[str, Any]] = {
    "type": None,
    "price": None,
    "min_price": 0,
    "max_price": None,
    "quantity": None,
    "min_order": 1,
    "max_order": None,
    "sales_starts_at": None,
    "sales_ends_at": None,
}


#: What the parts of a code have to fit.
_CODE_PARTS: Final = (
    *("type", "value", "min_quantity", "max_quantity", "valid_from", "valid_till"),
    "tickets_number",
)


def _facts_statement() -> str:
    event_id = bindparam("event_id", type_=BigInteger())
    tickets, events = Ticket.__table__.c, Event.__table__.c
    live = (tickets.event_id == event_id, tickets.deleted_at.is_(None))
    after = select(func.coalesce(func.max(tickets.position) + 1, 0)).where(*live)
    same = exists().where(*live, tickets.name == bindparam("name", type_=tickets.name.type))
    ways = (column for name, column in events.items() if name.startswith("can_pay_"))
    return sql_text(
        select(
            events.ends_at,
            or_(*ways),
            events.is_tax_enabled,
            func.least(after.scalar_subquery(), MAX_POSITION),
            same,
        ).where(events.id == event_id)
    )


_FACTS: Final = _facts_statement()


def create_ticket(work: UnitOfWork, values: dict[str, Any]) -> Ticket:
    """Offer a new ticket of an event, after all others unless it says where."""
    event, place, is_taken = _facts(work, values["event_id"], values["name"])
    values = with_defaults(values)
    check_ticket({name: values.get(name, default) for name, default in _JUDGED.items()}, event)
    _check_name(values["name"], is_taken=is_taken)
    ticket = Ticket(**{"position": place, **values})
    work.db.add(ticket)
    return ticket


def update_ticket(work: UnitOfWork, ticket: Ticket, changes: dict[str, Any]) -> None:
    """Change a ticket; what was sold already keeps its price."""
    event, _, is_taken = _facts(work, ticket.event_id, changes.get("name", ""))
    if changes.keys() & _JUDGED.keys():
        check_ticket({n: changes.get(n, getattr(ticket, n)) for n in _JUDGED}, event)
    if "quantity" in changes:
        check_stock(changes["quantity"], ticket.held + ticket.sold)
    if "name" in changes:
        _check_name(changes["name"], is_taken=is_taken)
    update_in_event(work, ticket, changes)


def delete_ticket(work: UnitOfWork, ticket: Ticket) -> None:
    """Stop offering a ticket that nobody has."""
    if taken := ticket.held + ticket.sold:
        raise Conflict(f"{taken} of this ticket are in live orders.", code="has-orders")
    ticket.deleted_at = work.now()


def keep_sold_event(work: UnitOfWork, event: Event) -> None:
    """Refuse to let an event go for which somebody has a ticket. Super admins may."""
    tickets = select(Ticket.sold).where(Ticket.event_id == event.id).order_by(Ticket.id)
    sold = sum(work.db.scalars(tickets.with_for_update(key_share=True)))
    if sold and not work.principal.is_super_admin:
        raise Conflict(
            f"{sold} tickets of this event are sold: cancel or refund their orders first.",
            code="has-orders",
        )


def create_tax(work: UnitOfWork, values: dict[str, Any]) -> Tax:
    """Put a tax on an event's tickets."""
    event, _, _ = _facts(work, values["event_id"], "")
    if not event.is_tax_enabled:
        raise Conflict(
            "Taxes are switched off for this event; see its is-tax-enabled.",
            code="tax-not-enabled",
            pointer="/data/relationships/event",
        )
    same = exists().where(Tax.event_id == values["event_id"], Tax.deleted_at.is_(None))
    if work.db.scalar(select(same)):
        raise Conflict(
            "The event has a tax already.", code="has-tax", pointer="/data/relationships/event"
        )
    tax = Tax(**values)
    work.db.add(tax)
    return tax


def create_code(
    model: type[DiscountCode | AccessCode],
) -> Callable[[UnitOfWork, dict[str, Any]], DiscountCode | AccessCode]:
    """Return the operation that adds a code to an event."""

    def create(work: UnitOfWork, values: dict[str, Any]) -> DiscountCode | AccessCode:
        _check_code(work, model, {name: values.get(name) for name in _CODE_PARTS}, values)
        code = model(**values)
        work.db.add(code)
        return code

    return create


def update_code(work: UnitOfWork, code: DiscountCode | AccessCode, changes: dict[str, Any]) -> None:
    """Change a code; what was bought with it stays bought."""
    if "used_for" in changes:
        raise Conflict(
            "A code is for tickets or for an event, for good.",
            code="used-for",
            pointer="/data/attributes/used-for",
        )
    values = {n: changes.get(n, getattr(code, n, None)) for n in _CODE_PARTS}
    _check_code(work, type(code), values, changes | {"event_id": code.event_id})
    if (most := values["tickets_number"]) is not None and most < code.used:
        raise Conflict(
            f"The code was used for {code.used} tickets.",
            code="already-used",
            pointer="/data/attributes/tickets-number",
        )
    update_in_event(work, code, {n: v for n, v in changes.items() if n != "event_id"})
    if isinstance(code, DiscountCode) and changes.keys() & {"type", "value"}:
        theirs = DiscountedTicket.discount_code_id == code.id
        ids = work.db.scalars(select(DiscountedTicket.ticket_id).where(theirs)).all()
        discount_tickets(work, code, ids)


def unlock_tickets(work: UnitOfWork, _: AccessCode, ids: Collection[int]) -> None:
    """Refuse tickets that need no code, before they join one."""
    public = select(Ticket.name).where(Ticket.id.in_(ids), Ticket.is_hidden.is_(False))
    if (name := work.db.scalar(public.limit(1))) is not None:
        raise Conflict(
            f"{name!r} is not hidden; anybody buys it without a code.",
            code="not-hidden",
            pointer="/data/relationships/tickets",
        )


def discount_tickets(work: UnitOfWork, code: DiscountCode, ids: Collection[int]) -> None:
    """Refuse tickets that a code would take more off than they cost, before they join it."""
    tickets = select(Ticket.name, Ticket.type, Ticket.price).where(Ticket.id.in_(ids))
    for name, type_, price in work.db.execute(tickets):
        check_discount(code, name, TicketType(type_), price)


def delete_unused_codes(work: UnitOfWork, event_id: int) -> int:
    """Delete the discount codes for tickets of an event that no live order was made with."""
    unused = (
        update(DiscountCode)
        .where(
            DiscountCode.event_id == event_id,
            DiscountCode.used_for == DiscountUse.TICKET,
            DiscountCode.used == 0,
            DiscountCode.deleted_at.is_(None),
        )
        .values(deleted_at=work.now(), version=DiscountCode.version + 1)
        .returning(DiscountCode.id)
        .execution_options(synchronize_session=False)
    )
    return len(work.db.scalars(unused).all())


def _check_code(
    work: UnitOfWork,
    model: type[DiscountCode | AccessCode],
    values: dict[str, Any],
    changes: dict[str, Any],
) -> None:
    """Refuse a code whose parts do not fit each other, or that the event has already."""
    check_parts(values)
    if changes.get("used_for") == DiscountUse.EVENT and not work.principal.is_staff:
        raise Forbidden(
            "Only an admin makes codes for events.", pointer="/data/attributes/used-for"
        )
    event_id = changes.get("event_id")
    if event_id is None and changes.get("used_for") != DiscountUse.EVENT:
        raise Invalid("A code for tickets is one of an event.", pointer="/data/relationships/event")
    if "code" in changes and event_id is not None:
        same = exists().where(
            model.event_id == event_id, model.code == changes["code"], model.deleted_at.is_(None)
        )
        if work.db.scalar(select(same)):
            raise Conflict(
                f"The event has a code {changes['code']!r} already.",
                code="code-taken",
                pointer="/data/attributes/code",
            )


def _facts(work: UnitOfWork, event_id: int, name: str) -> tuple[EventFacts, int, bool]:
    """Return what a ticket has to fit, the place after all others, and whether a name is taken."""
    ((ends_at, takes_payments, taxed, place, is_taken),) = run_in(work.db)(
        _FACTS, {"event_id": event_id, "name": name}
    )
    facts = EventFacts(ends_at=ends_at, takes_payments=takes_payments, is_tax_enabled=taxed)
    return facts, place, is_taken


def _check_name(name: str, *, is_taken: bool) -> None:
    """Refuse a name that another ticket of the event has; the unique index decides of racers."""
    if is_taken:
        raise Conflict(
            f"The event has a ticket {name!r} already.",
            code="name-taken",
            pointer="/data/attributes/name",
        )
