"""Events that come in as archives: asking for one to be made, and making it."""

from __future__ import annotations

import io
import secrets
from dataclasses import replace
from typing import Any, Final

from sqlalchemy import select, update

from openevent.areas.events.models import Event
from openevent.areas.exports.archives.making import make_event
from openevent.areas.exports.archives.reading import read_archive
from openevent.areas.exports.domain_events import ImportRequested
from openevent.areas.exports.models import ImportJob
from openevent.areas.exports.queries import principal_of
from openevent.areas.exports.rules import KEPT_FOR, ImportResult
from openevent.errors import DomainError
from openevent.work.unit import UnitOfWork

#: Longest explanation that is kept, in characters.
MAX_RESULT: Final = 4000


def request_import(work: UnitOfWork, content: bytes) -> ImportJob:
    """Have an event made of an archive, by a job, for somebody who may create events."""
    job = ImportJob(
        task=secrets.token_hex(16),
        starts_at=work.now(),
        content=content,
        user_id=work.principal.id,
    )
    work.db.add(job)
    work.db.flush()  # The domain event needs the id.
    work.record(ImportRequested(job.id))
    return job


def run_import(work: UnitOfWork, import_id: int) -> None:
    """Make the event that somebody sent, as them; note which it is, or why there is none."""
    job = work.db.get(ImportJob, import_id)
    if job is None or job.result_status is not None:
        return
    content = work.db.scalar(select(ImportJob.content).where(ImportJob.id == import_id))
    try:
        archive = read_archive(io.BytesIO(content or b""))
        event = make_event(replace(work, principal=principal_of(work, job.user_id)), archive)
    except DomainError as refusal:
        job.result, job.result_status = refusal.detail[:MAX_RESULT], ImportResult.FAILURE
    else:
        job.result, job.result_status = str(event.id), ImportResult.SUCCESS
    job.content = None


def find_import(work: UnitOfWork, task: str) -> ImportJob | None:
    """Return the import of a task."""
    found: ImportJob | None = work.db.scalar(select(ImportJob).where(ImportJob.task == task))
    return found


def event_of(work: UnitOfWork, job: ImportJob) -> dict[str, Any]:
    """Return what is told of the event that was made, or of its absence."""
    if job.result_status != ImportResult.SUCCESS:
        return {"message": job.result or "The event could not be made; send it again."}
    id_ = int(job.result or 0)
    identifier = work.db.scalar(select(Event.identifier).where(Event.id == id_))
    return {"id": id_, "identifier": identifier}


def forget_archives(work: UnitOfWork) -> None:
    """Forget archives that no job will read any more."""
    work.db.execute(
        update(ImportJob)
        .where(ImportJob.starts_at <= work.now() - KEPT_FOR, ImportJob.content.is_not(None))
        .values(content=None)
        .execution_options(synchronize_session=False)
    )
