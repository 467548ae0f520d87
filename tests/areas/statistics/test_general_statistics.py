"""Figures of an event's programme."""

from __future__ import annotations

from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from openevent.areas.programme.rules import SessionState
from tests.areas.statistics.conftest import Figures


def test_sessions_are_counted_by_state_and_all_are_submitted(db: Session, figures: Figures) -> None:
    found = figures("event-statistics-general", 1)
    rows = db.execute(
        text(
            "SELECT state, count(*) FROM sessions WHERE event_id = 1 AND deleted_at IS NULL"
            " GROUP BY state"
        )
    )
    by_state: dict[str, Any] = {row.state: row.count for row in rows}
    for state in SessionState:
        assert found[f"sessions-{state.value}"] == by_state.get(state.value, 0)
    assert found["sessions"] == found["sessions-submitted"] == sum(by_state.values())


def test_speaker_counts_in_each_state_of_their_sessions_and_once_in_total(
    db: Session, figures: Figures
) -> None:
    before = figures("event-statistics-general", 1)
    db.execute(text("DELETE FROM speakers_sessions"))
    db.execute(text("UPDATE sessions SET state = 'pending' WHERE id = 1"))
    db.execute(text("UPDATE sessions SET state = 'rejected' WHERE id = 2"))
    db.execute(
        text(
            "INSERT INTO speakers_sessions (speaker_id, session_id, event_id)"
            " VALUES (1, 1, 1), (1, 2, 1)"
        )
    )
    after = figures("event-statistics-general", 1)
    assert (after["speakers"]["pending"], after["speakers"]["rejected"]) == (1, 1)
    assert after["speakers"]["total"] == before["speakers"]["total"]
    assert after["speaker-without-session"] == before["speakers"]["total"] - 1


def test_deleted_sponsors_are_not_counted(db: Session, figures: Figures) -> None:
    before = figures("event-statistics-general", 1)["sponsors"]
    db.execute(text("UPDATE sponsors SET deleted_at = now() WHERE id = 1"))
    assert figures("event-statistics-general", 1)["sponsors"] == before - 1
