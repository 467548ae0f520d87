"""What statistics are about: events and tickets, seen as rows of figures.

There are no tables of figures: each of these classes is mapped to the table of what it is
about, with the few columns that a resource needs, and is only ever read. The figures are
expressions over the row (``figures.py`` and its neighbours), made when they are asked for
and for the rows that are asked for; nothing is kept that could be wrong.
"""

from __future__ import annotations

from openevent.areas.events.models import Event, EventChange
from openevent.areas.identity.models import User
from openevent.areas.invoices.models import EventInvoice
from openevent.areas.ticketing.models import DiscountCode, Ticket
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


class EventSales(Record):
    """An event in the report of sales by event."""

    __table__ = Event.__table__
    __mapper_args__ = _only(
        *("identifier", "name", "created_at", "starts_at", "ends_at", "online", "location_name"),
        *("payment_currency", "payment_country"),
    )


class EventFees(Record):
    """An event in the report of fees."""

    __table__ = Event.__table__
    __mapper_args__ = _only("name", "starts_at", "payment_currency", "payment_country")


class PlaceSales(Record):
    """The place of an event."""

    __table__ = Event.__table__
    __mapper_args__ = _only("location_name")


class OrganizerSales(Record):
    """A person who owns or organizes events."""

    __table__ = User.__table__
    __mapper_args__ = _only("first_name", "last_name", "email")


class MarketerSales(Record):
    """A person whose codes bring buyers."""

    __table__ = User.__table__
    __mapper_args__ = _only("first_name", "last_name", "email", "is_marketer")


class DiscountedSales(Record):
    """A discount code of an event."""

    __table__ = DiscountCode.__table__
    __mapper_args__ = _only("code", "event_id", "marketer_id")


class InvoicedSales(Record):
    """An invoice to an organizer."""

    __table__ = EventInvoice.__table__
    __mapper_args__ = _only(
        "identifier", "status", "amount", "created_at", "completed_at", "event_id", "user_id"
    )


class Activity(Record):
    """A change of an event, as a line of the installation's log."""

    __table__ = EventChange.__table__
    __mapper_args__ = _only("event_id", "user_id", "changed", "changed_at")
