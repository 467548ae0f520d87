"""What is read of codes by routes of their own: one that somebody knows, by its text."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache

from sqlalchemy import BigInteger, Text, and_, bindparam, func, select, true
from sqlalchemy.orm import aliased

from openevent.areas.events.models import Event
from openevent.areas.events.policy import EVENT
from openevent.areas.identity.policy import EVENT_ACCESS, has_role
from openevent.areas.ticketing.models import (
    AccessCode,
    DiscountCode,
    DiscountedTicket,
    DiscountUse,
    UnlockedTicket,
)
from openevent.areas.ticketing.rules import CodeFacts
from openevent.db.compiled import sql_text
from openevent.work.principal import Audience, Who

Codes = type[DiscountCode] | type[AccessCode]


@lru_cache(maxsize=16)
def event_statement(audience: Audience, *, by_key: bool) -> str:
    """Return the SQL of an event's id and whether the principal runs it."""
    who, event = Who(audience), aliased(Event)
    key = event.identifier if by_key else event.id
    return sql_text(
        select(event.id, has_role(who, event.id, *EVENT_ACCESS)).where(
            key == bindparam("key", type_=Text() if by_key else BigInteger()),
            event.deleted_at.is_(None),
            EVENT.visible(who, event),
        )
    )


@lru_cache(maxsize=1)
def event_discount_statement() -> str:
    """Return the SQL of the id of an event's discount on what its organizers owe."""
    return sql_text(
        select(DiscountCode.id).where(
            DiscountCode.event_id == bindparam("event_id", type_=BigInteger()),
            DiscountCode.used_for == DiscountUse.EVENT.value,
            DiscountCode.deleted_at.is_(None),
        )
    )


@lru_cache(maxsize=2)
def code_statement(model: Codes) -> str:
    """Return the SQL of what decides whether a code of an event works, and of its tickets."""
    pairs, key = (
        (DiscountedTicket, DiscountedTicket.discount_code_id)
        if model is DiscountCode
        else (UnlockedTicket, UnlockedTicket.access_code_id)
    )
    is_for_tickets = model.used_for == DiscountUse.TICKET.value if model is DiscountCode else true()
    tickets = select(func.array_agg(pairs.ticket_id)).where(key == model.id).scalar_subquery()
    return sql_text(
        select(
            model.id,
            model.is_active,
            model.valid_from,
            model.valid_till,
            Event.ends_at,
            model.tickets_number - model.used,
            tickets,
        )
        .join(Event, Event.id == model.event_id)
        .where(
            and_(
                model.event_id == bindparam("event_id", type_=BigInteger()),
                model.code == bindparam("code", type_=Text()),
                model.deleted_at.is_(None),
                is_for_tickets,
            )
        )
    )


def facts_of(
    kind: str,
    row: tuple[int, bool, datetime | None, datetime | None, datetime, int | None, list[int] | None],
) -> CodeFacts:
    """Return a row of that statement as what the rules look at."""
    _, is_active, valid_from, valid_till, ends_at, left, tickets = row
    return CodeFacts(
        kind=kind,
        is_active=is_active,
        valid_from=valid_from,
        valid_till=valid_till or ends_at,
        uses_left=left,
        tickets=frozenset(tickets or ()),
    )
