"""Roles in a group: invited to, mailed, accepted, and taken away."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import exists, func, or_, select

from openevent.areas.identity.models import Role, RoleName, User
from openevent.areas.identity.operations.logins import present_user
from openevent.areas.identity.queries import user_of_email
from openevent.areas.teams.domain_events import GroupRoleInvited
from openevent.areas.teams.models import Group, InviteStatus, UsersGroupsRole
from openevent.areas.teams.operations.invites import spend_mail
from openevent.areas.teams.rules import INVITE_LIFETIME, check_invited, check_open, check_role
from openevent.errors import Conflict, Forbidden, Missing
from openevent.services.tokens import hash_secret, new_secret
from openevent.work.unit import UnitOfWork

_STATUS: Final = {True: InviteStatus.ACCEPTED, False: InviteStatus.PENDING}


@dataclass(frozen=True, slots=True)
class Joined:
    """What came of an invitation: who has which role in which group."""

    user: User
    group_id: int
    role: str


def invite(work: UnitOfWork, values: dict[str, Any]) -> UsersGroupsRole:
    """Invite an address to a role in a group; a mail with a token follows."""
    role = work.db.get_one(Role, values["role_id"])
    if check_role(role.name, None) is RoleName.OWNER:
        raise Forbidden(
            "A group has one owner: who made it.",
            code="owner-stays",
            pointer="/data/relationships/role",
        )
    if values.get("user_id") is not None:
        raise Forbidden(
            "Who has the role is whoever accepts the invitation.",
            pointer="/data/relationships/user",
        )
    email, group_id = values["email"], values["group_id"]
    same = func.lower(UsersGroupsRole.email) == func.lower(email)
    if (user := user_of_email(work.db, email)) is not None:
        same = or_(same, UsersGroupsRole.user_id == user.id)
    if work.db.scalar(select(exists().where(UsersGroupsRole.group_id == group_id, same))):
        raise Conflict(
            "This person has a role in the group, or is invited to one, already.",
            code="invited-already",
            pointer="/data/attributes/email",
        )
    spend_mail(work, email)
    row = UsersGroupsRole(email=email, group_id=group_id, role_id=role.id)
    work.db.add(row)
    work.db.flush()  # The domain event needs the id.
    work.record(GroupRoleInvited(row.id, mail=1))
    return row


def remove(work: UnitOfWork, row: UsersGroupsRole) -> None:
    """Take a role in a group away, or withdraw the invitation to it; never the owner's."""
    if work.db.get_one(Role, row.role_id).name == RoleName.OWNER:
        raise Forbidden("A group keeps its owner.", code="owner-stays")
    work.db.delete(row)


def resend(work: UnitOfWork, row: UsersGroupsRole) -> None:
    """Have the mail sent again, with a new token; the old one is dead at once."""
    if row.accepted:
        raise Conflict("This invitation was accepted already.", code="invite-accepted")
    spend_mail(work, row.email)
    row.hash = row.expires_at = None
    row.mails += 1
    work.record(GroupRoleInvited(row.id, mail=row.mails))


def issue_token(work: UnitOfWork, users_groups_role_id: int) -> str | None:
    """Return a new token for an invitation, to be mailed; none if it is no longer wanted.

    Only the mail ever holds the token itself; the token of the mail before is dead.
    """
    row = work.db.get(UsersGroupsRole, users_groups_role_id, with_for_update=True)
    if row is None or row.accepted:
        return None
    plain, row.hash = new_secret()
    row.expires_at = work.now() + INVITE_LIFETIME
    return plain


def accept(work: UnitOfWork, token: str) -> Joined:
    """Give the role to whoever was invited, whose address is verified by that."""
    user = present_user(work)
    found = work.db.execute(
        select(UsersGroupsRole, Role.name)
        .join(Group, Group.id == UsersGroupsRole.group_id)
        .join(Role, Role.id == UsersGroupsRole.role_id)
        .where(UsersGroupsRole.hash == hash_secret(token), Group.deleted_at.is_(None))
        .with_for_update(of=UsersGroupsRole)
    ).one_or_none()
    if found is None:
        raise Missing(
            "There is no such invitation: it was withdrawn, or a newer mail has another link.",
            pointer="/data/token",
        )
    row, role = found
    check_invited(row.email, user.email)
    check_open(_STATUS[row.accepted], row.expires_at, work.now())
    row.accepted, row.user_id = True, user.id
    user.is_verified = True
    return Joined(user, row.group_id, role)
