"""Scans are only added, and what attendees say about the door follows from them."""

from __future__ import annotations

import psycopg
import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError, IntegrityError

DERIVED = """
    SELECT count(*) FROM attendees LEFT JOIN (
        SELECT ticket_holder_id AS id, mod(max(turn) FILTER (WHERE lane = 'door'), 2) = 1 AS is_in,
            string_agg(scan_time(happened_at), ',' ORDER BY turn)
                FILTER (WHERE lane = 'door' AND direction = 'in') AS ins
        FROM scans WHERE turn IS NOT NULL GROUP BY ticket_holder_id
    ) AS door USING (id)
    WHERE is_checked_in <> coalesce(is_in, false) OR checkin_times IS DISTINCT FROM ins
"""

ADDED = """
    INSERT INTO scans (client_id, event_id, ticket_holder_id, direction, verdict, lane, turn,
        scanned_at, happened_at)
    VALUES (gen_random_uuid()::text, 1, {holder}, '{direction}', '{verdict}', 'door', {turn},
        now(), now())
"""


def added(
    turn: object = "NULL", direction: str = "in", verdict: str = "accepted", holder: object = 2
) -> str:
    return ADDED.format(turn=turn, direction=direction, verdict=verdict, holder=holder)


def test_the_worlds_attendees_say_what_its_scans_say(engine: Engine) -> None:
    with engine.connect() as db:
        assert db.scalar(text(DERIVED)) == 0


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE scans SET verdict = 'duplicate', turn = NULL WHERE id = 2",
        "UPDATE scans SET happened_at = now() WHERE id = 3",
        "DELETE FROM scans WHERE id = 3",
        "UPDATE attendees SET is_checked_in = false WHERE id = 2",
        "UPDATE attendees SET checkin_times = NULL WHERE id = 2",
    ],
)
def test_history_is_not_rewritten(engine: Engine, change: str) -> None:
    with pytest.raises(DBAPIError) as refusal, engine.begin() as db:
        db.execute(text(change))
    assert isinstance(refusal.value.orig, psycopg.errors.IntegrityError)


@pytest.mark.parametrize(
    ("statement", "constraint"),
    [
        (added(1), "uq_scans_ticket_holder_id_lane_turn"),  # a second first entry
        (added(3), "fk_scans_turn_before"),  # in again without having gone out
        (added(2, "in"), "ck_scans_turns"),  # in while in
        (added(1, "out", holder=1), "ck_scans_turns"),  # out before in
        (added("NULL"), "ck_scans_turn"),  # accepted without a turn
        (added(2, "out", "duplicate"), "ck_scans_turn"),  # a turn without being accepted
        (added(1, holder="NULL"), "ck_scans_turn"),  # an entry of nobody
    ],
)
def test_the_database_takes_one_entry_for_each_that_is_allowed(
    engine: Engine, statement: str, constraint: str
) -> None:
    with pytest.raises(IntegrityError) as refusal, engine.begin() as db:
        db.execute(text(statement))
    assert refusal.value.orig.diag.constraint_name == constraint  # type: ignore[union-attr]
