"""Asking for files and secret calendars, and giving them up."""

from __future__ import annotations

import secrets

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from openevent.areas.exports.domain_events import ExportRequested
from openevent.areas.exports.models import CalendarFeed, Export, ExportPart
from openevent.areas.exports.rules import KEPT_FOR, ExportKind
from openevent.services.tokens import hash_secret
from openevent.work.unit import UnitOfWork


def request_export(
    work: UnitOfWork,
    kind: ExportKind,
    *,
    event_id: int | None = None,
    group_id: int | None = None,
    status: str | None = None,
) -> Export:
    """Ask for a file about an event, a group, or the whole server; a job makes it."""
    export = Export(
        token=secrets.token_hex(16),
        kind=kind,
        status=status,
        asked_at=work.now(),
        event_id=event_id,
        group_id=group_id,
        user_id=work.principal.id,
    )
    work.db.add(export)
    work.db.flush()  # The domain event needs the id.
    work.record(ExportRequested(export.id))
    return export


def find_export(work: UnitOfWork, token: str) -> Export | None:
    """Return the export of this name, unless it has been forgotten or is about to be."""
    fresh = Export.asked_at > work.now() - KEPT_FOR
    found: Export | None = work.db.scalar(select(Export).where(Export.token == token, fresh))
    return found


def forget_old_exports(work: UnitOfWork) -> None:
    """Delete the files that nobody can fetch any more."""
    work.db.execute(delete(Export).where(Export.asked_at <= work.now() - KEPT_FOR))


def add_part(work: UnitOfWork, export: Export, content: bytes, *, rows: int, last_id: int) -> None:
    """Append a part to a file that is being made."""
    work.db.add(ExportPart(export_id=export.id, number=export.part_count, content=content))
    export.part_count += 1
    export.row_count += rows
    export.last_id = last_id


def content_of(work: UnitOfWork, export: Export) -> bytes:
    """Return the file itself, which is not loaded with the rest of the row."""
    content = work.db.scalars(select(Export.content).where(Export.id == export.id)).one()
    return content or b""


def open_feed(work: UnitOfWork, user_id: int) -> str:
    """Give a person's schedule a new secret address, and return the secret.

    The address that it had leads nowhere from now on.
    """
    secret = secrets.token_urlsafe(24)
    hashed = hash_secret(secret)
    work.db.execute(
        insert(CalendarFeed)
        .values(user_id=user_id, token_hash=hashed)
        .on_conflict_do_update(index_elements=[CalendarFeed.user_id], set_={"token_hash": hashed})
    )
    return secret


def close_feed(work: UnitOfWork, user_id: int) -> None:
    """Take a person's schedule from its secret address, if it has one."""
    work.db.execute(delete(CalendarFeed).where(CalendarFeed.user_id == user_id))
