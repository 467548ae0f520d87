"""Files and events to wait for: asking for them, how far they are, and what was made."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import chain
from typing import Any, ClassVar, Final

from falcon import Request, Response
from marshmallow import ValidationError

from openevent.areas.events.operations import check_may_create
from openevent.areas.exports import badges, imports, operations, papers, queries
from openevent.areas.exports.archives.reading import MAX_PACKED, check_archive
from openevent.areas.exports.calendars import (
    EventCalendar,
    Feed,
    FeedCalendar,
    ScheduleFile,
    SessionCalendar,
    check_parameters,
)
from openevent.areas.exports.files import FORMATS, content_type_of
from openevent.areas.exports.models import Export, ImportJob
from openevent.areas.exports.rules import (
    ExportKind,
    ImportResult,
    SalesPeriod,
    TaskState,
    percent_of,
    state_of,
)
from openevent.areas.identity.endpoints import work_of, work_of_somebody
from openevent.areas.media.bodies import uploads_of
from openevent.areas.programme.rules import SessionState
from openevent.areas.ticketing.schemas import BadgeSheetSchema
from openevent.db.engine import ReadPool
from openevent.errors import BadRequest, Forbidden, Invalid, Missing
from openevent.http.routes import Context, Route
from openevent.jsonapi.documents import parse_id
from openevent.jsonapi.files import answer
from openevent.services.rate_limits import IMPORT, RateLimits
from openevent.work.unit import UnitOfWork


class _Request:
    """Base of ``/v1/events/{id}/export/*``: ask for a file about an event."""

    speaks: ClassVar[str] = "application/json"

    def __init__(self, context: Context, kind: ExportKind) -> None:
        self.engine, self.kind = context.engine, kind

    def ask(self, req: Request, resp: Response, id_: str) -> None:
        """Have a file made, for those who run the event."""
        work = work_of_somebody(req)
        event = queries.find_event(work, id_)
        queries.check_runs_event(work, event)
        status = self.status(req)
        export = operations.request_export(work, self.kind, event_id=event.id, status=status)
        _tell(resp, export.token)

    def status(self, _: Request) -> str | None:
        """Return the state of sessions that the file is narrowed to."""
        return None


class RequestExport(_Request):
    """``GET /v1/events/{id}/export/*``: ask for a file, as published clients do."""

    def on_get(self, req: Request, resp: Response, id: str) -> None:  # noqa: A002
        self.ask(req, resp, id)


class RequestStates(RequestExport):
    """``POST`` (or ``GET``) ``/v1/events/{id}/export/sessions/csv``: of some state, or of all."""

    def on_post(self, req: Request, resp: Response, id: str) -> None:  # noqa: A002
        self.on_get(req, resp, id)

    def status(self, req: Request) -> str | None:
        if req.method == "POST" and req.content_length:
            given = req.context.rpc_body().get("status")
        else:
            given = req.get_param("status")
        if given in (None, "", "all"):
            return None
        if given not in list(SessionState):
            raise Invalid("There is no such state of sessions.", pointer="/status")
        return str(given)


class RequestArchive(_Request):
    """``POST /v1/events/{id}/export/json``: the whole event, to be imported again."""

    def on_post(self, req: Request, resp: Response, id: str) -> None:  # noqa: A002
        req.context.rpc_body()  # says which pictures and files to pack; their addresses always are
        self.ask(req, resp, id)


class RequestImport:
    """``POST /v1/events/import/json``: an event from an archive, in a form."""

    speaks: ClassVar[str] = "application/json"
    reads: ClassVar[tuple[str, ...]] = ("multipart/form-data",)

    def __init__(self, _: Context) -> None:
        pass

    def on_post(self, req: Request, resp: Response) -> None:
        work = work_of_somebody(req)
        check_may_create(work)
        work.port(RateLimits).spend(IMPORT, account=f"user {work.principal.id}")
        if not (req.content_type or "").lower().startswith("multipart/"):
            raise BadRequest("Send a form (multipart/form-data) with the archive as its file.")
        for upload in uploads_of(req, MAX_PACKED):
            check_archive(upload.content)
            upload.content.seek(0)
            _tell(resp, imports.request_import(work, upload.content.read()).task)
            return
        raise BadRequest("There is no file in the form.")


class RequestFollowers:
    """``POST /v1/group/{id}/export/followers/csv``: who follows a group."""

    speaks: ClassVar[str] = "application/json"

    def __init__(self, _: Context) -> None:
        pass

    def on_post(self, req: Request, resp: Response, id: str) -> None:  # noqa: A002
        work = work_of_somebody(req)
        group_id = queries.find_led_group(work, id)
        export = operations.request_export(work, ExportKind.FOLLOWERS_CSV, group_id=group_id)
        _tell(resp, export.token)


class RequestSales:
    """``POST /v1/admin/export/sales/csv``: what all, live or past events sold."""

    speaks: ClassVar[str] = "application/json"

    def __init__(self, _: Context) -> None:
        pass

    def on_post(self, req: Request, resp: Response) -> None:
        work = work_of_somebody(req)
        if not work.principal.is_staff:
            raise Forbidden("Only admins export what everybody sold.")
        given = req.context.rpc_body().get("status") if req.content_length else None
        status = given or SalesPeriod.ALL
        if status not in list(SalesPeriod):
            raise Invalid("status is all, live or past.", pointer="/status")
        export = operations.request_export(work, ExportKind.SALES_CSV, status=str(status))
        _tell(resp, export.token)


def _tell(resp: Response, task: str) -> None:
    """Answer where to ask how far a task is."""
    resp.set_header("Cache-Control", "no-store")
    resp.media = {"task_url": f"/v1/tasks/{task}"}


class PrintBadge:
    """``GET /v1/badge-forms/print-badge-pdf``: the badge of an attendee, as published apps ask."""

    speaks: ClassVar[str] = "application/json"

    def __init__(self, _: Context) -> None:
        pass

    def on_get(self, req: Request, resp: Response) -> None:
        work = work_of_somebody(req)
        check_parameters(req.params, {"attendee_id", "list_field_show"})
        attendee_id = parse_id(req.get_param("attendee_id") or "")
        if attendee_id is None:
            raise BadRequest("attendee_id is the id of an attendee.", parameter="attendee_id")
        shown = req.get_param("list_field_show")
        chosen = None if shown is None else frozenset(shown.split(","))
        _tell(resp, badges.print_badge(work, attendee_id, chosen).token)


class PreviewBadge:
    """``POST /v1/badge-forms/preview-badge-pdf``: a badge form with its samples, as PDF."""

    #: How it refuses.
    speaks: ClassVar[str] = "application/json"

    def __init__(self, _: Context) -> None:
        self.schema = BadgeSheetSchema()

    def on_post(self, req: Request, resp: Response) -> None:
        work = work_of_somebody(req)
        forms = req.context.rpc_body().get("badgeForms")
        if not isinstance(forms, list) or not forms:
            raise Invalid("badgeForms is a list with the badge form.", pointer="/badgeForms")
        try:
            form = self.schema.load(forms[0])
        except ValidationError as ex:
            raise Invalid(f"Not a badge form: {ex}", pointer="/badgeForms/0") from ex
        answer(req, resp, badges.preview(work, form), papers.CONTENT_TYPE, "badge.pdf")


class Task:
    """``GET /v1/tasks/{id}``: how far a file or an import is, for whoever asked for it."""

    speaks: ClassVar[str] = "application/json"

    def __init__(self, context: Context) -> None:
        self.base_url = context.settings.base_url

    def on_get(self, req: Request, resp: Response, id: str) -> None:  # noqa: A002
        work = work_of_somebody(req)
        task = operations.find_export(work, id) or imports.find_import(work, id)
        if task is None or not (work.principal.is_staff or task.user_id == work.principal.id):
            raise Missing("There is no such task, or it has been forgotten.")
        resp.set_header("Cache-Control", "no-store")
        resp.media = self._export(work, task) if isinstance(task, Export) else _import(work, task)

    def _export(self, work: UnitOfWork, export: Export) -> dict[str, Any]:
        state = state_of(
            is_done=export.file_name is not None,
            error=export.error,
            moved_at=max(export.asked_at, export.modified_at),
            now=work.now(),
        )
        done = state is TaskState.SUCCESS
        return {
            "state": state,
            "progress": percent_of(export.row_count, export.row_total, is_done=done),
            "result": self._result(export, state),
        }

    def _result(self, export: Export, state: TaskState) -> dict[str, Any]:
        if state is TaskState.SUCCESS:
            owner = "" if export.event_id is None else f"/events/{export.event_id}"
            path = f"/v1{owner}/exports/{export.token}/{export.file_name}"
            return {"download_url": f"{self.base_url}{path}"}
        if state is TaskState.FAILURE:
            return {"message": export.error or "The file could not be made; ask for it again."}
        return {}


def _import(work: UnitOfWork, job: ImportJob) -> dict[str, Any]:
    state = state_of(
        is_done=job.result_status == ImportResult.SUCCESS,
        error=job.result,
        moved_at=job.starts_at,
        now=work.now(),
    )
    waits = state is TaskState.WAITING
    return {
        "state": state,
        "progress": percent_of(0, None, is_done=state is TaskState.SUCCESS),
        "result": {} if waits else imports.event_of(work, job),
    }


class Download:
    """``GET /v1/events/{id}/exports/{token}/{name}``: the file, for whoever has its address.

    ``/v1/exports/{token}/{name}`` is that of a file which is about no event.
    """

    speaks: ClassVar[str] = "application/octet-stream"
    authenticates: ClassVar[bool] = False

    def __init__(self, context: Context) -> None:
        self.pool = context.engine.pool

    def on_get(
        self,
        req: Request,
        resp: Response,
        token: str,
        name: str,
        id: str | None = None,  # noqa: A002
    ) -> None:
        work = work_of(req)
        export = operations.find_export(work, token)
        owner = export and export.event_id and str(export.event_id)
        if export is None or (owner, export.file_name) != (id, name):
            raise Missing("There is no such file, or not any more: ask for it again.")
        kind = ExportKind(export.kind)
        content_type = content_type_of(kind)
        if not export.part_count:
            content = operations.content_of(work, export)
            # A badge is printed from where it is shown.
            shown = kind is ExportKind.BADGE_PDF
            answer(req, resp, content, content_type, None if shown else name, is_private=True)
            return
        resp.content_type = content_type
        resp.downloadable_as = name
        resp.set_header("Cache-Control", "private, max-age=60")
        resp.stream = parts_of(self.pool, export.id, export.part_count)


def parts_of(pool: ReadPool, export_id: int, count: int) -> Iterator[bytes]:
    """Yield a file part by part, each read when the one before has been sent."""
    for number in range(count):
        yield from chain.from_iterable(
            pool.run(queries.part_statement(), {"export_id": export_id, "number": number})
        )


_KINDS: Final = (
    (ExportKind.ICAL, "ics"),
    (ExportKind.XCAL, "xcal"),
    (ExportKind.PENTABARF, "xml"),
)
_LISTS: Final[tuple[tuple[str, ExportKind, type[RequestExport]], ...]] = (
    ("attendees/csv", ExportKind.ATTENDEES_CSV, RequestExport),
    ("orders/csv", ExportKind.ORDERS_CSV, RequestExport),
    ("sessions/csv", ExportKind.SESSIONS_CSV, RequestStates),
    ("speakers/csv", ExportKind.SPEAKERS_CSV, RequestStates),
    ("check-ins/csv", ExportKind.CHECK_INS_CSV, RequestExport),
    ("attendees/pdf", ExportKind.ATTENDEES_PDF, RequestExport),
    ("orders/pdf", ExportKind.ORDERS_PDF, RequestExport),
    ("sessions/pdf", ExportKind.SESSIONS_PDF, RequestExport),
    ("speakers/pdf", ExportKind.SPEAKERS_PDF, RequestExport),
)
ROUTES: Final = (
    Route("/v1/events/{id}.ics", EventCalendar),
    Route("/v1/sessions/{id}.ics", SessionCalendar),
    Route("/v1/calendar-feeds", Feed),
    Route("/v1/calendar-feeds/{secret}.ics", FeedCalendar),
    *(
        Route(f"/v1/events/{{id}}/schedule.{name}", partial(ScheduleFile, format_=FORMATS[kind]))
        for kind, name in _KINDS
    ),
    *(
        Route(f"/v1/events/{{id}}/export/{kind}", partial(RequestExport, kind=kind))
        for kind, _ in _KINDS
    ),
    *(
        Route(f"/v1/events/{{id}}/export/{name}", partial(endpoint, kind=kind))
        for name, kind, endpoint in _LISTS
    ),
    Route("/v1/events/{id}/export/json", partial(RequestArchive, kind=ExportKind.EVENT_JSON)),
    Route("/v1/events/import/json", RequestImport),
    Route("/v1/tasks/{id}", Task),
    Route("/v1/events/{id}/exports/{token}/{name}", Download),
    Route("/v1/group/{id}/export/followers/csv", RequestFollowers),
    Route("/v1/admin/export/sales/csv", RequestSales),
    Route("/v1/exports/{token}/{name}", Download),
    Route("/v1/badge-forms/print-badge-pdf", PrintBadge),
    Route("/v1/badge-forms/preview-badge-pdf", PreviewBadge),
)
