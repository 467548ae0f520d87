"""Lists of an event as rows: read as the API reads them, on behalf of who asked for them.

An export shows nothing that a list of the API would hide from the same person, because it
is that list: the same reader, the same policies and audiences, page after page.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, Protocol

import orjson

from openevent.areas.checkin import resources as checkin
from openevent.areas.events import resources as events
from openevent.areas.exports.rules import ExportKind, SalesPeriod
from openevent.areas.identity import resources as identity
from openevent.areas.orders import resources as orders
from openevent.areas.programme import resources as programme
from openevent.areas.speakers import resources as speakers
from openevent.areas.statistics import resources as statistics
from openevent.areas.teams import resources as teams
from openevent.areas.ticketing import resources as ticketing
from openevent.jsonapi.query import Query, parse_query
from openevent.jsonapi.reader import Reader, Run
from openevent.jsonapi.resource import Registry, ResourceType
from openevent.jsonapi.schema import dasherize
from openevent.jsonapi.target import Root, Target
from openevent.work.principal import Principal

#: How many rows are read, and written, at a time.
PART: Final = 2000
_REGISTRY: Final = Registry(
    (
        *identity.RESOURCES,
        *events.RESOURCES,
        *programme.RESOURCES,
        *ticketing.RESOURCES,
        *speakers.RESOURCES,
        *orders.RESOURCES,
        *checkin.RESOURCES,
        *statistics.RESOURCES,
        *teams.RESOURCES,
    )
)
_READER: Final = Reader(_REGISTRY, page_size_cap=20 * PART)
_LEFT_OUT: Final = frozenset({"deleted-at", "ticket-id", "tag-id", "pdf-url", "tickets-pdf-url"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Some rows of a list, with how many there are from the first of them on."""

    rows: list[list[Any]]
    total: int
    last_id: int


class Listed(Protocol):
    """What is exported row by row: its name in file names, its columns, its rows."""

    @property
    def name(self) -> str:
        """The last part of the file's name."""

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the columns, the first of which is the id."""

    def read(
        self, run: Run, principal: Principal, owner_id: int, *, after: int, status: str | None
    ) -> Page:
        """Return the next rows after the one of an id, as a person may see them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A list of an event, or of something else (``parent``), as columns.

    ``extra`` are columns of related resources, ``relationship.attribute``, which come
    first; ``state`` is the filter that narrows it to a state of sessions.
    """

    relationship: str
    extra: tuple[str, ...] = ()
    state: str | None = None
    parent: ResourceType = events.EVENTS

    @property
    def name(self) -> str:
        """The last part of the file's name."""
        return self.relationship

    @property
    def resource(self) -> ResourceType:
        """The type of the rows."""
        return _REGISTRY[self.parent.schema.relationships()[self.relationship].type_]

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the columns: the id, what is related, then everything readable."""
        own = (
            dasherize(name)
            for name, field in self.resource.schema.attributes().items()
            if not field.load_only
        )
        return ("id", *self.extra, *(name for name in own if name not in _LEFT_OUT))

    def read(
        self, run: Run, principal: Principal, owner_id: int, *, after: int, status: str | None
    ) -> Page:
        """Return the next rows after the one of an id."""
        target = Target(
            root=Root.RELATED_MANY,
            resource=self.resource,
            parent=self.parent,
            relationship=self.relationship,
        )
        query = _query(self, after, status)
        document = orjson.loads(_READER.read(run, principal, target, query, key=owner_id).body)
        included = {(each["type"], each["id"]): each for each in document.get("included", ())}
        return Page(
            rows=[
                [
                    ", ".join(_texts(row, name, included)) if "." in name else _value(row, name)
                    for name in self.columns
                ]
                for row in document["data"]
            ],
            total=document["meta"]["count"],
            last_id=int(document["data"][-1]["id"]) if document["data"] else after,
        )


_IN_STATE: Final = '{"name": "state", "op": "eq", "val": "STATE"}'
_SPEAKS_IN_STATE: Final = f'{{"name": "sessions", "op": "any", "val": {_IN_STATE}}}'
TABLES: Final[Mapping[ExportKind, Table]] = {
    ExportKind.ATTENDEES_CSV: Table(
        relationship="attendees",
        extra=("order.identifier", "order.status", "ticket.name", "ticket.price"),
    ),
    ExportKind.ORDERS_CSV: Table(
        relationship="orders", extra=("user.email", "tickets.name", "discount-code.code")
    ),
    ExportKind.SESSIONS_CSV: Table(
        relationship="sessions",
        extra=("speakers.name", "track.name", "session-type.name", "microlocation.name"),
        state=_IN_STATE,
    ),
    ExportKind.SPEAKERS_CSV: Table(
        relationship="speakers",
        extra=("sessions.title",),
        state=_SPEAKS_IN_STATE,
    ),
    ExportKind.FOLLOWERS_CSV: Table(
        relationship="followers",
        extra=("user.public-name", "user.first-name", "user.last-name", "user.email"),
        parent=teams.GROUPS,
    ),
}


class SalesReport:
    """What every event sold, as admins read it; live events are those that are not over."""

    name = "sales"
    resource = _REGISTRY["admin-sales-by-events"]
    columns = ("id", *map(dasherize, resource.schema.attributes()))

    def read(
        self, run: Run, principal: Principal, owner_id: int, *, after: int, status: str | None
    ) -> Page:
        """Return the next rows after the one of an id; the report is of nobody's."""
        assert not owner_id  # noqa: S101 - no route names one
        resource = self.resource
        target = Target(root=Root.LISTING, resource=resource, listing=resource.listings[0])
        conditions = [f'{{"name": "id", "op": "gt", "val": "{after}"}}']
        if status in _PERIODS:
            now = datetime.now(UTC).isoformat()
            conditions.append(f'{{"name": "ends-at", "op": "{_PERIODS[status]}", "val": "{now}"}}')
        params = {"sort": "id", "page[size]": str(PART), "filter": f"[{','.join(conditions)}]"}
        query = parse_query(params, resource, _REGISTRY, is_list=True)
        document = orjson.loads(_READER.read(run, principal, target, query).body)
        rows = document["data"]
        return Page(
            rows=[[_value(row, name) for name in self.columns] for row in rows],
            total=document["meta"]["count"],
            last_id=int(rows[-1]["id"]) if rows else after,
        )


_PERIODS: Final[Mapping[str | None, str]] = {SalesPeriod.LIVE: "ge", SalesPeriod.PAST: "lt"}


def _query(table: Table, after: int, status: str | None) -> Query:
    conditions = [f'{{"name": "id", "op": "gt", "val": "{after}"}}']
    if status is not None and table.state is not None:
        conditions.append(table.state.replace("STATE", status))
    params = {
        "sort": "id",
        "page[size]": str(PART),
        "filter": f"[{','.join(conditions)}]",
        "include": ",".join(dict.fromkeys(name.partition(".")[0] for name in table.extra)),
    }
    return parse_query(params, table.resource, _REGISTRY, is_list=True)


def _value(row: Mapping[str, Any], name: str) -> Any:
    return row["id"] if name == "id" else row["attributes"].get(name)


def _texts(
    row: Mapping[str, Any], name: str, included: Mapping[tuple[str, str], Any]
) -> Iterator[str]:
    """Yield an attribute of everything that a row is related to, as far as it may be seen."""
    relationship, _, attribute = name.partition(".")
    data = row["relationships"][relationship].get("data") or ()
    for item in [data] if isinstance(data, dict) else data:
        related = included.get((item["type"], item["id"]))
        value = related and related["attributes"].get(attribute)
        if value is not None:
            yield str(value)
