"""The FAQ area's part of the demo world: fixed ids that documentation and tests share."""

from __future__ import annotations

from datetime import UTC, datetime

from openevent.areas.faq.models import Faq, FaqType
from openevent.db.base import Record

MADE = datetime(2025, 11, 5, 8, 0, tzinfo=UTC)
DELETED = datetime(2025, 12, 1, 10, 0, tzinfo=UTC)


def rows() -> list[Record]:
    """Return the rows in the order in which they can be inserted."""
    types = [
        FaqType(id=1, event_id=1, name="Tickets", position=1),
        FaqType(id=2, event_id=1, name="Venue", position=2),
        FaqType(id=3, event_id=2, name="General"),
        FaqType(id=4, event_id=1, name="Parking", position=3, deleted_at=DELETED),
        FaqType(id=5, event_id=3, name="General"),
    ]
    faqs = [
        _faq(1, "Can I return my ticket?", "Yes, until a week before the summit.", type_=1),
        _faq(2, "Is there a student discount?", "Half price with a valid student card.", type_=1),
        _faq(3, "Is the venue step-free?", "Yes, all rooms are.", type_=2),
        _faq(4, "Who organises the summit?", "Volunteers of Open Tech e.V."),
        _faq(5, "May I record the concert?", "Please do not.", event=2, type_=3),
        _faq(6, "Where do I park?", "There is no parking.", deleted_at=DELETED),
        _faq(7, "When does the call for speakers open?", "In the autumn.", event=3, type_=5),
    ]
    for row in (*types, *faqs):
        row.created_at = row.modified_at = MADE
    return [*types, *faqs]


def _faq(
    id_: int,
    question: str,
    answer: str,
    *,
    event: int = 1,
    type_: int | None = None,
    deleted_at: datetime | None = None,
) -> Faq:
    return Faq(
        id=id_,
        event_id=event,
        faq_type_id=type_,
        question=question,
        answer=answer,
        position=id_,
        deleted_at=deleted_at,
    )
