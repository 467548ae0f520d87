"""Statements as text: a subquery never loses the row that it speaks of."""

from __future__ import annotations

import pytest
from sqlalchemy import column, exists, select, table
from sqlalchemy.exc import CompileError

from openevent.db.compiled import sql_text

EVENTS, ROLES, VERSIONS = (
    table(name, column("id"), column("event_id")) for name in ("events", "roles", "versions")
)


def test_a_subquery_in_a_subquery_is_refused_where_it_would_speak_of_any_row() -> None:
    is_held = exists().where(ROLES.c.event_id == EVENTS.c.id)
    nearest = select(EVENTS.c.id).where(is_held)
    assert sql_text(nearest).count("events.id") == 2
    counted = select(VERSIONS.c.id).where(VERSIONS.c.event_id == EVENTS.c.id, is_held)
    deeper = select(counted.correlate(EVENTS).scalar_subquery()).select_from(EVENTS)
    with pytest.raises(CompileError, match="not correlated to events"):
        sql_text(deeper)


def test_who_means_any_row_says_so() -> None:
    newest = select(EVENTS.c.id).correlate(None).scalar_subquery()
    assert "FROM events)" in sql_text(select(EVENTS.c.id).where(EVENTS.c.id == newest))
