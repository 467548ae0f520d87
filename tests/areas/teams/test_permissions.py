"""The table of what roles may do with the parts of an event: true as it is installed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import func, select

from openevent.areas.identity.models import RoleName
from openevent.areas.teams.models import EventRolePermissions, Service, ServiceName
from openevent.areas.teams.operations.permissions import flags, install
from openevent.work.unit import UnitOfWork
from tests.areas.documents import document, fault
from tests.contract.access import WORDS
from tests.contract.documented import BLUEPRINT

Run = Callable[..., list[Any]]

#: The actions that each permission is about.
METHODS = {"can_create": "POST", "can_update": "PATCH", "can_delete": "DELETE", "can_read": "GET"}


def _documented(service: ServiceName, method: str) -> frozenset[str]:
    path = f"/v1/{service}s" + ("" if method == "POST" else "/{id}")
    found = [a for a in BLUEPRINT.actions if (a.method, a.path) == (method, path)]
    assert found, f"no {method} {path}"
    return frozenset(found[0].access or ())


@pytest.mark.parametrize("service", ServiceName)
def test_table_says_what_the_documented_actions_do(service: ServiceName) -> None:
    for role in RoleName:
        for permission, allowed in flags(role, service).items():
            access = _documented(service, METHODS[permission])
            if permission == "can_create" and access == {"registered"}:
                continue  # Whoever is logged in submits one: that is nothing a role gives.
            words = WORDS[role.value.replace("_", "-")] & (access | {"anyone"})
            if permission == "can_read":
                assert allowed
            else:
                assert allowed == bool(words & access), (role, service, permission)


def test_installation_fills_the_table_once_and_keeps_what_admins_changed(
    work: UnitOfWork, run: Run
) -> None:
    run("DELETE FROM event_role_permissions WHERE id <> 1")
    run("DELETE FROM services WHERE name = 'sponsor'")
    run("UPDATE event_role_permissions SET can_delete = false WHERE id = 1")
    for _ in range(2):
        install(work)
        work.db.commit()
    assert work.db.scalar(select(func.count()).select_from(Service)) == len(ServiceName)
    rows = work.db.scalars(select(EventRolePermissions)).all()
    assert len(rows) == len(ServiceName) * len(RoleName)
    assert [row.can_delete for row in rows if row.id == 1] == [False]


def test_row_stays_with_its_role_and_service(client: Any) -> None:
    for name, other in (("role", ("role", 2)), ("service", ("service", 2))):
        sent = document("event-role-permissions", 1, **{name: other})
        refused = client.patch("/v1/event-role-permissions/1", sent, as_="admin")
        assert fault(refused) == (403, "forbidden", f"/data/relationships/{name}")


def test_service_keeps_the_name_that_permissions_refer_to(client: Any, run: Run) -> None:
    before = client.get("/v1/services/1", as_="admin")
    same = client.patch("/v1/services/1", {"data": before.json["data"]}, as_="admin")
    assert (same.status_code, same.headers["ETag"]) == (200, before.headers["ETag"])
    run("DELETE FROM services WHERE name = 'sponsor'")  # nor one that is free
    sent = document("service", 1, {"name": "sponsor"})
    refused = client.patch("/v1/services/1", sent, as_="admin")
    assert fault(refused) == (409, "service-fixed", "/data/attributes/name")
    assert client.get("/v1/services/1").json == before.json
