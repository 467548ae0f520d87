"""Lists on paper: a few columns of what the lists as CSV have, set by Typst.

They speak the language of who asked: titles, headings and states are in the texts of
papers, and times are those of the event's place.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Final
from zoneinfo import ZoneInfo

from babel.dates import format_datetime

from openevent.areas.events.models import Event
from openevent.areas.exports.formats import csv
from openevent.areas.exports.rules import ExportKind
from openevent.areas.exports.tables import TABLES, Listed
from openevent.services import pdf
from openevent.services.languages import Amount, Catalogue

CONTENT_TYPE: Final = "application/pdf"
#: More rows than that are for machines: there is the list as CSV.
MAX_ROWS: Final = 5000


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """A list to print: the rows, and the columns of theirs that fit on a page.

    ``text`` is the message with its title and headings, ``states`` the one with the words
    for its states.
    """

    kind: ExportKind
    text: str
    columns: tuple[str, ...]
    states: str = "order-states"

    @property
    def table(self) -> Listed:
        """The list that its rows are of."""
        return TABLES[self.kind]

    def printed(self, event: Event, rows: list[list[Any]], language: Catalogue) -> bytes:
        """Return the PDF of the rows."""
        labels = language.say(self.text, {})
        words = _Words(event, language, language.say(self.states, {}))
        places = [(name, self.table.columns.index(name)) for name in self.columns]
        values = {
            "language": language.tag,
            "title": labels[""],
            "event": event.name,
            "count": len(rows),
            "headings": [labels[name.replace(".", "-")] for name in self.columns],
            "rows": [[words.of(name, row[place]) for name, place in places] for row in rows],
        }
        return pdf.render("list", values)


@dataclass(frozen=True, slots=True)
class _Words:
    """How values are written for people."""

    event: Event
    language: Catalogue
    states: Mapping[str, str]

    def of(self, column: str, value: Any) -> str:
        """Return a value of a column in words."""
        if value is None or value == "":
            return ""
        match column:
            case "amount":
                amount = Amount(Decimal(str(value)), self.event.payment_currency)
                return self.language.amount(amount)
            case "starts-at":
                at = datetime.fromisoformat(value).astimezone(ZoneInfo(self.event.timezone))
                form = self.language.say("form-time", {})[""]
                return format_datetime(at, form, tzinfo=at.tzinfo, locale=self.language.locale)
            case "is-checked-in":
                return self.language.say("answers", {})["yes" if value else "no"]
            case "status" | "state" | "order.status":
                return self.states.get(value, value)
        return csv.words(value)


PAPERS: Final[Mapping[ExportKind, Paper]] = {
    ExportKind.ATTENDEES_PDF: Paper(
        kind=ExportKind.ATTENDEES_CSV,
        text="attendees",
        columns=(
            *("firstname", "lastname", "email", "ticket.name"),
            *("order.status", "is-checked-in"),
        ),
    ),
    ExportKind.ORDERS_PDF: Paper(
        kind=ExportKind.ORDERS_CSV,
        text="orders",
        columns=(
            *("identifier", "user.email", "tickets.name", "amount"),
            *("payment-mode", "status"),
        ),
    ),
    ExportKind.SESSIONS_PDF: Paper(
        kind=ExportKind.SESSIONS_CSV,
        text="sessions",
        columns=(
            *("title", "speakers.name", "track.name", "microlocation.name"),
            *("starts-at", "state"),
        ),
        states="session-states",
    ),
    ExportKind.SPEAKERS_PDF: Paper(
        kind=ExportKind.SPEAKERS_CSV,
        text="speakers",
        columns=("name", "email", "organisation", "country", "sessions.title"),
    ),
}
