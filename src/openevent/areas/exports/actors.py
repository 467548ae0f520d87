"""What happens in the background because somebody waits for a file."""

from __future__ import annotations

from openevent.areas.events.models import Event
from openevent.areas.exports.domain_events import ExportRequested
from openevent.areas.exports.files import FORMATS
from openevent.areas.exports.models import Export
from openevent.areas.exports.operations import forget_old_exports
from openevent.areas.exports.queries import schedule_of
from openevent.areas.exports.rules import ExportKind
from openevent.work.jobs import job
from openevent.work.unit import UnitOfWork


@job(on=ExportRequested, name="exports.make_file", queue="exports")
def make_file(work: UnitOfWork, export_id: int) -> None:
    """Write the file that was asked for, once."""
    export = work.db.get(Export, export_id)
    if export is None or export.file_name is not None:
        return
    event = work.db.get(Event, export.event_id)
    if event is None or event.deleted_at is not None:
        export.error = "The event has been deleted."
        return
    format_ = FORMATS[ExportKind(export.kind)]
    export.content = format_.write(schedule_of(work, event))
    export.file_name = f"{event.identifier}.{format_.extension}"


@job(name="exports.forget_old", queue="upkeep", cron="41 * * * *")
def forget_old(work: UnitOfWork) -> None:
    """Delete the files that nobody can fetch any more."""
    forget_old_exports(work)
