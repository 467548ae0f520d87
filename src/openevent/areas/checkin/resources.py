"""The resource types of the check-in area, and its routes of their own."""

from __future__ import annotations

from dataclasses import replace
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
from openevent.http.routes import Context, Route
from openevent.jsonapi.endpoints import Collection, Endpoint
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


def _station_alias(context: Context) -> Collection:
    """Return what answers ``POST /v1/station``, the name that published clients have for it."""
    return Collection(context.engine, STATIONS, STATIONS.path)


RESOURCES: Final = (ATTENDEES, STATIONS, USER_CHECK_INS, HEAD_COUNTS)
ROUTES: Final = (
    *DOOR_ROUTES,
    Route("/v1/events/{id}/stations", EventStations),
    Route("/v1/station", _station_alias),
)
