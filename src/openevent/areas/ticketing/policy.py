"""Who may see and change tickets, taxes, fees and codes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from sqlalchemy import ColumnElement, and_, false, not_, or_

from openevent.areas.events.policy import EventChildPolicy, event_exists
from openevent.areas.identity.models import RoleName
from openevent.areas.identity.policy import EVENT_ACCESS, StaffWrites, has_role
from openevent.jsonapi.resource import Row
from openevent.work.principal import Who

#: Who sees everything that is sold: those who run the event, and who lets visitors in.
AT_THE_DOOR: Final = (*EVENT_ACCESS, RoleName.REGISTRAR)


class TicketPolicy(EventChildPolicy):
    """Tickets are seen by whoever sees the event, hidden ones by those who handle them."""

    def visible(self, who: Who, row: Row) -> ColumnElement[bool]:
        shown = or_(not_(row.is_hidden), has_role(who, row.event_id, *AT_THE_DOOR))
        return and_(super().visible(who, row), shown)


class TaxPolicy(EventChildPolicy):
    """What the tax is, everybody may know; whose it is, those who run the event."""

    def audiences(self, who: Who, row: Row) -> Mapping[str, ColumnElement[bool]]:
        return {"team": has_role(who, row.event_id, *EVENT_ACCESS)}


class TeamOnlyPolicy(EventChildPolicy):
    """Only those who run the event know of it."""

    def visible(self, who: Who, row: Row) -> ColumnElement[bool]:
        if who.is_anonymous:
            return false()
        return and_(has_role(who, row.event_id, *EVENT_ACCESS), event_exists(who, row.event_id))


TICKET: Final = TicketPolicy(*EVENT_ACCESS)
TAX: Final = TaxPolicy(*EVENT_ACCESS)
CODE: Final = TeamOnlyPolicy(*EVENT_ACCESS)
FEE: Final = StaffWrites()
