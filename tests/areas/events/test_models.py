"""What the tables of the events area refuse, whoever writes to them."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError


@pytest.mark.parametrize(
    ("assignment", "constraint"),
    [
        ("ends_at = starts_at", "ck_events_ends_after_starts"),
        ("ends_at = starts_at + interval '481 hours'", "ck_events_at_most_20_days"),
        ("latitude = 90.01", "ck_events_latitude"),
        ("longitude = -180.01", "ck_events_longitude"),
        ("state = 'cancelled'", "ck_events_state"),
        ("privacy = 'secret'", "ck_events_privacy"),
        ("identifier = '12345678'", "ck_events_identifier"),
        ("identifier = 'A5B1C2D3'", "ck_events_identifier"),
        ("identifier = 'b6c2d3e4'", "uq_events_identifier"),
        ("identifier = 'd8e4f5a6'", "uq_events_identifier"),
        ("event_type_id = 999", "fk_events_event_type_id"),
    ],
)
def test_events_table_refuses(engine: Any, assignment: str, constraint: str) -> None:
    with engine.connect() as connection, pytest.raises(IntegrityError, match=constraint):
        connection.execute(text(f"UPDATE events SET {assignment} WHERE id = 1"))  # noqa: S608


@pytest.mark.parametrize("assignment", ["ends_at = starts_at + interval '480 hours'"])
def test_events_table_accepts(engine: Any, assignment: str) -> None:
    with engine.connect() as connection:
        connection.execute(text(f"UPDATE events SET {assignment} WHERE id = 1"))  # noqa: S608


@pytest.mark.parametrize(
    "table", ["event_types", "event_topics", "event_sub_topics", "event_locations"]
)
def test_slugs_are_unique_among_live_rows(engine: Any, table: str) -> None:
    same = f"UPDATE {table} SET slug = (SELECT slug FROM {table} WHERE id = 1)"  # noqa: S608
    with engine.connect() as connection:
        connection.execute(text(f"{same}, deleted_at = now() WHERE id = 2"))
    with engine.connect() as connection, pytest.raises(IntegrityError, match=f"uq_{table}_slug"):
        connection.execute(text(f"{same} WHERE id = 2"))
