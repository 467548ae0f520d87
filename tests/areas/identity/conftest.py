"""What tests of people arrange and look behind."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Engine, text

Run = Callable[..., list[Any]]


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
