"""Who may check in, and see what was scanned."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, exists, false, or_

from openevent.areas.checkin.models import Station
from openevent.areas.events.policy import event_exists
from openevent.areas.identity.policy import EVENT_ACCESS, TEAM, has_role
from openevent.areas.orders.policy import AttendeePolicy
from openevent.areas.ticketing.policy import AT_THE_DOOR
from openevent.jsonapi.resource import Policy, Row
from openevent.jsonapi.rows import TableRow
from openevent.work.principal import Who


class DoorAttendeePolicy(AttendeePolicy):
    """As orders say, and who lets visitors in may check them in."""

    def changeable(self, who: Who, row: Row) -> ColumnElement[bool]:
        return or_(super().changeable(who, row), has_role(who, row.event_id, *AT_THE_DOOR))


class StationPolicy(Policy):
    """Stations are known to the event's team, and put up by who runs the event."""

    def visible(self, who: Who, row: Row) -> ColumnElement[bool]:
        if who.is_anonymous:
            return false()
        return and_(has_role(who, row.event_id, *TEAM), event_exists(who, row.event_id))

    def creatable(self, who: Who, values: Mapping[str, ColumnElement[Any]]) -> ColumnElement[bool]:
        return has_role(who, values["event_id"], *EVENT_ACCESS)

    def changeable(self, who: Who, row: Row) -> ColumnElement[bool]:
        return has_role(who, row.event_id, *EVENT_ACCESS)


class ScanPolicy(Policy):
    """Scans are seen and made by who works at the door. Nobody changes them."""

    def visible(self, who: Who, row: Row) -> ColumnElement[bool]:
        return _works_at(who, row.event_id)

    def creatable(self, who: Who, values: Mapping[str, ColumnElement[Any]]) -> ColumnElement[bool]:
        return _at_station(who, values["station_id"])


class HeadCountPolicy(Policy):
    """Head counts are made by who works at the station, corrected by who runs the event."""

    def visible(self, who: Who, row: Row) -> ColumnElement[bool]:
        return _at_station(who, row.station_id)

    def creatable(self, who: Who, values: Mapping[str, ColumnElement[Any]]) -> ColumnElement[bool]:
        return _at_station(who, values["station_id"])

    def changeable(self, who: Who, row: Row) -> ColumnElement[bool]:
        station = TableRow(Station)
        runs = has_role(who, station.event_id, *EVENT_ACCESS)
        return exists().where(station.id == row.station_id, runs)


def _works_at(who: Who, event_id: Any) -> ColumnElement[bool]:
    if who.is_anonymous:
        return false()
    return and_(has_role(who, event_id, *AT_THE_DOOR), event_exists(who, event_id))


def _at_station(who: Who, station_id: Any) -> ColumnElement[bool]:
    if who.is_anonymous:
        return false()
    station = TableRow(Station)
    return exists().where(station.id == station_id, _works_at(who, station.event_id))


ATTENDEE: Final = DoorAttendeePolicy()
STATION: Final = StationPolicy()
SCAN: Final = ScanPolicy()
HEAD_COUNT: Final = HeadCountPolicy()
