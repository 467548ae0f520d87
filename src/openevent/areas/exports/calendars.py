"""Schedules as files that are made of what is there now: of events, of talks, of one's own."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import ClassVar

import falcon
from falcon import Request, Response

from openevent.areas.exports import operations, queries
from openevent.areas.exports.files import Format
from openevent.areas.exports.formats import ical
from openevent.areas.identity.endpoints import work_of, work_of_somebody
from openevent.errors import BadRequest, Forbidden, Missing
from openevent.http.routes import Context
from openevent.jsonapi.documents import parse_id
from openevent.jsonapi.files import answer
from openevent.jsonapi.query import STRAY_PARAMETERS


class Calendar:
    """Base of routes that answer with a file made of what is there now."""

    speaks: ClassVar[str] = ical.CONTENT_TYPE
    authenticates: ClassVar[bool] = True
    #: The query parameters that the route knows.
    parameters: ClassVar[frozenset[str]] = frozenset()

    def __init__(self, _: Context) -> None:
        pass

    def flags(self, req: Request) -> dict[str, bool]:
        """Return which of the route's parameters are switched on."""
        given = {name.replace("-", "_"): value for name, value in req.params.items()}
        check_parameters(given, self.parameters)
        return {name: value in ("", "1", "true", "True") for name, value in given.items()}


def check_parameters(given: Iterable[str], known: Collection[str]) -> None:
    if unknown := set(given) - set(known) - STRAY_PARAMETERS:
        name = min(unknown)
        raise BadRequest(f"There is no parameter {name!r} here.", parameter=name)


class EventCalendar(Calendar):
    """``GET /v1/events/{id}.ics``: the event, its talks, or the caller's own choice of them."""

    parameters = frozenset({"include_sessions", "my_schedule", "user_id", "download"})

    def on_get(self, req: Request, resp: Response, id: str) -> None:  # noqa: A002
        flags = self.flags(req)
        work = work_of(req)
        event = queries.find_event(work, id)
        if flags.get("my_schedule"):
            work = work_of_somebody(req)
            asked = req.get_param("user_id") or req.get_param("user-id")
            if asked and parse_id(asked) != work.principal.id:
                raise Forbidden("A schedule is its owner's alone.")
            chosen = queries.favourites_of(work, work.principal.id or 0, event.id)
            schedule = queries.schedule_of(work, event, only=chosen)
            calendar = ical.talks_calendar(f"{event.name}: my schedule", [schedule])
        elif flags.get("include_sessions"):
            calendar = ical.schedule_calendar(queries.schedule_of(work, event))
        else:
            calendar = ical.event_calendar(queries.schedule_of(work, event, only=()))
        name = f"{event.identifier}.ics" if flags.get("download") else None
        answer(req, resp, ical.to_ical(calendar), ical.CONTENT_TYPE, name)


class SessionCalendar(Calendar):
    """``GET /v1/sessions/{id}.ics``: one talk."""

    parameters = frozenset({"download"})

    def on_get(self, req: Request, resp: Response, id: str) -> None:  # noqa: A002
        flags = self.flags(req)
        work = work_of(req)
        event, session_id = queries.find_session_event(work, id)
        schedule = queries.schedule_of(work, event, only=(session_id,))
        if not schedule.talks:
            raise Missing("This session is not in the schedule.")
        calendar = ical.talks_calendar(schedule.talks[0].title, [schedule])
        name = f"{event.identifier}-{session_id}.ics" if flags.get("download") else None
        answer(req, resp, ical.to_ical(calendar), ical.CONTENT_TYPE, name)


class ScheduleFile(Calendar):
    """``GET /v1/events/{id}/schedule.*``: all talks, in one of the formats."""

    def __init__(self, context: Context, format_: Format) -> None:
        super().__init__(context)
        self.format = format_
        self.speaks = format_.content_type  # type: ignore[misc]  # each format's own

    def on_get(self, req: Request, resp: Response, id: str) -> None:  # noqa: A002
        self.flags(req)
        work = work_of(req)
        schedule = queries.schedule_of(work, queries.find_event(work, id))
        answer(req, resp, self.format.write(schedule), self.format.content_type)


class Feed:
    """``/v1/calendar-feeds``: the secret address of one's own schedule."""

    speaks: ClassVar[str] = "application/json"

    def __init__(self, context: Context) -> None:
        self.base_url = context.settings.base_url

    def on_post(self, req: Request, resp: Response) -> None:
        work = work_of_somebody(req)
        secret = operations.open_feed(work, work.principal.id or 0)
        resp.status = falcon.HTTP_201
        resp.set_header("Cache-Control", "no-store")
        resp.media = {"url": f"{self.base_url}/v1/calendar-feeds/{secret}.ics"}

    def on_delete(self, req: Request, resp: Response) -> None:
        work = work_of_somebody(req)
        operations.close_feed(work, work.principal.id or 0)
        resp.media = {"success": True}


class FeedCalendar(Calendar):
    """``GET /v1/calendar-feeds/{secret}.ics``: somebody's own schedule, of all events."""

    authenticates = False

    def on_get(self, req: Request, resp: Response, secret: str) -> None:
        self.flags(req)
        work = work_of(req)
        user_id = queries.user_of_feed(work, secret)
        if user_id is None:
            raise Missing("There is no calendar at this address, or not any more.")
        calendar = ical.talks_calendar(
            "My schedule", queries.schedules_of_favourites(work, user_id)
        )
        answer(req, resp, ical.to_ical(calendar), ical.CONTENT_TYPE, is_private=True)
