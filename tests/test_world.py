"""The demo world can be loaded once and put back always."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, text

from openevent import world
from openevent.db.registry import metadata
from openevent.errors import TooManyRequests
from openevent.services.rate_limits import Limit, RateLimits, Scope
from openevent.settings import Settings
from tests.conftest import ADMIN_EMAIL, Client, put_back


def test_world_is_not_loaded_into_a_database_that_holds_something(
    engine: Engine, settings: Settings
) -> None:
    with pytest.raises(world.NotEmptyError):
        world.load(engine, settings)


def test_reset_puts_back_what_was_changed(client: Client, engine: Engine) -> None:
    assert client.delete("/v1/faqs/1", as_="organizer").status_code == 200
    assert client.get("/v1/faqs/1").status_code == 404
    world.reset(engine)
    assert client.get("/v1/faqs/1").status_code == 200


def test_what_one_test_does_to_the_super_admin_does_not_reach_the_next(engine: Engine) -> None:
    """The world's own reset leaves that log-in as it is, for who runs a demo."""
    names = "email, password_hash IS NULL, first_name, details, token_generation"
    read = text(f"SELECT {names} FROM users WHERE id = 1")  # noqa: S608
    more = "first_name = 'y', details = 'z', token_generation = 3"
    for changed in ("email = 'other@example.org', password_hash = 'x'", "password_hash = NULL"):
        with engine.begin() as connection:
            connection.execute(text(f"UPDATE users SET {more}, {changed} WHERE id = 1"))  # noqa: S608
        put_back(engine)
        with engine.connect() as connection:
            assert connection.execute(read).one() == (ADMIN_EMAIL, False, "Sofia", None, 0)


@pytest.mark.parametrize("turn", range(3))
def test_what_one_test_leaves_behind_does_not_reach_the_next(
    engine: Engine, rate_limits: RateLimits, turn: int
) -> None:
    once = Limit("test of the tests", Scope.ACCOUNT, 1, 3600)
    rate_limits.spend(once, account="owner@example.org")
    with pytest.raises(TooManyRequests):
        rate_limits.spend(once, account="owner@example.org")
    with engine.begin() as connection:
        gone = connection.execute(text("DELETE FROM faqs WHERE id = 1")).rowcount
    assert gone == 1, f"turn {turn}"


def test_ids_made_later_never_collide_with_the_worlds(client: Client, engine: Engine) -> None:
    world.reset(engine)
    with engine.connect() as connection:
        highest = connection.scalar(text("SELECT max(id) FROM faqs"))
    assert highest < world.FIRST_FREE_ID


def test_keeper_puts_back_whatever_was_written_and_only_that(
    engine: Engine, request: pytest.FixtureRequest
) -> None:
    def contents() -> dict[str, list[str]]:
        with engine.connect() as connection:
            return {
                table.name: sorted(
                    connection.scalars(text(f"SELECT t::text FROM {table.name} t"))  # noqa: S608
                )
                for table in metadata.sorted_tables
                if table.name != "users"
            }

    def written_by(name: str) -> int:
        with engine.connect() as connection:
            found = connection.scalar(text(f"SELECT max(xmin::text::bigint) FROM {name}"))  # noqa: S608
        return int(found)

    keeper = world.Keeper(engine)
    request.addfinalizer(keeper.close)
    keeper.reset()
    pristine_contents, untouched = contents(), written_by("roles")
    for change in (
        "UPDATE faqs SET answer = 'changed' WHERE id = 1",
        "INSERT INTO tags (name, event_id) VALUES ('more', 1)",
        "DELETE FROM faqs",
    ):
        with engine.begin() as connection:
            connection.execute(text(change))
        assert contents() != pristine_contents
        assert keeper.reset()
        assert contents() == pristine_contents
        assert not keeper.reset(), "nothing to put back"
    assert written_by("roles") == untouched
    with engine.begin() as connection:
        made = "INSERT INTO tags (name, event_id) VALUES ('new', 1) RETURNING id"
        assert connection.scalar(text(made)) == world.FIRST_FREE_ID
