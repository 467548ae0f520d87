"""What a change of an event, or of the lists it is classified by, means."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any, Final

from sqlalchemy import BigInteger, bindparam, column, exists, select, table, true, update

from openevent.areas.events.domain_events import (
    EventChanged,
    EventCreated,
    EventDeleted,
    EventPublished,
    EventUnpublished,
)
from openevent.areas.events.extension import EventParts
from openevent.areas.events.models import (
    Event,
    EventLocation,
    EventState,
    EventSubTopic,
    EventTopic,
    EventType,
)
from openevent.areas.events.publishing import check_publishable
from openevent.areas.events.rules import check_dates, new_identifier, new_slug
from openevent.areas.identity.models import Role, RoleName, UsersEventsRoles
from openevent.areas.identity.policy import (
    GROUP_ACCESS,
    has_group_role,
    has_role,
    is_permitted,
)
from openevent.errors import Forbidden, Missing
from openevent.work.principal import Who
from openevent.work.unit import UnitOfWork, unique_key

_GROUPS: Final = table("groups", column("id"), column("deleted_at"))
_EVENT_ID: Final = bindparam("event_id", type_=BigInteger())
_GROUP_ID: Final = bindparam("group_id", type_=BigInteger())

Classification = EventType | EventTopic | EventSubTopic | EventLocation


def create_event(work: UnitOfWork, values: dict[str, Any]) -> Event:
    """Create an event that the principal owns, with what every event comes with."""
    if values.get("original_image_url") is None:
        # Among the values, so that its sizes are made like those of any other picture.
        values["original_image_url"] = _picture_of_topic(work, values.get("event_topic_id"))
    event = add_event(work, values)
    complete_event(work, event)
    return event


def add_event(work: UnitOfWork, values: dict[str, Any]) -> Event:
    """Add an event that the principal owns and that has nothing else yet."""
    check_may_create(work)
    check_dates(values["starts_at"], values["ends_at"])
    if values.get("group_id") is not None:
        _check_group(work, None, values["group_id"])
    event = Event(identifier=free_identifier(work), **values)
    work.db.add(event)
    work.db.flush()  # What comes with it needs the event's id.
    give_owner(work, event)
    return event


def _picture_of_topic(work: UnitOfWork, topic_id: int | None) -> str | None:
    """Return the picture of events about a topic that have none of their own."""
    if topic_id is None:
        return None
    return work.db.scalar(select(EventTopic.system_image_url).where(EventTopic.id == topic_id))


def check_may_create(work: UnitOfWork) -> None:
    """Refuse to make events on behalf of somebody who may not."""
    who, principal = Who(work.principal.audience), work.principal
    statement = select(is_permitted(who, "create_event"))
    if not work.db.execute(statement, principal.parameters()).scalar_one():
        raise Forbidden(
            "Verify your e-mail address first: only verified users create events.",
            code="unverified-user",
        )


def give_owner(work: UnitOfWork, event: Event) -> None:
    """Let a new event be the principal's."""
    if work.principal.id is not None:
        owner = select(Role.id).where(Role.name == RoleName.OWNER.value).scalar_subquery()
        work.db.add(UsersEventsRoles(event_id=event.id, user_id=work.principal.id, role_id=owner))


def complete_event(work: UnitOfWork, event: Event) -> None:
    """Give a new event what every event comes with, unless it has it, and tell of it."""
    for begin in work.port(EventParts).begin:
        begin(work, event.id)
    work.record(EventCreated(event.id))
    if event.state == EventState.PUBLISHED:
        check_publishable(work, event.id)
        work.record(EventPublished(event.id))


def free_identifier(work: UnitOfWork) -> str:
    """Return an identifier that no event has or had."""
    return new_identifier(_random_text, _taken(work, Event.identifier))


def update_event(work: UnitOfWork, event: Event, changes: dict[str, Any]) -> None:
    """Change an event, publish it, or take it back. In another group it may be announced anew."""
    if "group_id" in changes:
        _check_group(work, event.id, changes["group_id"])
        changes = changes | ({"is_announced": False} if event.is_announced else {})
    if changes.keys() & {"starts_at", "ends_at"}:
        check_dates(
            changes.get("starts_at", event.starts_at), changes.get("ends_at", event.ends_at)
        )
    old = EventState(event.state)
    new = EventState(changes.get("state", event.state))
    for name, value in changes.items():
        setattr(event, name, value)
    for told in work.port(EventParts).changed:
        told(work, event, changes.keys())
    record_change(work, event.id, *sorted(changes))
    if new is not old:
        if new is EventState.PUBLISHED:
            work.db.flush()
            check_publishable(work, event.id)
        became = EventPublished if new is EventState.PUBLISHED else EventUnpublished
        work.record(became(event.id))


