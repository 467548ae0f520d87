"""Sales reports for admins: of events, places, people, codes and fees, as SQL over a row.

Each report is a list of rows of some kind with what was sold of them. Orders are summed
apart from their lines, whose seats are counted order by order: no join multiplies what an
order amounts to. Nothing is written down: the figures are what the orders say at the moment.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Numeric,
    Select,
    Text,
    and_,
    case,
    exists,
    func,
    literal_column,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import aliased

from openevent.areas.events.models import Event
from openevent.areas.identity.models import Role, RoleName, User, UsersEventsRoles
from openevent.areas.orders.models import Order, OrderLine, OrderStatus
from openevent.areas.statistics.figures import ZERO, is_now, text_of
from openevent.areas.ticketing.models import AccessCode, DiscountCode, TicketFee
from openevent.jsonapi.resource import Row
from openevent.jsonapi.rows import source_of

#: What reports tell apart.
REPORTED: Final = (OrderStatus.COMPLETED, OrderStatus.PLACED, OrderStatus.PENDING)
_NOTHING: Final = literal_column("0.00", Numeric)
#: Who runs an event and is told what it sold.
_ORGANIZERS: Final = (RoleName.OWNER, RoleName.ORGANIZER)
#: The fee of currencies and countries that have none of their own.
_ANYWHERE: Final = "global"

#: From an order and the row of a report: is the order one of the row's?
Belongs = Callable[[Row, Row], ColumnElement[bool]]


def of_event(order: Row, row: Row) -> ColumnElement[bool]:
    """Whether an order is of the event of a row."""
    return order.event_id == row.id  # type: ignore[no-any-return]


def at_place(order: Row, row: Row) -> ColumnElement[bool]:
    """Whether an order is of a live event at a place."""
    event = aliased(Event)
    there = (event.location_name == row.location_name, event.deleted_at.is_(None))
    events = select(event.id).where(*there).correlate(source_of(row))
    return order.event_id.in_(events)  # type: ignore[no-any-return]


def by_organizer(order: Row, row: Row) -> ColumnElement[bool]:
    """Whether an order is of a live event that somebody owns or organizes."""
    return order.event_id.in_(_organized(row))  # type: ignore[no-any-return]


def by_marketer(order: Row, row: Row) -> ColumnElement[bool]:
    """Whether an order came through somebody's code."""
    return order.marketer_id == row.id  # type: ignore[no-any-return]


def with_discount(order: Row, row: Row) -> ColumnElement[bool]:
    """Whether an order was discounted by a code."""
    return order.discount_code_id == row.id  # type: ignore[no-any-return]


def amount(belongs: Belongs, status: OrderStatus) -> Callable[[Row], ColumnElement[Any]]:
    """Return what a row's orders of a status amount to."""

    def total(row: Row) -> ColumnElement[Any]:
        order = aliased(Order)
        summed = select(func.coalesce(func.sum(order.amount), _NOTHING))
        return summed.where(belongs(order, row), is_now(order, status)).scalar_subquery()

    return total


def seats(belongs: Belongs, status: OrderStatus) -> Callable[[Row], ColumnElement[Any]]:
    """Return how many seats a row's orders of a status have."""

    def total(row: Row) -> ColumnElement[Any]:
        order, line = aliased(Order), aliased(OrderLine)
        summed = select(func.coalesce(func.sum(line.quantity), ZERO)).select_from(order)
        joined = summed.join(line, line.order_id == order.id)
        return joined.where(belongs(order, row), is_now(order, status)).scalar_subquery()

    return total


def sales(belongs: Belongs) -> Callable[[Row], ColumnElement[Any]]:
    """Return amount and seats of a row's orders, by status, as published clients read them."""

    def summary(row: Row) -> ColumnElement[Any]:
        order, line = aliased(Order), aliased(OrderLine)
        of_order = select(func.sum(line.quantity)).where(line.order_id == order.id)
        counted = of_order.scalar_subquery()
        members: list[ColumnElement[Any]] = []
        for status in REPORTED:
            among = is_now(order, status)
            figures = func.jsonb_build_object(
                text_of("sales_total"),
                func.coalesce(func.sum(order.amount).filter(among), _NOTHING),
                text_of("ticket_count"),
                func.coalesce(func.sum(counted).filter(among), ZERO),
                type_=JSONB,
            )
            members += [text_of(status), figures]
        everything = func.jsonb_build_object(*members, type_=JSONB)
        return select(everything).where(belongs(order, row)).scalar_subquery()

    return summary


