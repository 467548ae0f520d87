"""Roles: the kinds there are, and who has which on an event."""

from __future__ import annotations

from typing import Any, NoReturn

from sqlalchemy import exists, select

from openevent.areas.identity.domain_events import RoleGranted, RoleRemoved
from openevent.areas.identity.models import Role, RoleName, UsersEventsRoles
from openevent.areas.identity.rules import BUILT_IN_ROLES
from openevent.errors import Conflict, Forbidden
from openevent.work.unit import UnitOfWork


def add_role(work: UnitOfWork, values: dict[str, Any]) -> Role:
    """Add a kind of role."""
    _check_name(work, values["name"])
    role = Role(**values)
    work.db.add(role)
    return role


def revise_role(work: UnitOfWork, role: Role, changes: dict[str, Any]) -> None:
    """Change a kind of role; the ones that rules are written for keep their names."""
    if "name" in changes:
        if role.name in BUILT_IN_ROLES:
            _refuse_built_in(role)
        _check_name(work, changes["name"])
    for name, value in changes.items():
        setattr(role, name, value)


def delete_role(work: UnitOfWork, role: Role) -> None:
    """Delete a kind of role that is not built in and that nobody has."""
    if role.name in BUILT_IN_ROLES:
        _refuse_built_in(role)
    if work.db.scalar(select(exists().where(UsersEventsRoles.role_id == role.id))):
        raise Conflict("There are people with this role.", code="role-in-use")
    work.db.delete(role)


def grant_role(work: UnitOfWork, values: dict[str, Any]) -> UsersEventsRoles:
    """Give somebody a role on an event. Its owner is who made it, never who is granted it."""
    _check_not_owner(_role_name(work, values["role_id"]))
    _check_new(work, values["event_id"], values["user_id"], values["role_id"])
    grant = UsersEventsRoles(**values)
    work.db.add(grant)
    work.db.flush()  # The domain event needs the id.
    work.record(RoleGranted(grant.id))
    return grant


def revise_grant(work: UnitOfWork, grant: UsersEventsRoles, changes: dict[str, Any]) -> None:
    """Give somebody another role on the event. Person and event stay, and so does the owner."""
    for name in ("event", "user"):
        if f"{name}_id" in changes:
            raise Forbidden(
                "A role stays with its person and its event. Delete it and grant another.",
                pointer=f"/data/relationships/{name}",
            )
    if "role_id" in changes:
        _check_not_owner(_role_name(work, grant.role_id))
        _check_not_owner(_role_name(work, changes["role_id"]))
        _check_new(work, grant.event_id, grant.user_id, changes["role_id"])
        grant.role_id = changes["role_id"]
        work.record(RoleGranted(grant.id))


def revoke_role(work: UnitOfWork, grant: UsersEventsRoles) -> None:
    """Take a role on an event from somebody; never the owner's.

    The invitation that led to it goes with it, by its foreign key.
    """
    _check_not_owner(_role_name(work, grant.role_id))
    work.db.delete(grant)
    work.record(RoleRemoved(event_id=grant.event_id, user_id=grant.user_id, role_id=grant.role_id))


def _role_name(work: UnitOfWork, role_id: int) -> str:
    return work.db.scalars(select(Role.name).where(Role.id == role_id)).one()


def _check_not_owner(name: str) -> None:
    if name == RoleName.OWNER:
        raise Forbidden(
            "An event has exactly one owner, who can neither be added nor removed nor changed "
            "like this.",
            code="owner-stays",
            pointer="/data/relationships/role",
        )


def _check_new(work: UnitOfWork, event_id: int, user_id: int, role_id: int) -> None:
    if work.db.scalar(
        select(
            exists().where(
                UsersEventsRoles.event_id == event_id,
                UsersEventsRoles.user_id == user_id,
                UsersEventsRoles.role_id == role_id,
            )
        )
    ):
        raise Conflict("This person has this role on this event already.", code="role-held")


def _check_name(work: UnitOfWork, name: str) -> None:
    if work.db.scalar(select(exists().where(Role.name == name))):
        raise Conflict("There is a role of this name.", pointer="/data/attributes/name")


def _refuse_built_in(role: Role) -> NoReturn:
    raise Forbidden(
        f"The role {role.name!r} is built in; only its title can be changed.", code="built-in-role"
    )
