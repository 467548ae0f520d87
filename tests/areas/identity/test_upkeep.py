"""What an installation begins with, and what it forgets in time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import Engine

from openevent.areas.identity.actors import forget_ended
from openevent.cli.admin import admin
from openevent.db.engine import session_factory
from openevent.settings import Settings
from openevent.work.unit import UnitOfWork

Run = Callable[..., list[Any]]


@pytest.fixture
def make_admin(settings: Settings) -> Callable[..., Result]:
    """Run ``openevent admin`` on the test servers."""

    def invoke(**environment: str) -> Result:
        given = {
            "OPENEVENT_DATABASE_URL": settings.database_url,
            "OPENEVENT_REDIS_URL": settings.redis_url,
            "OPENEVENT_SECRET_KEY": settings.secret_key,
        }
        return CliRunner().invoke(admin, env=given | environment)

    return invoke


def test_ended_logins_and_tokens_are_forgotten_after_a_week(engine: Engine, run: Run) -> None:
    days = "CASE id WHEN 1 THEN interval '8 days' ELSE interval '6 days' END"
    run(f"UPDATE login_sessions SET expires_at = now() - {days} WHERE id < 3")  # noqa: S608
    run(f"UPDATE single_use_tokens SET expires_at = now() - {days} WHERE id < 3")  # noqa: S608
    work = UnitOfWork(open_db=session_factory(engine))
    for _ in range(2):
        forget_ended(work)
    work.db.commit()
    work.close()
    assert [row.id for row in run("SELECT id FROM login_sessions WHERE id < 3")] == [2]
    assert [row.id for row in run("SELECT id FROM single_use_tokens WHERE id < 3")] == [2]


def test_empty_installation_gets_what_it_needs(
    make_admin: Callable[..., Result], run: Run, client: Any
) -> None:
    run("TRUNCATE users, roles, user_permissions CASCADE")
    made = make_admin(OPENEVENT_ADMIN_EMAIL="root@example.org")
    assert made.exit_code == 0, made.output
    password = made.output.rpartition("Password: ")[2].strip()
    body = {"email": "root@example.org", "password": password}
    token = client.rpc("/auth/session", body).json["access_token"]
    shown = client.get("/v1/users", headers={"Authorization": f"JWT {token}"}).json["data"]
    assert [user["attributes"]["is-super-admin"] for user in shown] == [True]
    assert client.get("/v1/roles").json["meta"]["count"] == 6
    assert client.get("/v1/user-permissions").json["meta"]["count"] == 2


def test_repeating_it_changes_the_password_and_nothing_else(
    make_admin: Callable[..., Result], run: Run, client: Any
) -> None:
    made = make_admin(
        OPENEVENT_ADMIN_EMAIL="Registered@example.org", OPENEVENT_ADMIN_PASSWORD="a good password"
    )
    assert made.output == "Super admin Registered@example.org changed.\n"
    body = {"email": "registered@example.org", "password": "a good password"}
    assert client.rpc("/auth/session", body).status_code == 200
    assert run("SELECT count(*) FROM roles")[0][0] == 8


def test_short_password_is_refused_in_one_sentence(make_admin: Callable[..., Result]) -> None:
    refused = make_admin(OPENEVENT_ADMIN_PASSWORD="short")
    assert refused.exit_code == 1
    assert "at least 8 characters" in refused.output
    assert "Traceback" not in refused.output