def venue_type(row: Row) -> ColumnElement[str]:
    """Return how people come together: at a place, online, both, or nobody knows yet."""
    is_placed = func.coalesce(row.location_name, "") != ""
    return case(
        (and_(row.online, is_placed), text_of("Hybrid")),
        (row.online, text_of("Online")),
        (is_placed, text_of("Venue")),
        else_=text_of("To be announced"),
    )


def owner_id(row: Row) -> ColumnElement[Any]:
    """Return the id of an event's owner."""
    held = aliased(UsersEventsRoles)
    return select(held.user_id).where(held.event_id == row.id, held.is_owner).scalar_subquery()


def owner(row: Row) -> ColumnElement[Any]:
    """Return the address of an event's owner."""
    held, user = aliased(UsersEventsRoles), aliased(User)
    found = select(user.email).join(held, held.user_id == user.id)
    return found.where(held.event_id == row.id, held.is_owner).scalar_subquery()


def first_start(row: Row) -> ColumnElement[Any]:
    """Return when the first event of an organizer begins."""
    event = aliased(Event)
    return select(func.min(event.starts_at)).where(_runs(row, event)).scalar_subquery()


def last_end(row: Row) -> ColumnElement[Any]:
    """Return when the last event of an organizer ends."""
    event = aliased(Event)
    return select(func.max(event.ends_at)).where(_runs(row, event)).scalar_subquery()


def full_name(row: Row) -> ColumnElement[str]:
    """Return somebody's name."""
    return func.trim(func.concat_ws(text_of(" "), row.first_name, row.last_name), type_=Text)


def email_of(user_id: str) -> Callable[[Row], ColumnElement[Any]]:
    """Return the address of whom a row names."""

    def email(row: Row) -> ColumnElement[Any]:
        user = aliased(User)
        return select(user.email).where(user.id == getattr(row, user_id)).scalar_subquery()

    return email


def action(row: Row) -> ColumnElement[str]:
    """Return in words what a change of an event was."""
    event = aliased(Event)
    name = select(event.name).where(event.id == row.event_id).scalar_subquery()
    changed = func.array_to_string(row.changed, text_of(", "))
    return func.concat(text_of("Changed "), changed, text_of(" of "), name, type_=Text)


def of_its_event(attribute: str) -> Callable[[Row], ColumnElement[Any]]:
    """Return an attribute of the event that a row belongs to."""

    def value(row: Row) -> ColumnElement[Any]:
        event = aliased(Event)
        return select(getattr(event, attribute)).where(event.id == row.event_id).scalar_subquery()

    return value


def fee(attribute: str) -> Callable[[Row], ColumnElement[Any]]:
    """Return what the fee of an event's currency and country is, or of everywhere."""

    def value(row: Row) -> ColumnElement[Any]:
        fees = aliased(TicketFee)
        is_own = and_(fees.currency == row.payment_currency, fees.country == row.payment_country)
        everywhere = fees.country == text_of(_ANYWHERE)
        return (
            select(getattr(fees, attribute))
            .where(or_(is_own, everywhere))
            .order_by(everywhere, case((fees.currency == row.payment_currency, ZERO), else_=1))
            .limit(1)
            .scalar_subquery()
        )

    return value


def is_first_at_place(row: Row) -> ColumnElement[bool]:
    """Whether no earlier live event is at the same place, and it is one."""
    earlier = aliased(Event)
    same = (earlier.location_name == row.location_name, earlier.deleted_at.is_(None))
    return and_(row.location_name != "", ~exists().where(*same, earlier.id < row.id))


def organizes(row: Row) -> ColumnElement[bool]:
    """Whether somebody owns or organizes a live event."""
    return _organized(row).exists()


def markets(row: Row) -> ColumnElement[bool]:
    """Whether somebody is a marketer: of some code, of an order, or by being called one."""
    named = (
        select(model.id).where(model.marketer_id == row.id).exists()
        for model in (aliased(DiscountCode), aliased(AccessCode), aliased(Order))
    )
    return or_(row.is_marketer, *named)


def _organized(row: Row) -> Select[int]:
    """Return the live events that somebody owns or organizes."""
    held, role, event = aliased(UsersEventsRoles), aliased(Role), aliased(Event)
    return (
        select(held.event_id)
        .join(role, role.id == held.role_id)
        .join(event, event.id == held.event_id)
        .where(
            held.user_id == row.id,
            or_(*(role.name == text_of(name) for name in _ORGANIZERS)),
            event.deleted_at.is_(None),
        )
        .correlate(source_of(row))
    )


def _runs(row: Row, event: Row) -> ColumnElement[bool]:
    return event.id.in_(_organized(row))  # type: ignore[no-any-return]
