"""Who may see and change the partners of an event."""

from __future__ import annotations

from typing import Final

from sqlalchemy import ColumnElement, and_, or_

from openevent.areas.events.policy import EventChildPolicy
from openevent.areas.identity.policy import EVENT_ACCESS, TEAM, has_role
from openevent.areas.partners.models import ExhibitorStatus
from openevent.jsonapi.resource import Row
from openevent.work.principal import Who


class ExhibitorPolicy(EventChildPolicy):
    """Exhibitors that are not accepted yet are seen by the event's team only."""

    def visible(self, who: Who, row: Row) -> ColumnElement[bool]:
        shown = or_(
            row.status == ExhibitorStatus.ACCEPTED.value, has_role(who, row.event_id, *TEAM)
        )
        return and_(shown, super().visible(who, row))


EXHIBITOR: Final = ExhibitorPolicy(*EVENT_ACCESS)
