"""What a change of the order of an event's exhibitors means."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from sqlalchemy import Integer, column, func, update, values

from openevent.areas.partners.models import Exhibitor
from openevent.errors import Forbidden
from openevent.work.unit import UnitOfWork


def reorder_exhibitors(work: UnitOfWork, event_id: int, places: Mapping[int, int]) -> Counter[int]:
    """Give exhibitors of the event their places; return how many got each.

    All or none: one of another event is refused.
    """
    if not places:
        return Counter()
    given = values(column("id", Exhibitor.id.type), column("place", Integer), name="given").data(
        list(places.items())
    )
    changed = work.db.execute(
        update(Exhibitor)
        .where(
            Exhibitor.id == given.c.id,
            Exhibitor.event_id == event_id,
            Exhibitor.deleted_at.is_(None),
        )
        .values(position=given.c.place, version=Exhibitor.version + 1, modified_at=func.now())
        .returning(Exhibitor.id)
        .execution_options(synchronize_session=False)
    ).scalars()
    if len(list(changed)) != len(places):
        raise Forbidden("All exhibitors must be of this event.", code="other-event")
    return Counter(places.values())


def reset_exhibitors(work: UnitOfWork, event_id: int) -> int:
    """Give all exhibitors of the event the same place, so that the older come first."""
    changed = work.db.execute(
        update(Exhibitor)
        .where(
            Exhibitor.event_id == event_id,
            Exhibitor.deleted_at.is_(None),
            Exhibitor.position.is_distinct_from(0),
        )
        .values(position=0, version=Exhibitor.version + 1, modified_at=func.now())
        .returning(Exhibitor.id)
        .execution_options(synchronize_session=False)
    ).scalars()
    return len(list(changed))
