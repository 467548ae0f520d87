"""What a change of an event's FAQ means."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import BigInteger, ScalarSelect, bindparam, exists, func, select, update

from openevent.areas.events.operations import record_change, update_in_event
from openevent.areas.faq.models import Faq, FaqType
from openevent.areas.faq.rules import MAX_POSITION, name_key
from openevent.db.compiled import sql_text
from openevent.db.engine import run_in
from openevent.errors import Conflict, Invalid, Missing
from openevent.work.unit import UnitOfWork

_EVENT_ID: Final = bindparam("event_id", type_=BigInteger())


def _last(model: type[Faq | FaqType]) -> ScalarSelect[int]:
    """Return the place after all others of the event."""
    table = model.__table__.c
    # LEAST passes over NULL: an event's first one would get the last place there is.
    after = func.coalesce(func.max(table.position) + 1, 0)
    return (
        select(func.least(after, MAX_POSITION))
        .where(table.event_id == _EVENT_ID, table.deleted_at.is_(None))
        .scalar_subquery()
    )


def _is_of_event() -> ScalarSelect[bool]:
    """Return whether a live section is one of the event, and lock it."""
    table = FaqType.__table__.c
    return (
        select(table.event_id == _EVENT_ID)
        .where(table.id == bindparam("faq_type_id", type_=BigInteger()), table.deleted_at.is_(None))
        .with_for_update(read=True)
        .scalar_subquery()
    )


# Asked at each creation, so compiled once: building them takes longer than running them.
_LAST_TYPE: Final = sql_text(select(_last(FaqType)))
_LAST_AND_TYPE: Final = sql_text(select(_last(Faq), _is_of_event()))


def create_faq(work: UnitOfWork, values: dict[str, Any]) -> Faq:
    """Add a question to an event, in one of its sections or in none."""
    place = _place(work, values.get("faq_type_id"), values["event_id"])
    faq = Faq(**{"position": place, **values})
    work.db.add(faq)
    record_change(work, faq.event_id, "faqs")
    return faq


def update_faq(work: UnitOfWork, faq: Faq, changes: dict[str, Any]) -> None:
    """Change a question, or move it to another section of its event."""
    if "faq_type_id" in changes:
        _place(work, changes["faq_type_id"], faq.event_id)
    update_in_event(work, faq, changes)
    record_change(work, faq.event_id, "faqs")


def delete_faq(work: UnitOfWork, faq: Faq) -> None:
    """Delete a question."""
    faq.deleted_at = work.now()
    record_change(work, faq.event_id, "faqs")


def create_faq_type(work: UnitOfWork, values: dict[str, Any]) -> FaqType:
    """Add a section to an event's FAQ."""
    _check_name(work, values["name"], values["event_id"])
    ((place,),) = run_in(work.db)(_LAST_TYPE, {"event_id": values["event_id"]})
    faq_type = FaqType(**{"position": place, **values})
    work.db.add(faq_type)
    record_change(work, faq_type.event_id, "faq_types")
    return faq_type


def update_faq_type(work: UnitOfWork, faq_type: FaqType, changes: dict[str, Any]) -> None:
    """Rename or move a section."""
    if "name" in changes and name_key(changes["name"]) != faq_type.name_key:
        _check_name(work, changes["name"], faq_type.event_id)
    update_in_event(work, faq_type, changes)
    record_change(work, faq_type.event_id, "faq_types")


def delete_faq_type(work: UnitOfWork, faq_type: FaqType) -> None:
    """Delete a section; its questions stay, in none."""
    faq_type.deleted_at = work.now()
    # Before the questions are looked at: this waits for those being put into the section
    # at the moment (see _place), so that none is missed.
    work.db.flush()
    work.db.execute(
        update(Faq)
        .where(Faq.faq_type_id == faq_type.id)
        .values(faq_type_id=None, version=Faq.version + 1)
        .execution_options(synchronize_session=False)
    )
    record_change(work, faq_type.event_id, "faq_types")


def _place(work: UnitOfWork, faq_type_id: int | None, event_id: int) -> int:
    """Return the place after all questions of the event, one statement for what is asked first.

    Refuse a section of another event, and keep the section from going away meanwhile.
    """
    parameters = {"event_id": event_id, "faq_type_id": faq_type_id}
    ((place, same_event),) = run_in(work.db)(_LAST_AND_TYPE, parameters)
    if faq_type_id is None:
        return int(place)
    if same_event is None:
        # It was there when the document was judged, and was deleted since.
        raise Missing("There is no such FAQ type.", pointer="/data/relationships/faq-type")
    if not same_event:
        raise Invalid(
            "The FAQ type belongs to another event.",
            code="other-event",
            pointer="/data/relationships/faq-type",
        )
    return int(place)


def _check_name(work: UnitOfWork, name: str, event_id: int) -> None:
    """Refuse a name that the event's FAQ has; the unique index decides between racers."""
    same = exists().where(
        FaqType.event_id == event_id,
        FaqType.name_key == name_key(name),
        FaqType.deleted_at.is_(None),
    )
    if work.db.scalar(select(same)):
        raise Conflict(
            f"The event has an FAQ type {' '.join(name.split())!r} already.",
            code="name-taken",
            pointer="/data/attributes/name",
        )
