"""What statistics are about: events and tickets, seen as rows of figures.

There are no tables of figures: each of these classes is mapped to the table of what it is
about, with the few columns that a resource needs, and is only ever read. The figures are
expressions over the row (``figures.py``), made when they are asked for and for the rows
that are asked for; nothing is kept that could be wrong.
"""

from __future__ import annotations

from openevent.areas.events.models import Event
from openevent.areas.ticketing.models import Ticket
from openevent.db.base import Record


def _only(*names: str) -> dict[str, object]:
    """Return the mapping of few columns beside those that every resource has."""
    return {"include_properties": ["id", "version", "deleted_at", *names]}


class GeneralStatistics(Record):
    """An event as figures of its programme: sessions, speakers, sponsors."""

    __table__ = Event.__table__
    __mapper_args__ = _only("identifier")


class EventOrderStatistics(Record):
    """An event as figures of its sales."""

    __table__ = Event.__table__
    __mapper_args__ = _only("identifier")


class EventSalesOverview(Record):
    """An event as lists of its sales and of who came."""

    __table__ = Event.__table__
    __mapper_args__ = _only("identifier", "timezone", "payment_currency")


class TicketOrderStatistics(Record):
    """A ticket as figures of its sales."""

    __table__ = Ticket.__table__
    __mapper_args__ = _only("event_id", "quantity")
