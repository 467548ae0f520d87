"""Figures as SQL: sums over the rows of one event or ticket, nothing joined that multiplies.

An order's sales are its ``amount``, summed over orders; a ticket's are summed over the
lines in which it was sold. What comes on top of the lines (a tax that is not in the
prices) is of the order as a whole, and of no ticket.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Function,
    Integer,
    Text,
    and_,
    cast,
    distinct,
    exists,
    func,
    literal_column,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import aliased

from openevent.areas.orders.models import Order, OrderLine, OrderStatus
from openevent.areas.orders.rules.states import holds
from openevent.areas.partners.models import Sponsor
from openevent.areas.programme.models import Session
from openevent.areas.programme.rules import SessionState
from openevent.areas.speakers.models import Speaker, SpeakersSession
from openevent.areas.ticketing.models import Ticket
from openevent.jsonapi.resource import Row

#: What counts: orders under way and orders that stand. What was cancelled or has expired
#: is told for itself, and is in no total.
COUNTING: Final = (
    OrderStatus.INITIALIZING,
    OrderStatus.PENDING,
    OrderStatus.PLACED,
    OrderStatus.COMPLETED,
)
#: The states of its sessions by which published clients read a speaker's.
_SPEAKER_STATES: Final = (
    SessionState.ACCEPTED,
    SessionState.CONFIRMED,
    SessionState.PENDING,
    SessionState.REJECTED,
)
ZERO: Final = literal_column("0", Integer)


def is_now(order: Row, status: OrderStatus) -> ColumnElement[bool]:
    """Whether an order has a status now: past its time it has expired, whoever noticed."""
    if status is OrderStatus.EXPIRED:
        return or_(order.status == text_of(status), order.expires_at <= func.now())
    stored: ColumnElement[bool] = order.status == text_of(status)
    return and_(stored, order.expires_at > func.now()) if holds(status) else stored


def by_status(aggregate: Function[Any], order: Row) -> ColumnElement[Any]:
    """Return an object of what an aggregate is for each status, and in total.

    ``draft`` is a status that no order has: clients read it.
    """

    def part(*statuses: OrderStatus) -> ColumnElement[Any]:
        among = or_(*(is_now(order, each) for each in statuses))
        return func.coalesce(aggregate.filter(among), ZERO)

    members = [text_of("total"), part(*COUNTING), text_of("draft"), ZERO]
    for each in OrderStatus:
        members += [text_of(each), part(each)]
    return func.jsonb_build_object(*members, type_=JSONB)


def event_orders(row: Row) -> ColumnElement[Any]:
    """Return how many orders an event has."""
    order = aliased(Order)
    figures = by_status(func.count(), order)
    return select(figures).where(order.event_id == row.id).scalar_subquery()


def event_sales(row: Row) -> ColumnElement[Any]:
    """Return what an event's orders amount to."""
    order = aliased(Order)
    figures = by_status(func.sum(order.amount), order)
    return select(figures).where(order.event_id == row.id).scalar_subquery()


def event_tickets(row: Row) -> ColumnElement[Any]:
    """Return how many seats of an event were ordered, and how many there are."""
    order, line, ticket = aliased(Order), aliased(OrderLine), aliased(Ticket)
    seats = (
        select(by_status(func.sum(line.quantity), order))
        .select_from(order)
        .join(line, line.order_id == order.id)
        .where(order.event_id == row.id)
        .scalar_subquery()
    )
    there_are = (
        select(func.coalesce(func.sum(ticket.quantity), ZERO))
        .where(ticket.event_id == row.id, ticket.deleted_at.is_(None))
        .scalar_subquery()
    )
    return _with_max(seats, there_are)


def ticket_orders(row: Row) -> ColumnElement[Any]:
    """Return how many orders a ticket is in. An order has one line of a ticket at most."""
    return _of_ticket(row, lambda order, _: by_status(func.count(), order))


