"""The door's own routes: scans, what scanners need to know, and who is looked for."""

from __future__ import annotations

from typing import Any, ClassVar, Final

import falcon
import orjson
import xxhash
from falcon import Request, Response

from openevent.areas.checkin.bodies import Unread, read_scan, read_upload
from openevent.areas.checkin.models import Verdict
from openevent.areas.checkin.operations.scanning import Told, record_sightings
from openevent.areas.checkin.queries import (
    Cursor,
    changed_attendees,
    counts,
    door_event,
    is_of_this_database,
    news_of,
    present,
    registration,
    search,
    session_counts,
)
from openevent.areas.orders.models import OrderStatus
from openevent.areas.passes.rules import qr_content
from openevent.errors import BadRequest, DomainError, Missing
from openevent.http.routes import Context, Route
from openevent.jsonapi.documents import parse_id
from openevent.work.unit import UnitOfWork

#: Rows of a page of attendees: when nothing is said, and at most.
PAGE, MAX_PAGE = 1000, 5000
#: News of one answer, and how long a dashboard waits until it asks again.
MAX_NEWS, RETRY_MS = 500, 3000
#: Most sessions that are asked for by name.
_MAX_SESSIONS: Final = 100


class DoorEndpoint:
    """Base of the door's routes, which take and give plain JSON."""

    speaks: ClassVar[str] = "application/json"

    def __init__(self, context: Context) -> None:
        self.engine = context.engine


class Scans(DoorEndpoint):
    """``POST /v1/events/{id}/scans``: one scan, and what becomes of it."""

    def on_post(self, req: Request, resp: Response, id: str) -> None:  # noqa: A002
        work: UnitOfWork = req.context.work
        event = door_event(work, id)
        (told,) = record_sightings(work, event, [read_scan(req.context.rpc_body(), work.now())])
        if told.refusal is not None:
            raise told.refusal
        resp.media = described(told)


class ScanBatch(DoorEndpoint):
    """``POST /v1/events/{id}/scans/batch``: what was scanned without network, in any order."""

    def on_post(self, req: Request, resp: Response, id: str) -> None:  # noqa: A002
        work: UnitOfWork = req.context.work
        event = door_event(work, id)
        upload = read_upload(req.context.rpc_body(), work.now())
        read = [scan for scan in upload if not isinstance(scan, Unread)]
        told = iter(record_sightings(work, event, read))
        resp.media = {
            "results": [
                _refused(scan.client_id, scan.refusal)
                if isinstance(scan, Unread)
                else described(next(told))
                for scan in upload
            ]
        }


class DoorAttendees(DoorEndpoint):
    """``GET /v1/events/{id}/check-in/attendees``: who may come, and what changed since."""

    def on_get(self, req: Request, resp: Response, id: str) -> None:  # noqa: A002
        work: UnitOfWork = req.context.work
        event = door_event(work, id)
        limit = _limit(req)
        since = _cursor(req.params.get("since")) or Cursor()
        is_reset = not is_of_this_database(work.db, since)
        if is_reset:
            since = Cursor()
        rows = changed_attendees(work.db, event.id, since, limit)
        more, rows = len(rows) > limit, rows[:limit]
        last = Cursor(rows[-1].changed_in, rows[-1].id) if rows else since
        body = orjson.dumps(
            {
                "attendees": [_expected(row) for row in rows if not row.is_gone],
                "removed": [row.id for row in rows if row.is_gone],
                "reset": is_reset,
                "more": more,
                "cursor": str(last),
            }
        )
        etag = f'"{xxhash.xxh3_128_hexdigest(body)}"'
        resp.set_header("ETag", etag)
        resp.set_header("Cache-Control", "private, no-cache")
        resp.set_header("Vary", "Accept, Authorization")
        if etag in (req.get_header("If-None-Match") or ""):
            resp.status = falcon.HTTP_304
            resp.delete_header("Content-Type")
            return
        resp.data = body


