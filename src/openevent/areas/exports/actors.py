"""What happens in the background because somebody waits for a file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from openevent.areas.events.models import Event
from openevent.areas.exports.archives.writing import pack
from openevent.areas.exports.domain_events import ExportRequested, ImportRequested
from openevent.areas.exports.files import FORMATS
from openevent.areas.exports.formats import csv
from openevent.areas.exports.imports import forget_archives, run_import
from openevent.areas.exports.models import Export
from openevent.areas.exports.operations import add_part, forget_old_exports
from openevent.areas.exports.papers import MAX_ROWS, PAPERS, Paper
from openevent.areas.exports.queries import language_of, principal_of, schedule_of
from openevent.areas.exports.rules import ExportKind
from openevent.areas.exports.scans import CheckIns
from openevent.areas.exports.tables import TABLES, Listed, SalesReport
from openevent.db.engine import run_in
from openevent.errors import DomainError
from openevent.services import pdf
from openevent.work.jobs import job
from openevent.work.unit import UnitOfWork

#: What is written row by row.
LISTS: Final[Mapping[ExportKind, Listed]] = {
    **TABLES,
    ExportKind.CHECK_INS_CSV: CheckIns(),
    ExportKind.SALES_CSV: SalesReport(),
}


@job(on=ExportRequested, name="exports.make_file", queue="exports")
def make_file(work: UnitOfWork, export_id: int, part: int = 0) -> None:
    """Write the file that was asked for, once; of a list, its next part."""
    export = work.db.get(Export, export_id)
    if export is None or export.file_name is not None or export.part_count != part:
        return
    kind = ExportKind(export.kind)
    if kind in LISTS and export.event_id is None:
        _write_part(work, export, LISTS[kind], export.group_id or 0, "")
        return
    event = None if export.event_id is None else work.db.get(Event, export.event_id)
    if event is None or event.deleted_at is not None:
        export.error = "The event has been deleted."
        return
    if kind in LISTS:
        _write_part(work, export, LISTS[kind], event.id, f"{event.identifier}-")
        return
    if kind in PAPERS:
        _print(work, export, event, PAPERS[kind])
        return
    if kind is ExportKind.EVENT_JSON:
        _pack(work, export, event)
        return
    format_ = FORMATS[kind]
    export.content = format_.write(schedule_of(work, event))
    export.file_name = f"{event.identifier}.{format_.extension}"


def _write_part(
    work: UnitOfWork, export: Export, table: Listed, owner_id: int, prefix: str
) -> None:
    """Write some rows, in this commit; ask for the next part, or finish the file.

    Memory does not grow with the list, progress is seen, and a job that is killed goes on
    where the last part ended. Each part is read as who asked for it, as they are then.
    """
    who = principal_of(work, export.user_id)
    page = table.read(run_in(work.db), who, owner_id, after=export.last_id, status=export.status)
    content = csv.to_csv(page.rows)
    if export.part_count == 0:
        content = csv.MARK + csv.to_csv([table.columns]) + content
        export.row_total = page.total
    add_part(work, export, content, rows=len(page.rows), last_id=page.last_id)
    if page.total > len(page.rows):
        work.record(ExportRequested(export.id, export.part_count))
    else:
        export.file_name = f"{prefix}{table.name}.csv"


def _print(work: UnitOfWork, export: Export, event: Event, paper: Paper) -> None:
    """Make a PDF of a list that is not too long for one."""
    who, run = principal_of(work, export.user_id), run_in(work.db)
    rows: list[list[Any]] = []
    last_id, more = 0, True
    while more:
        page = paper.table.read(run, who, event.id, after=last_id, status=export.status)
        if page.total + len(rows) > MAX_ROWS:
            export.error = f"More than {MAX_ROWS} rows are too long for a PDF: take the CSV."
            return
        rows += page.rows
        last_id, more = page.last_id, page.total > len(page.rows)
    language = pdf.TRANSLATIONS.choose(language_of(work, export.user_id))
    export.content = paper.printed(event, rows, language)
    export.row_count = export.row_total = len(rows)
    export.file_name = f"{event.identifier}-{paper.table.name}.pdf"


def _pack(work: UnitOfWork, export: Export, event: Event) -> None:
    """Make an archive of an event that is not too large for one, as who asked may see it."""
    try:
        export.content = pack(run_in(work.db), principal_of(work, export.user_id), event.id)
    except DomainError as refusal:
        export.error = refusal.detail
        return
    export.file_name = f"{event.identifier}.zip"


@job(on=ImportRequested, name="imports.make_event", queue="exports", time_limit_ms=600_000)
def make_event(work: UnitOfWork, import_id: int) -> None:
    """Make the event that somebody sent as an archive, once."""
    run_import(work, import_id)


@job(name="exports.forget_old", queue="upkeep", cron="41 * * * *")
def forget_old(work: UnitOfWork) -> None:
    """Delete the files that nobody can fetch any more, and those that no job will read."""
    forget_old_exports(work)
    forget_archives(work)
