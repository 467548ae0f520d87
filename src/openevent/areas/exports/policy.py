"""Who may see imports."""

from __future__ import annotations

from sqlalchemy import ColumnElement, false, true

from openevent.jsonapi.resource import Policy, Row
from openevent.work.principal import Who


class ImportPolicy(Policy):
    """People see what they sent, admins what anybody sent, and nobody writes it."""

    def visible(self, who: Who, row: Row) -> ColumnElement[bool]:
        if who.is_staff:
            return true()
        return false() if who.is_anonymous else row.user_id == who.id
