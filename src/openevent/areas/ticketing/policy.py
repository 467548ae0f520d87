"""Who may see and change tickets, taxes, fees and codes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    and_,
    column,
    exists,
    false,
    not_,
    or_,
    select,
    table,
)

from openevent.areas.events.policy import EventChildPolicy, event_exists
from openevent.areas.identity.models import RoleName
from openevent.areas.identity.policy import EVENT_ACCESS, StaffWrites, has_role
from openevent.areas.ticketing.models import BadgeForm, DiscountUse
from openevent.jsonapi.resource import Policy, Row
from openevent.jsonapi.rows import TableRow
from openevent.work.principal import Who

#: Who sees everything that is sold: those who run the event, and who lets visitors in.
AT_THE_DOOR: Final = (*EVENT_ACCESS, RoleName.REGISTRAR)


#: What buyers have, of an area above this one.
_LINES: Final = table(
    "order_lines", column("order_id", BigInteger), column("ticket_id", BigInteger)
)
_ORDERS: Final = table("orders", column("id", BigInteger), column("user_id", BigInteger))


class TicketPolicy(EventChildPolicy):
    """Tickets are seen by whoever sees the event.

    Hidden ones are seen by those who handle them, and by those who bought them.
    """

    def visible(self, who: Who, row: Row) -> ColumnElement[bool]:
        shown = or_(not_(row.is_hidden), has_role(who, row.event_id, *AT_THE_DOOR))
        if not who.is_anonymous:
            shown = or_(shown, _has_bought(who, row))
        return and_(super().visible(who, row), shown)


def _has_bought(who: Who, row: Row) -> ColumnElement[bool]:
    line, order = _LINES.alias(), _ORDERS.alias()
    return exists(
        select(1)
        .join_from(line, order, order.c.id == line.c.order_id)
        .where(line.c.ticket_id == row.id, order.c.user_id == who.id)
    )


class BadgeFormPolicy(EventChildPolicy):
    """Badges are seen by whoever is logged in and sees the event."""

    def visible(self, who: Who, row: Row) -> ColumnElement[bool]:
        return false() if who.is_anonymous else super().visible(who, row)


class BadgeFieldPolicy(Policy):
    """Fields are seen where their badge is, and kept by who runs the event."""

    def visible(self, who: Who, row: Row) -> ColumnElement[bool]:
        if who.is_anonymous:
            return false()
        form: Row = TableRow(BadgeForm)
        return exists().where(form.id == row.badge_form_id, BADGE_FORM.visible(who, form))

    def creatable(self, who: Who, values: Mapping[str, ColumnElement[Any]]) -> ColumnElement[bool]:
        return _may_change_badge(who, values["badge_form_id"])

    def changeable(self, who: Who, row: Row) -> ColumnElement[bool]:
        return _may_change_badge(who, row.badge_form_id)


def _may_change_badge(who: Who, badge_form_id: ColumnElement[int]) -> ColumnElement[bool]:
    form: Row = TableRow(BadgeForm)
    return exists().where(form.id == badge_form_id, BADGE_FORM.changeable(who, form))


class TaxPolicy(EventChildPolicy):
    """What the tax is, everybody may know; whose it is, those who run the event."""

    def audiences(self, who: Who, row: Row) -> Mapping[str, ColumnElement[bool]]:
        return {"team": has_role(who, row.event_id, *EVENT_ACCESS)}


class CodePolicy(EventChildPolicy):
    """Codes are known to those who run the event and to who lets visitors in."""

    def visible(self, who: Who, row: Row) -> ColumnElement[bool]:
        if who.is_anonymous:
            return false()
        there = event_exists(who, row.event_id)
        if who.is_staff:
            return or_(row.event_id.is_(None), there)
        return and_(has_role(who, row.event_id, *AT_THE_DOOR), there)


class DiscountPolicy(CodePolicy):
    """A discount on what organizers owe is known to them, and kept by admins."""

    def changeable(self, who: Who, row: Row) -> ColumnElement[bool]:
        may = super().changeable(who, row)
        return may if who.is_staff else and_(may, row.used_for == DiscountUse.TICKET.value)


TICKET: Final = TicketPolicy(*EVENT_ACCESS)
TAX: Final = TaxPolicy(*EVENT_ACCESS)
CODE: Final = CodePolicy(*EVENT_ACCESS)
DISCOUNT: Final = DiscountPolicy(*EVENT_ACCESS)
FEE: Final = StaffWrites()
BADGE_FORM: Final = BadgeFormPolicy(*EVENT_ACCESS)
BADGE_FIELD: Final = BadgeFieldPolicy()