class DoorStream(DoorEndpoint):
    """``GET /v1/events/{id}/check-in/stream``: scans and sales as server-sent events.

    The answer holds what is new and ends at once; ``retry`` has the browser ask again
    after three seconds, with the ``Last-Event-ID`` it has seen (HTML § Server-sent events,
    which makes reconnecting the client's duty). The server is deployed with a few threads a
    process: answers that stay open would need one for each dashboard, a few hundred would
    stop the sale of tickets. Asking again is one statement over two indexes, some 3.5 ms of
    CPU where nothing is new: two hundred dashboards take a quarter of a core. Whoever was
    away for a while misses nothing.
    """

    speaks = "text/event-stream"
    authenticates: ClassVar[bool] = True

    def on_get(self, req: Request, resp: Response, id: str) -> None:  # noqa: A002
        work: UnitOfWork = req.context.work
        event = door_event(work, id)
        since = _cursor(req.get_header("Last-Event-ID") or req.params.get("since"))
        parts = [f"retry: {RETRY_MS}\n\n"]
        if since is None or not is_of_this_database(work.db, Cursor(since.written_in)):
            parts.append(
                _event("counts", str(present(work.db)), _counted(counts(work.db, event.id)))
            )
        else:
            parts += [
                _event(row.kind, str(Cursor(row.written_in, row.place)), _news(row))
                for row in news_of(work.db, event.id, since, MAX_NEWS)
            ]
        resp.set_header("Cache-Control", "no-store")
        resp.content_type = "text/event-stream"
        resp.data = "".join(parts).encode()


class AttendeeSearch(DoorEndpoint):
    """``GET /v1/events/{id}/attendees/search``: somebody who comes without a code."""

    def on_get(self, req: Request, resp: Response, id: str) -> None:  # noqa: A002
        work: UnitOfWork = req.context.work
        event = door_event(work, id)
        name, email = (_wanted(req, parameter) for parameter in ("name", "email"))
        if not (name or email):
            raise BadRequest("Say a name or an email to look for.", parameter="name")
        resp.set_header("Cache-Control", "no-store")
        resp.media = {
            "attendees": [
                dict(row._mapping) for row in search(work.db, event.id, name=name, email=email)
            ]
        }


class DoorState(DoorEndpoint):
    """``GET /v1/states?event_id=...&attendee_id=...``: whether an attendee was registered."""

    def on_get(self, req: Request, resp: Response) -> None:
        work: UnitOfWork = req.context.work
        event = door_event(work, _wanted(req, "event_id") or "")
        attendee_id = parse_id(_wanted(req, "attendee_id") or "")
        state = registration(work.db, event.id, attendee_id or 0)
        if state is None:
            raise Missing("The event has no such attendee.", parameter="attendee_id")
        resp.set_header("Cache-Control", "no-store")
        resp.media = dict(state._mapping)


class StationStats(DoorEndpoint):
    """``GET /v1/user-check-in/stats/event/{id}``: who is where, by session and track."""

    def on_get(self, req: Request, resp: Response, id: str) -> None:  # noqa: A002
        work: UnitOfWork = req.context.work
        event = door_event(work, id)
        total, sessions = (
            counts(work.db, event.id),
            session_counts(work.db, event.id, _session_ids(req)),
        )
        tracks: dict[str, dict[str, Any]] = {}
        for row in sessions:
            if row.track is not None:
                of_track = tracks.setdefault(
                    row.track, {"track_name": row.track, "check_in": 0, "check_out": 0}
                )
                of_track["check_in"] += row.check_in
                of_track["check_out"] += row.check_out
        resp.set_header("Cache-Control", "no-store")
        resp.media = {
            "total_attendee": total.expected,
            "total_registered": total.registered,
            "total_not_checked_in": total.expected - total.registered,
            "session_stats": [
                {
                    "session_id": row.id,
                    "session_name": row.title,
                    "track_name": row.track,
                    "check_in": row.check_in,
                    "check_out": row.check_out,
                    "manual_count": row.manual_count,
                }
                for row in sessions
            ],
            "track_stats": [*tracks.values()],
        }


