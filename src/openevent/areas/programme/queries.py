"""Named reads of the programme."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select

from openevent.areas.programme.models import Microlocation, Session
from openevent.areas.programme.rules import OCCUPYING
from openevent.work.unit import UnitOfWork


def session_in_the_way(work: UnitOfWork, session: Session) -> Any | None:
    """Return id and title of the first session that is where and when this one is to be.

    Waits for whoever is giving the room to a session at the moment. Sessions that may
    overlap with others, and those that take up no room, are in nobody's way.
    """
    if (
        session.state not in OCCUPYING
        or session.overlap_reason is not None
        or None in (session.microlocation_id, session.starts_at, session.ends_at)
    ):
        return None
    work.db.execute(
        select(Microlocation.id)
        .where(Microlocation.id == session.microlocation_id)
        .with_for_update(key_share=True)
    )
    return work.db.execute(
        select(Session.id, Session.title)
        .where(
            Session.microlocation_id == session.microlocation_id,
            Session.id.is_distinct_from(session.id),
            Session.state.in_([state.value for state in OCCUPYING]),
            Session.overlap_reason.is_(None),
            Session.deleted_at.is_(None),
            func.tstzrange(Session.starts_at, Session.ends_at).op("&&")(
                func.tstzrange(session.starts_at, session.ends_at)
            ),
            Session.starts_at.is_not(None),
            Session.ends_at.is_not(None),
        )
        .order_by(Session.starts_at, Session.id)
        .limit(1)
    ).one_or_none()
