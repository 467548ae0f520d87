"""What tests of people arrange and look behind."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from redis import Redis
from sqlalchemy import Engine, text

from openevent.services.rate_limits import RateLimits, RedisStore
from openevent.settings import Settings

Run = Callable[..., list[Any]]


@pytest.fixture
def forget_attempts(settings: Settings) -> Iterator[Callable[[], None]]:
    """Make the rate limits forget every attempt."""
    with Redis.from_url(settings.redis_url) as redis:
        yield RateLimits(RedisStore(redis)).clear


@pytest.fixture(autouse=True)
def no_attempts_counted(request: pytest.FixtureRequest) -> None:
    """Start each test that uses servers with nothing counted by the rate limits."""
    if "settings" in request.fixturenames:
        request.getfixturevalue("forget_attempts")()


@pytest.fixture
def run(engine: Engine) -> Run:
    """Run one SQL statement and return its rows, if it has any."""

    def run_sql(sql: str, **parameters: Any) -> list[Any]:
        with engine.begin() as connection:
            result = connection.execute(text(sql), parameters)
            return list(result) if result.returns_rows else []

    return run_sql


@pytest.fixture
def recorded(run: Run) -> Callable[[], set[str]]:
    """Return the names of the domain events that wait for their subscribers."""
    return lambda: {row.event for row in run("SELECT event FROM outbox")}
