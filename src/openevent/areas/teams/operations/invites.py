"""Invitations to a role on an event: made, mailed, accepted or declined, and withdrawn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import BigInteger, bindparam, delete, exists, func, select

from openevent.areas.events.models import Event
from openevent.areas.events.operations import update_event
from openevent.areas.identity.models import Role, RoleName, User, UsersEventsRoles
from openevent.areas.identity.operations.logins import present_user
from openevent.areas.identity.policy import has_role
from openevent.areas.identity.queries import user_of_email
from openevent.areas.teams.domain_events import RoleInviteAccepted, RoleInvited
from openevent.areas.teams.models import InviteStatus, RoleInvite
from openevent.areas.teams.rules import INVITE_LIFETIME, check_invited, check_open, check_role
from openevent.errors import Conflict, Forbidden, Missing
from openevent.services.rate_limits import INVITE_BY_RECIPIENT, INVITE_BY_SENDER, RateLimits
from openevent.services.tokens import hash_secret, new_secret
from openevent.work.principal import Who
from openevent.work.unit import UnitOfWork

_EVENT_ID: Final = bindparam("event_id", type_=BigInteger())


@dataclass(frozen=True, slots=True)
class Accepted:
    """What came of an invitation: who has which role on which event."""

    user: User
    event: Event
    role: str


def invite(work: UnitOfWork, values: dict[str, Any]) -> RoleInvite:
    """Invite an address to a role on an event; a mail with a token follows.

    An invitation to own the event replaces the one before it.
    """
    role = work.db.get_one(Role, values["role_id"])
    name = check_role(role.name, values.get("role_name"))
    event_id, email = values["event_id"], values["email"]
    if name is RoleName.OWNER:
        _check_owner(work, event_id)
    _check_new(work, event_id, email, name)
    spend_mail(work, email)
    row = RoleInvite(**values | {"role_name": name.value, "inviter_id": work.principal.id})
    work.db.add(row)
    work.db.flush()  # The domain event needs the id.
    work.record(RoleInvited(row.id, mail=1))
    return row


def withdraw(work: UnitOfWork, invite: RoleInvite) -> None:
    """Delete an invitation for good; what was accepted is a role by now."""
    if invite.status == InviteStatus.ACCEPTED:
        raise Conflict(
            "This invitation was accepted. Take the role away instead.", code="invite-accepted"
        )
    if invite.role_name == RoleName.OWNER:
        _check_owner(work, invite.event_id)
    work.db.delete(invite)


def resend(work: UnitOfWork, invite: RoleInvite) -> None:
    """Have the mail sent again, with a new token; the old one is dead at once."""
    if invite.status != InviteStatus.PENDING:
        raise Conflict(
            f"This invitation was {invite.status} already.", code=f"invite-{invite.status}"
        )
    if invite.role_name == RoleName.OWNER:
        _check_owner(work, invite.event_id)
    spend_mail(work, invite.email)
    invite.hash = invite.expires_at = None
    invite.mails += 1
    work.record(RoleInvited(invite.id, mail=invite.mails))


def issue_token(work: UnitOfWork, invite_id: int) -> str | None:
    """Return a new token for an invitation, to be mailed; none if it is no longer wanted.

    Only the mail ever holds the token itself; the token of the mail before is dead.
    """
    invite = work.db.get(RoleInvite, invite_id, with_for_update=True)
    if invite is None or invite.status != InviteStatus.PENDING:
        return None
    plain, invite.hash = new_secret()
    invite.expires_at = work.now() + INVITE_LIFETIME
    return plain


def invited_address(work: UnitOfWork, token: str) -> str:
    """Return the address that a token was mailed to, for the page on which it is used."""
    invite, _ = _invite_of(work, token)
    check_open(InviteStatus(invite.status), invite.expires_at, work.now())
    return invite.email


def accept(work: UnitOfWork, token: str) -> Accepted:
    """Give the role to whoever was invited, who reads that address's mail, as it turns out.

    Of two requests with the same token one waits for the other's lock on the invitation
    and finds it accepted.
    """
    user, invite, event = _answered(work, token)
    if invite.role_name == RoleName.OWNER:
        grant = _hand_over(work, event, user, invite.role_id)
    else:
        grant = _grant(work, event.id, user.id, invite.role_id)
    invite.status = InviteStatus.ACCEPTED
    invite.grant_id = grant.id
    user.is_verified = True
    work.record(
        RoleInviteAccepted(invite.id, event_id=event.id, user_id=user.id, role_id=invite.role_id)
    )
    return Accepted(user, event, invite.role_name)


def decline(work: UnitOfWork, token: str) -> None:
    """Note that whoever was invited does not want the role."""
    _, invite, _ = _answered(work, token)
    invite.status = InviteStatus.DECLINED


def spend_mail(work: UnitOfWork, recipient: str) -> None:
    """Count a mail that somebody has sent to an address that may be anybody's."""
    limits = work.port(RateLimits)
    limits.spend(INVITE_BY_SENDER, account=str(work.principal.id))
    limits.spend(INVITE_BY_RECIPIENT, account=recipient)


