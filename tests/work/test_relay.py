"""From the outbox to the broker, whatever happens to the broker."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
import redis
from dramatiq.brokers.redis import RedisBroker

from openevent.work.background import Background
from openevent.work.relay import Relay
from tests.work.conftest import Workshop, wait_until
from tests.work.sample import NoteCopied, NoteWritten


@pytest.fixture
def background(workshop: Workshop) -> Iterator[Background]:
    """What a web process has."""
    background = workshop.background()
    yield background
    assert background.outbox.relay.drain()
    client(background).close()


def client(background: Background) -> redis.Redis:
    """Return the broker's own connection."""
    assert isinstance(background.broker, RedisBroker)
    return background.broker.client


def queued(background: Background, queue: str = "copies") -> int:
    """Return how many messages wait in a queue."""
    return int(client(background).llen(f"dramatiq:{queue}"))


def test_a_committed_delivery_is_sent_and_marked(
    workshop: Workshop, background: Background
) -> None:
    workshop.commit(background, NoteCopied(1))
    assert background.outbox.relay.drain()
    assert queued(background) == 1
    assert workshop.query("SELECT sends, send_at > now() + interval '10 min' FROM outbox") == [
        (1, True)
    ]


def test_without_redis_a_commit_succeeds_at_once_and_the_row_stays(
    workshop: Workshop, background: Background
) -> None:
    workshop.valkey.stop()
    started = time.monotonic()
    workshop.commit(background, NoteCopied(1))
    assert time.monotonic() - started < 5
    assert background.outbox.relay.drain()
    with pytest.raises(redis.RedisError):
        background.outbox.relay.sweep(at_once=True)
    assert workshop.query("SELECT sends FROM outbox") == [(0,)]
    workshop.valkey.start()
    assert background.outbox.relay.sweep(at_once=True) == 1
    assert queued(background) == 1


def test_a_redis_that_hangs_does_not_slow_a_commit(
    workshop: Workshop, background: Background
) -> None:
    workshop.commit(background, NoteCopied(1))
    assert background.outbox.relay.drain()
    pid = workshop.valkey.pid
    assert pid is not None
    os.kill(pid, signal.SIGSTOP)
    try:
        started = time.monotonic()
        for _ in range(20):
            workshop.commit(background, NoteCopied(1))
        assert time.monotonic() - started < 9  # waiting would take half a second each time
        assert background.outbox.relay.drain(timeout_s=60)
    finally:
        os.kill(pid, signal.SIGCONT)
    assert workshop.query("SELECT count(*) FROM outbox WHERE sends = 0") == [(20,)]


def test_what_redis_forgot_is_sent_again(workshop: Workshop, background: Background) -> None:
    workshop.commit(background, NoteCopied(1), NoteCopied(2))
    assert background.outbox.relay.drain()
    assert background.outbox.relay.sweep() == 0
    client(background).flushall()
    assert background.outbox.relay.sweep() == 2
    assert queued(background) == 2
    assert background.outbox.relay.sweep() == 0


def test_a_fresh_row_is_left_to_the_process_that_wrote_it(
    workshop: Workshop, background: Background
) -> None:
    background.outbox.relay.enabled = False
    workshop.commit(background, NoteCopied(1))
    assert background.outbox.relay.sweep() == 0
    workshop.query("UPDATE outbox SET send_at = now()")
    assert background.outbox.relay.sweep() == 1


def test_a_delivery_that_is_lost_without_a_trace_is_sent_again_in_time(
    workshop: Workshop, background: Background
) -> None:
    relay = Relay(background.broker, workshop.open_db, resend_s=0)
    workshop.query("INSERT INTO outbox (actor, event, args) VALUES ('sample.file', '', '{}')")
    for sends in (1, 2):
        assert relay.sweep() == 1
        assert workshop.query("SELECT sends FROM outbox") == [(sends,)]


def test_two_sweeps_at_once_send_no_row_twice(workshop: Workshop, background: Background) -> None:
    workshop.query(
        "INSERT INTO outbox (actor, event, args)"
        " SELECT 'sample.file', 'NoteCopied', jsonb_build_object('note_id', n)"
        " FROM generate_series(1, 1200) AS n"
    )
    with ThreadPoolExecutor(4) as pool:
        sent = sum(pool.map(lambda _: background.outbox.relay.sweep(), range(4)))
    assert sent == 1200
    assert queued(background) == 1200


def test_a_row_for_an_unknown_actor_stays_and_blocks_nobody(
    workshop: Workshop, background: Background
) -> None:
    workshop.query("INSERT INTO outbox (actor, event, args) VALUES ('next.release', '', '{}')")
    workshop.commit(background, NoteWritten(1))
    background.outbox.relay.sweep(at_once=True)
    wait_until(lambda: queued(background) + queued(background, "default") >= 2)
    assert workshop.query("SELECT count(*) FROM outbox WHERE actor = 'next.release'") == [(1,)]
