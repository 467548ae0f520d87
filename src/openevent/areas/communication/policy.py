"""Who may see what the server writes to people."""

from __future__ import annotations

from sqlalchemy import ColumnElement, false, true

from openevent.jsonapi.resource import Policy, Row
from openevent.work.principal import Who


class StaffOnly(Policy):
    """Admins read; nobody writes."""

    def visible(self, who: Who, row: Row) -> ColumnElement[bool]:
        return true() if who.is_staff else false()
