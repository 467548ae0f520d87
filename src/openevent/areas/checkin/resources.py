"""The resource types of the check-in area, and its routes of their own."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any, Final

from falcon import Request, Response
from sqlalchemy import BigInteger, ColumnElement, bindparam, case, select
from sqlalchemy.orm import aliased

from openevent.areas.checkin.endpoints import ROUTES as DOOR_ROUTES
from openevent.areas.checkin.models import Scan, Station, StationStorePax, Verdict
from openevent.areas.checkin.operations.attendees import change_attendee
from openevent.areas.checkin.operations.stations import (
    add_station,
    change_station,
    check_in_at_station,
    count_heads,
    remove_station,
)
from openevent.areas.checkin.policy import ATTENDEE, HEAD_COUNT, SCAN, STATION
from openevent.areas.checkin.queries import door_event
from openevent.areas.checkin.schemas import (
    AttendeeSchema,
    StationSchema,
    StationStorePaxSchema,
    UserCheckInSchema,
)
from openevent.areas.orders.resources import SEATS
from openevent.areas.programme.models import Microlocation
from openevent.areas.programme.resources import MICROLOCATIONS, SESSIONS
from openevent.errors import Missing
from openevent.http.routes import Context, Route
from openevent.jsonapi.documents import parse_id
from openevent.jsonapi.endpoints import Collection, Endpoint
from openevent.jsonapi.filters import parse_filters
from openevent.jsonapi.query import Query
from openevent.jsonapi.resource import Listing, ResourceType, Row, plain_writes
from openevent.jsonapi.target import Root, Target
from openevent.work.principal import Who


def _room(row: Row) -> ColumnElement[Any]:
    room = aliased(Microlocation)
    return select(room.name).where(room.id == row.microlocation_id).scalar_subquery()


def _message(row: Row) -> ColumnElement[Any]:
    passed = (
        row.verdict == Verdict.ACCEPTED.value,
        case((row.direction == "in", "Checked in."), else_="Checked out."),
    )
    return case(passed, else_="Not let through.")


def _of_event(_: Who, row: Row) -> ColumnElement[bool]:
    of_event: ColumnElement[bool] = row.event_id == bindparam("key", type_=BigInteger())
    return of_event


#: The attendees that orders make, with what the door knows of them.
ATTENDEES: Final = replace(SEATS, schema=AttendeeSchema, policy=ATTENDEE, update=change_attendee)
STATIONS: Final = ResourceType(
    schema=StationSchema,
    model=Station,
    policy=STATION,
    create=add_station,
    update=change_station,
    delete=remove_station,
    computed={"room": _room},
)
USER_CHECK_INS: Final = ResourceType(
    schema=UserCheckInSchema,
    model=Scan,
    policy=SCAN,
    create=check_in_at_station,
    computed={
        "success": lambda row: row.verdict == Verdict.ACCEPTED.value,
        "message": _message,
    },
)
HEAD_COUNTS: Final = ResourceType(
    schema=StationStorePaxSchema,
    model=StationStorePax,
    policy=HEAD_COUNT,
    **(plain_writes(StationStorePax) | {"create": count_heads}),
)


class EventStations(Endpoint):
    """``GET /v1/events/{id}/stations``: where the visitors of an event are scanned."""

    def __init__(self, context: Context) -> None:
        path = "/v1/events/{id}/stations"
        super().__init__(context.engine, STATIONS)
        listing = Listing(path=path, where=_of_event)
        self.of_event = Target(root=Root.LISTING, resource=STATIONS, listing=listing)

    def on_get(self, req: Request, resp: Response, id: str) -> None:  # noqa: A002
        event = door_event(req.context.work, id)
        self.show(req, resp, self.of_event, self.query(req, is_list=True), event.id)


class ListOf(Endpoint):
    """``GET /v1/{parents}/{id}/{what}``: a list that the documents of its owner do not name.

    The owner has to be there for whoever asks; of the list everybody sees what they may.
    """

    def __init__(
        self, context: Context, parent: ResourceType, resource: ResourceType, name: str
    ) -> None:
        self.parent, self.name = parent, name
        super().__init__(context.engine, resource)

    def addressed(self) -> ResourceType:
        return self.parent

    def on_get(self, req: Request, resp: Response, id: str) -> None:  # noqa: A002
        self.require_login(req)
        self.list_of(req, resp, id, self.query(req, is_list=True))

    def list_of(self, req: Request, resp: Response, id_: str, query: Query) -> None:
        """Answer with the list of the owner that a URL names."""
        address = self.address(id_)
        target = Target(
            root=Root.RELATED_MANY,
            resource=self.resource,
            parent=self.parent,
            relationship=self.name,
            by_key=address.by_key,
        )
        self.show(req, resp, target, query, address.value)


class SessionHeadCounts(ListOf):
    """``GET /v1/stations/{id}/sessions/{session_id}/station-store-paxs``: of one session."""

    def on_get(  # type: ignore[override]  # two names in the path
        self,
        req: Request,
        resp: Response,
        id: str,  # noqa: A002
        session_id: str,
    ) -> None:
        self.require_login(req)
        session = parse_id(session_id)
        if session is None:
            raise Missing(f"There is no session {session_id[:64]!r}.")
        of_session = {
            "name": "session",
            "op": "has",
            "val": {"name": "id", "op": "eq", "val": str(session)},
        }
        conditions = parse_filters(
            [of_session], self.resource, self.engine.registry, parameter="filter"
        )
        query = self.query(req, is_list=True)
        self.list_of(req, resp, id, replace(query, filters=(*query.filters, *conditions)))


def _station_alias(context: Context) -> Collection:
    """Return what answers ``POST /v1/station``, the name that published clients have for it."""
    return Collection(context.engine, STATIONS, STATIONS.path)


RESOURCES: Final = (ATTENDEES, STATIONS, USER_CHECK_INS, HEAD_COUNTS)
ROUTES: Final = (
    *DOOR_ROUTES,
    Route("/v1/events/{id}/stations", EventStations),
    Route("/v1/station", _station_alias),
    Route(
        "/v1/microlocations/{id}/stations",
        partial(ListOf, parent=MICROLOCATIONS, resource=STATIONS, name="stations"),
    ),
    Route(
        "/v1/sessions/{id}/station-store-paxs",
        partial(ListOf, parent=SESSIONS, resource=HEAD_COUNTS, name="station_store_paxs"),
    ),
    Route(
        "/v1/stations/{id}/station-store-paxs",
        partial(ListOf, parent=STATIONS, resource=HEAD_COUNTS, name="station_store_paxs"),
    ),
    Route(
        "/v1/stations/{id}/sessions/{session_id}/station-store-paxs",
        partial(
            SessionHeadCounts, parent=STATIONS, resource=HEAD_COUNTS, name="station_store_paxs"
        ),
    ),
)
