"""Who may see and change invoices."""

from __future__ import annotations

from typing import Final

from sqlalchemy import ColumnElement, false, true

from openevent.jsonapi.resource import Policy, Row
from openevent.work.principal import Who


class EventInvoicePolicy(Policy):
    """An invoice is between who owes it and the staff, who say when it is paid."""

    def visible(self, who: Who, row: Row) -> ColumnElement[bool]:
        if who.is_staff:
            return true()
        return false() if who.is_anonymous else row.user_id == who.id

    def changeable(self, who: Who, row: Row) -> ColumnElement[bool]:
        return true() if who.is_staff else false()


EVENT_INVOICE: Final = EventInvoicePolicy()