def ticket_sales(row: Row) -> ColumnElement[Any]:
    """Return what a ticket was sold for, fees included."""
    return _of_ticket(row, lambda order, line: by_status(func.sum(cost(line)), order))


def ticket_seats(row: Row) -> ColumnElement[Any]:
    """Return how many seats of a ticket were ordered, and how many there are."""
    seats = _of_ticket(row, lambda order, line: by_status(func.sum(line.quantity), order))
    return _with_max(seats, row.quantity)


def _with_max(seats: ColumnElement[Any], most: ColumnElement[int]) -> ColumnElement[Any]:
    maximum = func.jsonb_build_object(text_of("max"), most, type_=JSONB)
    both: ColumnElement[Any] = seats.concat(maximum)
    return both


def cost(line: Row) -> ColumnElement[Any]:
    """Return what the seats of an order's line cost: the rule of ``PricedLine.sub_total``."""
    total: ColumnElement[Any] = (line.price - line.discount) * line.quantity + line.fee
    return total


def _of_ticket(row: Row, figures: Callable[[Row, Row], ColumnElement[Any]]) -> ColumnElement[Any]:
    order, line = aliased(Order), aliased(OrderLine)
    return (
        select(figures(order, line))
        .select_from(line)
        .join(order, order.id == line.order_id)
        .where(line.ticket_id == row.id)
        .scalar_subquery()
    )


def sessions(*states: SessionState) -> Callable[[Row], ColumnElement[int]]:
    """Return how many sessions an event has in these states; in any, if none is named."""

    def count(row: Row) -> ColumnElement[int]:
        session = aliased(Session)
        counted = select(func.count()).where(
            session.event_id == row.id, session.deleted_at.is_(None)
        )
        if states:
            counted = counted.where(or_(*(session.state == text_of(state) for state in states)))
        return counted.scalar_subquery()

    return count


def speakers(row: Row) -> ColumnElement[Any]:
    """Return how many speakers an event has, and with a session in each state.

    Who has sessions in several states is counted in each of them, and once in total.
    """
    speaker, link, session = aliased(Speaker), aliased(SpeakersSession), aliased(Session)
    members: list[ColumnElement[Any]] = [text_of("total"), func.count(distinct(speaker.id))]
    for state in _SPEAKER_STATES:
        among = func.count(distinct(speaker.id)).filter(session.state == text_of(state))
        members += [text_of(state), among]
    return (
        select(func.jsonb_build_object(*members, type_=JSONB))
        .select_from(speaker)
        .outerjoin(link, link.speaker_id == speaker.id)
        .outerjoin(session, and_(session.id == link.session_id, session.deleted_at.is_(None)))
        .where(speaker.event_id == row.id, speaker.deleted_at.is_(None))
        .scalar_subquery()
    )


def speakers_without_session(row: Row) -> ColumnElement[int]:
    """Return how many speakers of an event have no session."""
    speaker, link, session = aliased(Speaker), aliased(SpeakersSession), aliased(Session)
    has_session = (
        exists()
        .select_from(link)
        .where(
            link.speaker_id == speaker.id,
            session.id == link.session_id,
            session.deleted_at.is_(None),
        )
    )
    return (
        select(func.count())
        .where(speaker.event_id == row.id, speaker.deleted_at.is_(None), ~has_session)
        .scalar_subquery()
    )


def sponsors(row: Row) -> ColumnElement[int]:
    """Return how many sponsors an event has."""
    sponsor = aliased(Sponsor)
    return (
        select(func.count())
        .where(sponsor.event_id == row.id, sponsor.deleted_at.is_(None))
        .scalar_subquery()
    )


def own_id(row: Row) -> ColumnElement[str]:
    """Return the id as an identifier, for what has no other."""
    return cast(row.id, Text)


def text_of(word: str) -> ColumnElement[str]:
    """Return a word as a constant in the SQL text: statements are compiled for everybody."""
    return literal_column(f"'{word}'", Text)