def _answered(work: UnitOfWork, token: str) -> tuple[User, RoleInvite, Event]:
    """Return who answers which open invitation; the user and the invitation are locked."""
    user = present_user(work)
    invite, event = _invite_of(work, token)
    check_invited(invite.email, user.email)
    check_open(InviteStatus(invite.status), invite.expires_at, work.now())
    return user, invite, event


def _invite_of(work: UnitOfWork, token: str) -> tuple[RoleInvite, Event]:
    found = work.db.execute(
        select(RoleInvite, Event)
        .join(Event, Event.id == RoleInvite.event_id)
        .where(RoleInvite.hash == hash_secret(token), Event.deleted_at.is_(None))
        .with_for_update(of=RoleInvite)
    ).one_or_none()
    if found is None:
        raise Missing(
            "There is no such invitation: it was withdrawn, or a newer mail has another link.",
            pointer="/data/token",
        )
    return found[0], found[1]


def _hand_over(work: UnitOfWork, event: Event, user: User, owner_id: int) -> UsersEventsRoles:
    """Make the user the event's one owner; who owned it organizes it from now on.

    The event leaves its group, whose people would keep their say otherwise.
    """
    work.db.refresh(event, with_for_update=True)  # One hand-over of an event at a time.
    grants = work.db.scalars(
        select(UsersEventsRoles).where(UsersEventsRoles.event_id == event.id)
    ).all()
    organizer_id = work.db.scalars(
        select(Role.id).where(Role.name == RoleName.ORGANIZER.value)
    ).one()
    organizers = {grant.user_id for grant in grants if grant.role_id == organizer_id}
    for grant in grants:
        if grant.user_id == user.id or (grant.is_owner and grant.user_id in organizers):
            work.db.delete(grant)
        elif grant.is_owner:
            grant.role_id = organizer_id
    work.db.flush()  # Nobody owns it for a moment: the index allows one at a time.
    grant = _grant(work, event.id, user.id, owner_id)
    if event.group_id is not None:
        update_event(work, event, {"group_id": None})
    return grant


def _grant(work: UnitOfWork, event_id: int, user_id: int, role_id: int) -> UsersEventsRoles:
    """Return the person's grant of the role, a new one unless it was given meanwhile."""
    key = {"event_id": event_id, "user_id": user_id, "role_id": role_id}
    grant = work.db.scalars(select(UsersEventsRoles).filter_by(**key)).one_or_none()
    if grant is None:
        grant = UsersEventsRoles(**key)
        work.db.add(grant)
        work.db.flush()  # The invitation refers to it.
    return grant


def _check_owner(work: UnitOfWork, event_id: int) -> None:
    who = Who(work.principal.audience)
    owns = select(has_role(who, _EVENT_ID, RoleName.OWNER))
    parameters = work.principal.parameters() | {"event_id": event_id}
    if not work.db.execute(owns, parameters).scalar_one():
        raise Forbidden(
            "Only the owner of an event gives it to somebody else.",
            code="owner-only",
            pointer="/data/relationships/role",
        )


def _check_new(work: UnitOfWork, event_id: int, email: str, name: RoleName) -> None:
    """Refuse whom the event has or has invited; the unique indexes decide between racers."""
    user = user_of_email(work.db, email)
    held = exists().where(
        UsersEventsRoles.event_id == event_id,
        UsersEventsRoles.user_id == (user and user.id),
        # Who has a role may still come to own the event.
        *([UsersEventsRoles.is_owner] if name is RoleName.OWNER else []),
    )
    if user is not None and work.db.scalar(select(held)):
        raise Conflict(
            "This person has a role on the event already.",
            code="has-role",
            pointer="/data/attributes/email",
        )
    pending = (RoleInvite.event_id == event_id, RoleInvite.status == InviteStatus.PENDING.value)
    if name is RoleName.OWNER:
        work.db.execute(delete(RoleInvite).where(*pending, RoleInvite.role_name == name.value))
    same = exists().where(*pending, func.lower(RoleInvite.email) == func.lower(email))
    if work.db.scalar(select(same)):
        raise Conflict(
            "This address is invited to the event already. Send the mail again, or withdraw the "
            "invitation first.",
            code="invited-already",
            pointer="/data/attributes/email",
        )
