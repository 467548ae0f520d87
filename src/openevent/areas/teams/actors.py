"""What happens in the background because of teams."""

from __future__ import annotations

from sqlalchemy import exists, select

from openevent.areas.events.domain_events import EventCreated
from openevent.areas.identity.models import RoleName, User, UsersEventsRoles
from openevent.areas.teams.models import InviteStatus, RoleInvite
from openevent.work.jobs import job
from openevent.work.unit import UnitOfWork


@job(on=EventCreated, name="teams.note_owner", queue="default")
def note_owner(work: UnitOfWork, event_id: int) -> None:
    """Show who made an event as the first who was invited to it. Safe to repeat."""
    found = work.db.execute(
        select(UsersEventsRoles, User.email)
        .join(User, User.id == UsersEventsRoles.user_id)
        .where(UsersEventsRoles.event_id == event_id, UsersEventsRoles.is_owner)
        .with_for_update(of=UsersEventsRoles)
    ).one_or_none()
    if found is None or work.db.scalar(select(exists().where(RoleInvite.grant_id == found[0].id))):
        return
    grant, email = found
    work.db.add(
        RoleInvite(
            email=email,
            role_name=RoleName.OWNER,
            role_id=grant.role_id,
            status=InviteStatus.ACCEPTED,
            event_id=event_id,
            inviter_id=grant.user_id,
            grant_id=grant.id,
        )
    )