def described(told: Told) -> dict[str, Any]:
    """Return what became of a scan, as the device reads it."""
    scan, holder, first = told.scan, told.holder, told.first
    if scan is None or told.refusal is not None:
        assert told.refusal is not None  # noqa: S101 - one of the two is there
        return _refused(told.sighting.client_id, told.refusal)
    known = holder is not None and scan.ticket_holder_id is not None
    return {
        "id": scan.client_id,
        "verdict": scan.verdict,
        "accepted": scan.verdict == Verdict.ACCEPTED,
        "repeated": told.is_repeated,
        "direction": scan.direction,
        "scanned-at": _time(scan.scanned_at),
        "happened-at": _time(scan.happened_at),
        "received-at": _time(scan.received_at),
        "first": first
        and {
            "id": first.client_id,
            "happened-at": _time(first.happened_at),
            "device-id": first.device_id,
            "device-name": first.device_name,
            "station-id": first.station_id,
        },
        "attendee": {
            "id": holder.id,
            "firstname": holder.firstname,
            "lastname": holder.lastname,
            "ticket-id": holder.ticket_id,
            "ticket": holder.ticket_name,
            "is-checked-in": told.is_in,
        }
        if holder is not None and known
        else None,
    }


def _refused(client_id: str | None, refusal: DomainError) -> dict[str, Any]:
    return {"id": client_id, "error": refusal.error_objects()[0]}


def _expected(row: Any) -> dict[str, Any]:
    return {
        "id": row.id,
        "code": qr_content(row.identifier, row.id),
        "firstname": row.firstname,
        "lastname": row.lastname,
        "ticket-id": row.ticket_id,
        "ticket": row.ticket,
        "restricted": row.is_checkin_restricted,
        "status": "valid" if row.status == OrderStatus.COMPLETED else "not-paid",
        "revision": row.revision,
        "is-checked-in": row.is_checked_in,
        "last-in": _last(row.checkin_times),
        "last-out": _last(row.checkout_times),
    }


def _last(times: str | None) -> str | None:
    return times.rpartition(",")[2] if times else None


def _counted(row: Any) -> dict[str, Any]:
    return {
        "expected": row.expected,
        "in": row.is_in,
        "came": row.came,
        "registered": row.registered,
    }


def _news(row: Any) -> dict[str, Any]:
    if row.kind == "order":
        return {
            "order-id": row.subject_id,
            "status": row.state,
            "seats": row.seats,
            "at": _time(row.at),
        }
    return {
        "verdict": row.state,
        "direction": row.direction,
        "attendee-id": row.subject_id,
        "device-name": row.device_name,
        "station-id": row.station_id,
        "at": _time(row.at),
    }


def _event(kind: str, id_: str, data: dict[str, Any]) -> str:
    return f"event: {kind}\nid: {id_}\ndata: {orjson.dumps(data).decode()}\n\n"


def _time(moment: Any) -> str:
    return str(moment.isoformat().replace("+00:00", "Z"))


def _cursor(given: Any) -> Cursor | None:
    """Return the cursor that a client was given; nothing is none."""
    return Cursor.parse(str(given), "since") if given else None


def _limit(req: Request) -> int:
    text = req.params.get("limit")
    number = PAGE if text is None else parse_id(str(text))
    if number is None or number > MAX_PAGE:
        raise BadRequest(f"limit is a number from 1 to {MAX_PAGE}.", parameter="limit")
    return number


def _wanted(req: Request, parameter: str) -> str | None:
    text = req.params.get(parameter)
    if text is not None and (not isinstance(text, str) or len(text) > 200 or "\x00" in text):
        raise BadRequest(f"{parameter} is a text of up to 200 characters.", parameter=parameter)
    return text and text.strip()


def _session_ids(req: Request) -> list[int]:
    text = req.params.get("session_ids")
    if not text:
        return []
    ids = [parse_id(part.strip()) for part in str(text).split(",")]
    if None in ids or len(ids) > _MAX_SESSIONS:
        raise BadRequest("session_ids are ids, separated by commas.", parameter="session_ids")
    return [id_ for id_ in ids if id_ is not None]


ROUTES: Final = (
    Route("/v1/events/{id}/scans", Scans),
    Route("/v1/events/{id}/scans/batch", ScanBatch),
    Route("/v1/events/{id}/check-in/attendees", DoorAttendees),
    Route("/v1/events/{id}/check-in/stream", DoorStream),
    Route("/v1/events/{id}/attendees/search", AttendeeSearch),
    Route("/v1/states", DoorState),
    Route("/v1/user-check-in/stats/event/{id}", StationStats),
)
