"""``openevent world``: the demo world from the command line."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from click.testing import CliRunner
from sqlalchemy import Engine, text

from openevent import world
from openevent.cli import main
from openevent.db.engine import make_engine
from openevent.db.migrate import upgrade
from openevent.settings import Settings
from tests.databases import own_database

pytestmark = pytest.mark.long


@pytest.fixture
def other(settings: Settings) -> Iterator[Settings]:
    """Settings of an empty database beside the tests' own."""
    with own_database(settings.database_url) as url:
        yield settings.replace(database_url=url)


def run(settings: Settings, *arguments: str, password: str = "") -> tuple[int, str]:
    result = CliRunner().invoke(
        main,
        ["world", *arguments],
        env={
            "OPENEVENT_DATABASE_URL": settings.database_url,
            "OPENEVENT_REDIS_URL": settings.redis_url,
            "OPENEVENT_SECRET_KEY": settings.secret_key,
            "OPENEVENT_ADMIN_PASSWORD": password,
        },
    )
    return result.exit_code, result.output


def scalar(settings: Settings, statement: str) -> object:
    engine = make_engine(settings)
    try:
        with engine.connect() as connection:
            return connection.scalar(text(statement))
    finally:
        engine.dispose()


def test_load_fills_an_empty_database_and_shows_a_new_password_once(other: Settings) -> None:
    code, output = run(other, "load")
    assert code == 0
    assert "Super admin: admin@example.org, password " in output
    assert scalar(other, "SELECT count(*) FROM users") == 13


def test_given_password_is_not_printed(other: Settings) -> None:
    code, output = run(other, "load", password="a password of theirs")
    assert code == 0
    assert "password" not in output


def test_load_refuses_a_database_with_data_in_a_sentence(settings: Settings) -> None:
    code, output = run(settings, "load")
    assert code == 1
    assert "The database is not empty" in output
    assert "Traceback" not in output


def test_reset_puts_the_world_back(settings: Settings, engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM faqs"))
    assert run(settings, "reset")[0] == 0
    assert scalar(settings, "SELECT count(*) FROM faqs WHERE id = 1") == 1


def test_reset_spares_a_database_that_holds_something_else(other: Settings) -> None:
    upgrade(other.database_url)
    code, output = run(other, "reset")
    assert code == 1
    assert "does not hold the demo world" in output
    assert run(other, "reset", "--force")[0] == 0
    assert scalar(other, "SELECT count(*) FROM users") == 13


def test_reset_keeps_the_log_in_of_the_super_admin(other: Settings) -> None:
    run(other, "load", password="a password of theirs")
    statement = "SELECT password_hash FROM users WHERE id = 1"
    before = scalar(other, statement)
    assert run(other, "reset")[0] == 0
    assert scalar(other, statement) == before


def test_empty_and_loaded_are_told_apart(other: Settings) -> None:
    upgrade(other.database_url)
    engine = make_engine(other)
    try:
        assert (world.is_empty(engine), world.is_loaded(engine)) == (True, False)
        world.load(engine, other)
        assert (world.is_empty(engine), world.is_loaded(engine)) == (False, True)
    finally:
        engine.dispose()
