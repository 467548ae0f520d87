"""Who is written to because of what happens to a group, and about what."""

from __future__ import annotations

from typing import Final

from sqlalchemy import ColumnElement, select

from openevent.areas.communication.operations.rendering import display_name
from openevent.areas.communication.queries.accounts import of_event, title_of
from openevent.areas.communication.queries.events import as_markup, live_event
from openevent.areas.communication.rules import About, Mailing, Secret
from openevent.areas.events.models import EventState
from openevent.areas.identity.models import Role, RoleName, User
from openevent.areas.teams.models import Group, UserFollowGroup, UsersGroupsRole
from openevent.services.languages import Moment
from openevent.work.unit import UnitOfWork

GROUP_INVITE: Final = "group-invite"
#: Who runs a group.
RUNNING: Final = (RoleName.OWNER, RoleName.ORGANIZER, RoleName.COORGANIZER)


def announce_event(work: UnitOfWork, event_id: int, group_id: int) -> Mailing | None:
    """Tell those who follow a group of one of its events; once per follower."""
    event, group = live_event(work, event_id), _live_group(work, group_id)
    if event is None or group is None or event.state != EventState.PUBLISHED:
        return None
    followers = select(UserFollowGroup.user_id).where(UserFollowGroup.group_id == group_id)
    return Mailing(
        occasion=f"event {event_id} group {group_id}",
        people=User.id.in_(followers),
        values={
            "group": group.name,
            "event": event.name,
            "starts": Moment(event.starts_at, event.timezone),
        },
        page=f"e/{event.identifier}",
        about=About(
            type="Event", id=event_id, action="announced", details={"event": of_event(event)}
        ),
        unfollow_group_id=group_id,
    )


def group_role(work: UnitOfWork, users_groups_role_id: int, mail: int) -> Mailing | None:
    """Invite an address to a role in a group; once for each time that it was asked for."""
    invite = work.db.get(UsersGroupsRole, users_groups_role_id)
    if invite is None or invite.accepted:
        return None
    group, role = _live_group(work, invite.group_id), work.db.get(Role, invite.role_id)
    if group is None or role is None:
        return None
    return Mailing(
        occasion=f"group invite {users_groups_role_id} mail {mail}",
        addresses=(invite.email,),
        values={"role": title_of(role), "group": group.name},
        page="group-invites",
        secret=Secret(purpose=GROUP_INVITE, of=users_groups_role_id),
    )


def contact_group_organizers(
    work: UnitOfWork, group_id: int, user_id: int, message: str
) -> Mailing | None:
    """Pass a question on to those who run a group; they answer to who asks."""
    group, user = _live_group(work, group_id), work.db.get(User, user_id)
    if group is None or user is None or user.deleted_at is not None:
        return None
    return Mailing(
        occasion=None,
        people=_runs(group_id),
        values={
            "group": group.name,
            "person": display_name(user.public_name, user.first_name, user.email),
            "email": user.email,
        },
        quote=as_markup(message),
        reply_to=user.email,
    )


def contact_group_organizers_copy(
    work: UnitOfWork, group_id: int, user_id: int, message: str
) -> Mailing | None:
    """Send who asks something a copy of it."""
    group = _live_group(work, group_id)
    if group is None:
        return None
    return Mailing(
        occasion=None,
        people=User.id == user_id,
        values={"group": group.name},
        quote=as_markup(message),
    )


def _live_group(work: UnitOfWork, group_id: int) -> Group | None:
    group = work.db.get(Group, group_id)
    return group if group is not None and group.deleted_at is None else None


def _runs(group_id: int) -> ColumnElement[bool]:
    """Whether a user runs the group."""
    return User.id.in_(
        select(UsersGroupsRole.user_id)
        .join(Role, Role.id == UsersGroupsRole.role_id)
        .where(
            UsersGroupsRole.group_id == group_id,
            UsersGroupsRole.accepted,
            Role.name.in_([role.value for role in RUNNING]),
        )
    )
