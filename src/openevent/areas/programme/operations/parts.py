"""What a change of a track, a session type or a room means."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from sqlalchemy import BigInteger, bindparam, func, select, update

from openevent.areas.programme.models import Microlocation, Session, SessionType, Track
from openevent.areas.programme.rules import MAX_POSITION
from openevent.db.base import Record
from openevent.db.compiled import sql_text
from openevent.db.engine import run_in
from openevent.work.unit import UnitOfWork

Ordered = Track | SessionType | Microlocation


def create_in_order(model: type[Ordered]) -> Callable[[UnitOfWork, dict[str, Any]], Ordered]:
    """Return the operation that adds a row to an event, after all others unless it is said."""

    def create(work: UnitOfWork, values: dict[str, Any]) -> Ordered:
        ((place,),) = run_in(work.db)(_last(model), {"event_id": values["event_id"]})
        row = model(**{"position": place, **values})
        work.db.add(row)
        return row

    return create


@cache
def _last(model: type[Ordered]) -> str:
    table = model.__table__.c
    # LEAST passes over NULL: an event's first one would get the last place there is.
    after = func.least(func.coalesce(func.max(table.position) + 1, 0), MAX_POSITION)
    event_id = bindparam("event_id", type_=BigInteger())
    return sql_text(select(after).where(table.event_id == event_id, table.deleted_at.is_(None)))


def delete_part(key: str) -> Callable[[UnitOfWork, Any], None]:
    """Return the operation that deletes what sessions refer to by ``key``; they stay, without."""

    def delete(work: UnitOfWork, row: Record) -> None:
        row.deleted_at = work.now()  # type: ignore[attr-defined]  # all of them are SoftDeleted
        # Before the sessions are looked at: this waits for those that are being given
        # it at the moment (see sessions.py), so that none is missed.
        work.db.flush()
        work.db.execute(
            update(Session)
            .where(getattr(Session, key) == row.id)
            .values({key: None, "version": Session.version + 1})
            .execution_options(synchronize_session=False)
        )

    return delete
