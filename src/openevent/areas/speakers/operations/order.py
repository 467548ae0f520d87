"""The order in which an event shows its speakers, given for many of them at once."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import BigInteger, Update, column, func, update, values

from openevent.areas.speakers.models import Speaker
from openevent.errors import Forbidden
from openevent.work.unit import UnitOfWork


def reorder(work: UnitOfWork, event_id: int, places: Mapping[int, int]) -> int:
    """Give speakers of the event their places; return how many there are.

    All or none: one of another event is refused.
    """
    if not places:
        return 0
    given = values(
        column("id", BigInteger), column("place", BigInteger), name="given", literal_binds=True
    ).data(list(places.items()))
    changed = _put(
        work,
        _of_event(event_id).where(Speaker.id == given.c.id).values(order=given.c.place),
    )
    if changed != len(places):
        raise Forbidden("All speakers must be of this event.", code="other-event")
    return changed


def reset(work: UnitOfWork, event_id: int) -> int:
    """Give all speakers of the event the same place, so that the older come first."""
    return _put(work, _of_event(event_id).where(Speaker.order.is_distinct_from(0)).values(order=0))


def _of_event(event_id: int) -> Update:
    return update(Speaker).where(Speaker.event_id == event_id, Speaker.deleted_at.is_(None))


def _put(work: UnitOfWork, statement: Update) -> int:
    changed = work.db.execute(
        statement.values(version=Speaker.version + 1, modified_at=func.now())
        .returning(Speaker.id)
        .execution_options(synchronize_session=False)
    )
    return len(changed.all())
