"""Lists on paper: a few columns of what the lists as CSV have, set by Typst."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from openevent.areas.exports.formats import csv
from openevent.areas.exports.rules import ExportKind
from openevent.areas.exports.tables import TABLES, Listed
from openevent.services import pdf

CONTENT_TYPE: Final = "application/pdf"
#: More rows than that are for machines: there is the list as CSV.
MAX_ROWS: Final = 5000


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """A list to print: what it is called, the rows, and the columns under their headings."""

    title: str
    kind: ExportKind
    columns: Mapping[str, str]

    @property
    def table(self) -> Listed:
        """The list that its rows are of."""
        return TABLES[self.kind]

    def printed(self, event_name: str, rows: list[list[Any]]) -> bytes:
        """Return the PDF of the rows."""
        places = [self.table.columns.index(name) for name in self.columns]
        values = {
            "title": self.title,
            "event": event_name,
            "count": len(rows),
            "headings": list(self.columns.values()),
            "rows": [[_words(row[place]) for place in places] for row in rows],
        }
        return pdf.render("list", values)


def _words(value: Any) -> str:
    return f"{value:.2f}" if isinstance(value, float) else csv.words(value)


PAPERS: Final[Mapping[ExportKind, Paper]] = {
    ExportKind.ATTENDEES_PDF: Paper(
        title="Attendees",
        kind=ExportKind.ATTENDEES_CSV,
        columns={
            "firstname": "First name",
            "lastname": "Last name",
            "email": "E-mail",
            "ticket.name": "Ticket",
            "order.status": "Order",
            "is-checked-in": "In",
        },
    ),
    ExportKind.ORDERS_PDF: Paper(
        title="Orders",
        kind=ExportKind.ORDERS_CSV,
        columns={
            "identifier": "Order",
            "user.email": "Buyer",
            "tickets.name": "Tickets",
            "amount": "Amount",
            "payment-mode": "Payment",
            "status": "Status",
        },
    ),
    ExportKind.SESSIONS_PDF: Paper(
        title="Sessions",
        kind=ExportKind.SESSIONS_CSV,
        columns={
            "title": "Title",
            "speakers.name": "Speakers",
            "track.name": "Track",
            "microlocation.name": "Room",
            "starts-at": "Begins",
            "state": "State",
        },
    ),
    ExportKind.SPEAKERS_PDF: Paper(
        title="Speakers",
        kind=ExportKind.SPEAKERS_CSV,
        columns={
            "name": "Name",
            "email": "E-mail",
            "organisation": "Organisation",
            "country": "Country",
            "sessions.title": "Sessions",
        },
    ),
}
