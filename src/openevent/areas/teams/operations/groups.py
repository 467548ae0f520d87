"""Groups: made, changed, deleted, followed, written to, and their events announced."""

from __future__ import annotations

from typing import Any

from sqlalchemy import exists, select, update

from openevent.areas.events.models import Event, EventState
from openevent.areas.events.operations import update_event
from openevent.areas.identity.models import Role, RoleName
from openevent.areas.identity.operations.logins import present_user
from openevent.areas.teams.domain_events import EventAnnounced, GroupContacted
from openevent.areas.teams.models import Group, UserFollowGroup, UsersGroupsRole
from openevent.areas.teams.rules import check_announceable
from openevent.errors import Conflict, Forbidden, Missing
from openevent.services.rate_limits import CONTACT, RateLimits
from openevent.work.unit import UnitOfWork


def create_group(work: UnitOfWork, values: dict[str, Any]) -> Group:
    """Make a group that the principal owns."""
    user = present_user(work)
    if not user.is_verified:
        raise Forbidden(
            "Verify your e-mail address first: only verified users make groups.",
            code="unverified-user",
        )
    _check_user(values, user.id)
    group = Group(**values | {"user_id": user.id})
    work.db.add(group)
    work.db.flush()  # The owner's role needs the group's id.
    owner = select(Role.id).where(Role.name == RoleName.OWNER.value).scalar_subquery()
    work.db.add(
        UsersGroupsRole(
            group_id=group.id, user_id=user.id, role_id=owner, email=user.email, accepted=True
        )
    )
    return group


def update_group(_: UnitOfWork, group: Group, changes: dict[str, Any]) -> None:
    """Change a group; it stays with its owner."""
    _check_user(changes, group.user_id)
    for name, value in changes.items():
        setattr(group, name, value)


def delete_group(work: UnitOfWork, group: Group) -> None:
    """Hide a group; its events are left without one, and its people without a say in them."""
    group.deleted_at = work.now()
    work.db.flush()  # Waits for those putting an event into the group at the moment.
    work.db.execute(
        update(Event)
        .where(Event.group_id == group.id)
        .values(group_id=None, is_announced=False, version=Event.version + 1)
        .execution_options(synchronize_session=False)
    )


def follow(work: UnitOfWork, values: dict[str, Any]) -> UserFollowGroup:
    """Follow a group: the principal, unless staff names somebody."""
    user_id = values.get("user_id") or present_user(work).id
    same = exists().where(
        UserFollowGroup.group_id == values["group_id"], UserFollowGroup.user_id == user_id
    )
    if work.db.scalar(select(same)):
        raise Conflict("You follow this group already.", code="followed-already")
    row = UserFollowGroup(group_id=values["group_id"], user_id=user_id)
    work.db.add(row)
    return row


def announce(work: UnitOfWork, group: Group, event_key: str) -> None:
    """Tell those who follow a group of one of its events; once, and before it begins.

    Of two requests at once one waits for the other's lock on the event and finds it told.
    """
    event = work.db.scalars(
        select(Event)
        .where(
            Event.id == int(event_key) if event_key.isdecimal() else Event.identifier == event_key,
            Event.group_id == group.id,
            Event.deleted_at.is_(None),
        )
        .with_for_update()
    ).one_or_none()
    if event is None:
        raise Missing("The group has no such event.")
    check_announceable(
        EventState(event.state), event.starts_at, announced=event.is_announced, now=work.now()
    )
    update_event(work, event, {"is_announced": True})
    work.record(EventAnnounced(event_id=event.id, group_id=group.id))


def contact(work: UnitOfWork, group_id: int, message: str) -> None:
    """Send a message to those who run a group, and a copy to who wrote it."""
    found = exists().where(Group.id == group_id, Group.deleted_at.is_(None))
    if not work.db.scalar(select(found)):
        raise Missing("There is no such group.")
    user = present_user(work)
    work.port(RateLimits).spend(CONTACT, account=str(user.id))
    work.record(GroupContacted(group_id=group_id, user_id=user.id, message=message))


def _check_user(values: dict[str, Any], user_id: int) -> None:
    if values.get("user_id", user_id) != user_id:
        raise Forbidden("A group belongs to who made it.", pointer="/data/relationships/user")
