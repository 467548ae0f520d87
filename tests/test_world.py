"""The demo world can be loaded once and put back always."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, text

from openevent import world
from openevent.settings import Settings
from tests.conftest import Client


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


def test_ids_made_later_never_collide_with_the_worlds(client: Client, engine: Engine) -> None:
    world.reset(engine)
    with engine.connect() as connection:
        highest = connection.scalar(text("SELECT max(id) FROM faqs"))
    assert highest < world.FIRST_FREE_ID
