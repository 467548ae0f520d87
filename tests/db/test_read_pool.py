"""The pool that every GET reads through: kept connections, prepared statements, no writes lost."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
from sqlalchemy import Engine, text

from openevent.db import prepared
from openevent.db.engine import ReadPool
from openevent.settings import Settings

PID = "SELECT pg_backend_pid()"


@pytest.fixture
def pool(settings: Settings) -> Iterator[ReadPool]:
    pool = ReadPool(settings.replace(statement_timeout_ms=300))
    yield pool
    pool.dispose()


def backend(pool: ReadPool) -> int:
    pid: int = pool.run(PID, {})[0][0]
    return pid


def test_one_after_the_other_reads_share_a_connection(pool: ReadPool) -> None:
    assert backend(pool) == backend(pool)


def test_reads_at_the_same_time_have_connections_of_their_own(pool: ReadPool) -> None:
    with ThreadPoolExecutor(3) as threads:
        sleepers = [
            threads.submit(pool.run, "SELECT pg_backend_pid() FROM pg_sleep(0.1)", {})
            for _ in range(3)
        ]
        assert len({sleeper.result()[0][0] for sleeper in sleepers}) == 3


def test_a_connection_that_broke_while_idle_is_replaced(pool: ReadPool, engine: Engine) -> None:
    pid = backend(pool)
    with engine.begin() as connection:
        connection.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": pid})

    assert backend(pool) != pid


def test_a_refused_statement_leaves_the_connection_usable(pool: ReadPool) -> None:
    pid = backend(pool)
    with pytest.raises(psycopg.errors.DivisionByZero):
        pool.run("SELECT 1 / %(zero)s", {"zero": 0})

    assert backend(pool) == pid


def test_a_statement_that_takes_too_long_is_not_tried_again(pool: ReadPool) -> None:
    pid = backend(pool)
    with pytest.raises(psycopg.errors.QueryCanceled):
        pool.run("SELECT pg_sleep(5)", {})

    assert backend(pool) == pid


def test_a_statement_is_prepared_once_whatever_the_size_of_its_numbers(pool: ReadPool) -> None:
    for number in (1, 40_000, 2**40):
        assert pool.run("SELECT %(n)s::bigint AS prepared", {"n": number}) == [(number,)]

    count = "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%%AS prepared'"
    assert pool.run(count, {}) == [(1,)]


def test_a_large_result_is_whole_and_the_connection_stays(pool: ReadPool) -> None:
    pid = backend(pool)
    rows = pool.run("SELECT generate_series(1, %(n)s)", {"n": 2000})

    assert len(rows) == 2000
    assert backend(pool) == pid


def test_only_so_many_statements_stay_prepared(
    pool: ReadPool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(prepared, "STATEMENTS_PREPARED", 3)
    for number in (1, 2, 3, 4, 5, 1):
        assert pool.run(f"SELECT {number}", {}) == [(number,)]

    (kept,) = pool.run("SELECT array_agg(statement) FROM pg_prepared_statements", {})[0]
    assert sorted(kept)[:2] == ["SELECT 1", "SELECT 5"]
    assert len(kept) == 3


def test_what_writes_is_never_run_again(pool: ReadPool, engine: Engine) -> None:
    """Its connection may have broken after the commit."""
    pid = pool.run_once(PID, {})[0][0]
    with engine.begin() as connection:
        connection.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": pid})

    with pytest.raises(psycopg.OperationalError):
        pool.run_once(PID, {})
    assert pool.run_once(PID, {})[0][0] != pid
