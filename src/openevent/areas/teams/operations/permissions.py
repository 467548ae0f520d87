"""The table of what roles may do with the parts of an event."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from openevent.areas.identity.models import Role, RoleName
from openevent.areas.teams.models import EventRolePermissions, Service, ServiceName
from openevent.areas.teams.rules import may_write
from openevent.errors import Conflict, Forbidden
from openevent.work.unit import UnitOfWork


def install(work: UnitOfWork) -> None:
    """Add the services, and the permissions of the built-in roles, that are missing."""
    present = set(work.db.scalars(select(Service.name)))
    work.db.add_all(Service(name=name.value) for name in ServiceName if name not in present)
    work.db.flush()  # The permissions refer to them.
    services = {ServiceName(s.name): s.id for s in work.db.scalars(select(Service))}
    roles = work.db.scalars(select(Role).where(Role.name.in_([role.value for role in RoleName])))
    pairs = select(EventRolePermissions.role_id, EventRolePermissions.service_id)
    known = {tuple(pair) for pair in work.db.execute(pairs)}
    work.db.add_all(
        EventRolePermissions(role_id=role.id, service_id=id_, **flags(RoleName(role.name), service))
        for role in roles
        for service, id_ in services.items()
        if (role.id, id_) not in known
    )


def update_service(_: UnitOfWork, row: Service, changes: dict[str, Any]) -> None:
    """Refuse another name. It is the code's word for a part of an event.

    With another one, the rows that refer to it would speak of something else than they were
    set for, and :func:`install` would add the missing one anew.
    """
    raise Conflict(
        f"A service stays what it is: the permissions of roles refer to {row.name!r},"
        f" not to {changes['name']!r}.",
        code="service-fixed",
        pointer="/data/attributes/name",
    )


def update_permissions(_: UnitOfWork, row: EventRolePermissions, changes: dict[str, Any]) -> None:
    """Change what the table says of a role and a service, which stay."""
    for name in ("role", "service"):
        if f"{name}_id" in changes:
            raise Forbidden(
                "Role and service of a row stay.", pointer=f"/data/relationships/{name}"
            )
    for name, value in changes.items():
        setattr(row, name, value)


def flags(role: RoleName, service: ServiceName) -> dict[str, bool]:
    """Return the four permissions that a role has at first; every role reads."""
    may = may_write(role, service)
    return {"can_create": may, "can_read": True, "can_update": may, "can_delete": may}
