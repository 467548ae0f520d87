"""Who is written to because of invitations, groups and roles, and about what."""

from __future__ import annotations

from openevent.areas.communication.operations.rendering import display_name
from openevent.areas.communication.queries.accounts import of_event, title_of
from openevent.areas.communication.queries.events import has_role_on, live_event
from openevent.areas.communication.rules import About, Mailing, Secret
from openevent.areas.identity.models import Role, RoleName, User
from openevent.areas.teams.models import InviteStatus, RoleInvite
from openevent.work.unit import UnitOfWork

ROLE_INVITE = "role-invite"


def role_invite(work: UnitOfWork, invite_id: int, mail: int) -> Mailing | None:
    """Invite an address to a role on an event; once for each time that it was asked for."""
    invite = work.db.get(RoleInvite, invite_id)
    if invite is None or invite.status != InviteStatus.PENDING:
        return None
    event, role = live_event(work, invite.event_id), work.db.get(Role, invite.role_id)
    if event is None or role is None:
        return None
    return Mailing(
        occasion=f"invite {invite_id} mail {mail}",
        addresses=(invite.email,),
        values={"role": title_of(role), "event": event.name},
        text="event-role-invite",
        page="role-invites",
        secret=Secret(purpose=ROLE_INVITE, of=invite_id),
        about=About(
            type="RoleInvite",
            id=invite_id,
            action="invited",
            details={
                "event": of_event(event),
                "role": {"name": role.name, "title_name": role.title_name},
            },
        ),
        actor_ids=(invite.inviter_id,) if invite.inviter_id else (),
    )


def role_accepted(
    work: UnitOfWork, invite_id: int, event_id: int, user_id: int, role_id: int
) -> Mailing | None:
    """Tell who invited somebody, and the owner, that they have the role now."""
    event, role = live_event(work, event_id), work.db.get(Role, role_id)
    user, invite = work.db.get(User, user_id), work.db.get(RoleInvite, invite_id)
    if event is None or role is None or user is None:
        return None
    inviter = invite.inviter_id if invite is not None else None
    told = has_role_on(event_id, RoleName.OWNER) | (User.id == (inviter or 0))
    name = display_name(user.public_name, user.first_name, user.email)
    return Mailing(
        occasion=f"invite {invite_id}",
        people=told & (User.id != user_id),
        values={"role": title_of(role), "event": event.name, "person": name},
        page=f"events/{event.identifier}",
    )


def role_removed(work: UnitOfWork, event_id: int, user_id: int, role_id: int) -> Mailing | None:
    """Tell somebody that they have a role on an event no longer."""
    event, role = live_event(work, event_id), work.db.get(Role, role_id)
    if event is None or role is None:
        return None
    return Mailing(
        occasion=None,
        people=User.id == user_id,
        values={"role": title_of(role), "event": event.name},
    )
