"""What every installation needs before anybody can do anything."""

from __future__ import annotations

from typing import Final

from sqlalchemy import select

from openevent.areas.identity.models import (
    PanelPermission,
    Role,
    RoleName,
    User,
    UserPermission,
)
from openevent.areas.identity.operations.accounts import set_password
from openevent.areas.identity.queries import user_of_email
from openevent.areas.identity.rules import PANELS, password_fault
from openevent.errors import Invalid
from openevent.services.passwords import PasswordHasher
from openevent.work.unit import UnitOfWork

#: Permission, what people call it, and whether users without a verified address have it.
PERMISSIONS: Final = (
    ("publish_event", "Publish an event", False),
    ("create_event", "Create an event", True),
)


def install(work: UnitOfWork) -> None:
    """Add the built-in roles, permissions and panels that are missing."""
    present = set(work.db.scalars(select(Role.name)))
    work.db.add_all(
        Role(name=role.value, title_name=role.value.replace("_", " ").capitalize())
        for role in RoleName
        if role not in present
    )
    known = set(work.db.scalars(select(UserPermission.name)))
    work.db.add_all(
        UserPermission(name=name, description=words, unverified_user=unverified)
        for name, words, unverified in PERMISSIONS
        if name not in known
    )
    panels = set(work.db.scalars(select(PanelPermission.panel_name)))
    work.db.add_all(PanelPermission(panel_name=name) for name in PANELS if name not in panels)


def make_super_admin(work: UnitOfWork, email: str, password: str) -> bool:
    """Make the account a super admin with this password; return whether it is a new one."""
    if fault := password_fault(password):
        raise Invalid(fault)
    user = user_of_email(work.db, email)
    is_new = user is None
    if user is None:
        user = User(email=email, password_hash=work.port(PasswordHasher).hash(password))
        work.db.add(user)
    else:
        set_password(work, user, password)
    user.is_super_admin = user.is_admin = user.is_verified = True
    user.is_blocked = False
    return is_new
