"""What a change of an event's FAQ means."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from sqlalchemy import ColumnElement, exists, func, select, update

from openevent.areas.events.operations import record_change, update_in_event
from openevent.areas.faq.models import Faq, FaqType
from openevent.areas.faq.rules import MAX_POSITION, name_key
from openevent.errors import Conflict, Invalid
from openevent.jsonapi.resource import Keys, Rule
from openevent.work.unit import UnitOfWork


def last_place(model: type[Faq | FaqType]) -> Callable[[Keys], ColumnElement[int]]:
    """Return the expression of the place after all others of the event."""
    table = model.__table__.c
    # LEAST passes over NULL: an event's first one would get the last place there is.
    after = func.coalesce(func.max(table.position) + 1, 0)
    last = select(func.least(after, MAX_POSITION)).where(table.deleted_at.is_(None))
    return lambda keys: last.where(table.event_id == keys["event_id"]).scalar_subquery()


def _is_of_event(keys: Keys) -> ColumnElement[bool]:
    """Return whether a live section is one of the event, and lock it."""
    table = FaqType.__table__.c
    return (
        select(table.event_id == keys["event_id"])
        .where(table.id == keys["faq_type_id"], table.deleted_at.is_(None))
        .with_for_update(read=True)
        .scalar_subquery()
    )


#: Judged under a lock: the section cannot be deleted before the question is in it.
SECTION_OF_EVENT: Final = Rule(
    about="faq_type",
    holds=_is_of_event,
    refusal=lambda: Invalid(
        "The FAQ type belongs to another event.",
        code="other-event",
        pointer="/data/relationships/faq-type",
    ),
)


def create_faq(work: UnitOfWork, values: dict[str, Any]) -> Faq:
    """Add a question to an event, in one of its sections or in none."""
    faq = Faq(**values)
    work.db.add(faq)
    record_change(work, faq.event_id, "faqs")
    return faq


def update_faq(work: UnitOfWork, faq: Faq, changes: dict[str, Any]) -> None:
    """Change a question, or move it to another section of its event."""
    update_in_event(work, faq, changes)
    record_change(work, faq.event_id, "faqs")


def delete_faq(work: UnitOfWork, faq: Faq) -> None:
    """Delete a question."""
    faq.deleted_at = work.now()
    record_change(work, faq.event_id, "faqs")


def create_faq_type(work: UnitOfWork, values: dict[str, Any]) -> FaqType:
    """Add a section to an event's FAQ."""
    _check_name(work, values["name"], values["event_id"])
    faq_type = FaqType(**values)
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
    # at the moment (SECTION_OF_EVENT), so that none is missed.
    work.db.flush()
    work.db.execute(
        update(Faq)
        .where(Faq.faq_type_id == faq_type.id)
        .values(faq_type_id=None, version=Faq.version + 1)
        .execution_options(synchronize_session=False)
    )
    record_change(work, faq_type.event_id, "faq_types")


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