def record_change(work: UnitOfWork, event_id: int, *changed: str) -> None:
    """Remember for an event's history what of it, or of what belongs to it, was changed."""
    work.record(
        EventChanged(
            event_id=event_id,
            key=unique_key(),
            user_id=work.principal.id,
            changed=changed,
            changed_at=work.now().isoformat(),
        )
    )


def delete_event(work: UnitOfWork, event: Event) -> None:
    """Hide an event, and by its policy everything below it."""
    for told in work.port(EventParts).deleted:
        told(work, event)
    event.deleted_at = work.now()
    work.record(EventDeleted(event.id))


def update_in_event(_: UnitOfWork, row: Any, changes: dict[str, Any]) -> None:
    """Change what belongs to an event, and stays with it."""
    if "event_id" in changes:
        raise Forbidden(
            "It stays with the event that it was made for.",
            pointer="/data/relationships/event",
        )
    for name, value in changes.items():
        setattr(row, name, value)


def create_classification(
    model: type[Classification],
) -> Callable[[UnitOfWork, dict[str, Any]], Classification]:
    """Return the operation that adds a row with a slug made from its name.

    The slug stays when the name changes: addresses that people kept go on working.
    """

    def create(work: UnitOfWork, values: dict[str, Any]) -> Classification:
        slug = new_slug(values["name"], _random_text, _taken(work, model.slug))
        row = model(slug=slug, **values)
        work.db.add(row)
        return row

    return create


def delete_event_type(work: UnitOfWork, event_type: EventType) -> None:
    """Delete a type; events of it are left without one."""
    event_type.deleted_at = work.now()
    _unlink(work, Event.event_type_id, [event_type.id])


def delete_event_topic(work: UnitOfWork, topic: EventTopic) -> None:
    """Delete a topic and its sub-topics; events about it are left without them."""
    topic.deleted_at = work.now()
    below = select(EventSubTopic.id).where(EventSubTopic.event_topic_id == topic.id)
    _unlink(work, Event.event_sub_topic_id, below)
    _unlink(work, Event.event_topic_id, [topic.id])
    work.db.execute(
        update(EventSubTopic)
        .where(EventSubTopic.event_topic_id == topic.id, EventSubTopic.deleted_at.is_(None))
        .values(deleted_at=work.now(), version=EventSubTopic.version + 1)
        .execution_options(synchronize_session=False)
    )


def delete_event_sub_topic(work: UnitOfWork, sub_topic: EventSubTopic) -> None:
    """Delete a sub-topic; events about it are left without one."""
    sub_topic.deleted_at = work.now()
    _unlink(work, Event.event_sub_topic_id, [sub_topic.id])


def _unlink(work: UnitOfWork, key: Any, ids: Any) -> None:
    """Clear a key of events, raising their version: their documents change."""
    work.db.execute(
        update(Event)
        .where(key.in_(ids))
        .values({key: None, Event.version: Event.version + 1})
        .execution_options(synchronize_session=False)
    )


def _check_group(work: UnitOfWork, event_id: int | None, group_id: int | None) -> None:
    """Refuse a group to who does not run it, and any change to who does not own the event."""
    who = Who(work.principal.audience)
    may = select(
        true() if event_id is None else has_role(who, _EVENT_ID, RoleName.OWNER),
        true() if group_id is None else has_group_role(who, _GROUP_ID, *GROUP_ACCESS),
    )
    parameters = {"event_id": event_id, "group_id": group_id} | work.principal.parameters()
    owns, runs = work.db.execute(may, parameters).one()
    # Kept from going away meanwhile: a deleted group lets its events go.
    kept = select(_GROUPS.c.id).where(_GROUPS.c.id == group_id, _GROUPS.c.deleted_at.is_(None))
    if group_id is not None and work.db.scalar(kept.with_for_update(read=True)) is None:
        raise Missing("There is no such group.", pointer="/data/relationships/group")
    if not owns or not runs:
        raise Forbidden(
            "You do not run this group."
            if owns
            else "Only the owner of an event decides about its group.",
            code="not-your-group" if owns else "owner-only",
            pointer="/data/relationships/group",
        )


def _random_text() -> str:
    return secrets.token_hex(4)


def _taken(work: UnitOfWork, column: Any) -> Callable[[str], bool]:
    return lambda text: work.db.scalar(select(exists().where(column == text))) is True
