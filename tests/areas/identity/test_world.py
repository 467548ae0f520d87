"""The demo people: what the documentation promises of them."""

from __future__ import annotations

from openevent.areas.identity import world
from openevent.areas.identity.models import RoleName, User, UsersEventsRoles
from openevent.services.passwords import PasswordHasher


def test_demo_password_is_the_one_that_is_printed() -> None:
    hasher = PasswordHasher()
    assert hasher.verify(world.DEMO_PASSWORD_HASH, world.DEMO_PASSWORD)
    assert not hasher.is_outdated(world.DEMO_PASSWORD_HASH)


def test_principals_are_people_of_the_world() -> None:
    people = {row.id: row for row in world.rows() if isinstance(row, User)}
    assert len(people) == 13
    for name, id_ in world.PRINCIPALS.items():
        if name not in ("admin", "super-admin"):
            assert people[id_].email == f"{name}@example.org"
    assert people[world.SUPER_ADMIN_ID].password_hash is None


def test_event_one_has_everybody_of_the_ladder() -> None:
    grants = [row for row in world.rows() if isinstance(row, UsersEventsRoles)]
    assert [row.id for row in grants] == list(range(1, 11))
    team = {row.role_id: row.user_id for row in grants if row.event_id == 1}
    assert team == {
        position: world.PRINCIPALS[role.value.replace("_", "-")]
        for position, role in enumerate(RoleName, start=1)
    }
