"""Connections to the broker, the bound of redelivery, and who is alive."""

from __future__ import annotations

import os
import signal
import time
from types import SimpleNamespace
from typing import Any

import pytest
import redis
from click.testing import CliRunner
from dramatiq import Message
from dramatiq.brokers.rabbitmq import RabbitmqBroker
from dramatiq.brokers.redis import RedisBroker
from dramatiq.errors import BrokerConnectionError

from openevent.cli import main
from openevent.work.background import Background
from openevent.work.broker import Caretaker, Redelivery, redis_client
from openevent.work.heartbeat import BELIEVED_S, Heartbeat, alive, beat, leave
from tests.work.conftest import Workshop, wait_until
from tests.work.sample import NoteCopied


def test_a_killed_workers_messages_are_back_within_90_seconds() -> None:
    bound_s = Redelivery().bound_s
    print(f"redelivery bound in production: {bound_s:.0f} s")
    assert bound_s <= 90


def test_the_caretaker_returns_the_messages_of_the_dead_at_once(workshop: Workshop) -> None:
    broker = workshop.background().broker
    assert isinstance(broker, RedisBroker)
    for queue in ("default", "default.DQ"):
        broker.client.hset(f"dramatiq:{queue}.msgs", "m", b"{}")
        broker.client.sadd(f"dramatiq:__acks__.the-dead.{queue}", "m")
    broker.client.zadd("dramatiq:__heartbeats__", {"the-dead": (time.time() - 51) * 1000})
    Caretaker(broker).maintain()
    assert broker.client.llen("dramatiq:default") == 1
    assert broker.client.llen("dramatiq:default.DQ") == 1
    broker.client.close()


def test_the_caretaker_leaves_the_living_alone(workshop: Workshop) -> None:
    broker = workshop.background().broker
    assert isinstance(broker, RedisBroker)
    broker.enqueue(Message("default", "sample.count", (), {}, {}))
    consumer = broker.consume("default", prefetch=1, timeout=10)
    assert next(consumer) is not None
    Caretaker(broker).maintain()
    assert broker.client.llen("dramatiq:default") == 0
    broker.client.close()


def test_a_worker_that_stops_puts_back_what_it_fetched_and_did_not_begin(
    workshop: Workshop,
) -> None:
    broker = workshop.background().broker
    assert isinstance(broker, RedisBroker)
    for _ in range(3):
        broker.enqueue(Message("default", "sample.count", (), {}, {}))
    consumer = broker.consume("default", prefetch=3, timeout=10)
    assert next(consumer) is not None  # the others are fetched with it
    assert broker.client.llen("dramatiq:default") == 0
    consumer.close()
    assert broker.client.llen("dramatiq:default") == 2
    assert [broker.client.scard(k) for k in broker.client.keys("dramatiq:__acks__*")] == [1]
    broker.client.close()


def test_a_redis_that_hangs_is_not_waited_for(workshop: Workshop) -> None:
    client = redis_client(workshop.settings.redis_url)
    client.ping()
    pid = workshop.valkey.pid
    assert pid is not None
    os.kill(pid, signal.SIGSTOP)
    started = time.monotonic()
    try:
        with pytest.raises(redis.TimeoutError):
            client.ping()
    finally:
        os.kill(pid, signal.SIGCONT)
        client.close()
    assert time.monotonic() - started < 10  # it hangs for ever


def test_a_worker_is_alive_from_its_beat_until_it_leaves(workshop: Workshop) -> None:
    client = redis_client(workshop.settings.redis_url)
    assert alive(client) == []
    beat(client, threads=4)
    (found,) = alive(client)
    assert (found.pid, found.threads) == (os.getpid(), 4)
    (name,) = client.keys("openevent:worker:*")
    assert 0 < client.ttl(name) <= BELIEVED_S
    leave(client)
    assert alive(client) == []
    client.close()


def test_a_running_worker_shows_itself(workshop: Workshop, running: Background) -> None:
    client = redis_client(workshop.settings.redis_url)
    wait_until(lambda: alive(client), timeout_s=3)  # at once, not with the clock's first turn
    assert [worker.threads for worker in alive(client)] == [4]
    client.close()


@pytest.mark.parametrize("lost", ["workers", "consumers"])
def test_a_worker_that_lost_a_thread_is_not_alive(workshop: Workshop, lost: str) -> None:
    client = redis_client(workshop.settings.redis_url)
    living, dead = (SimpleNamespace(is_alive=lambda is_so=is_so: is_so) for is_so in (True, False))
    threads: dict[str, Any] = {"workers": [living], "consumers": {"default": living}}
    heartbeat = Heartbeat(client)
    heartbeat.beat()
    heartbeat.after_worker_boot(SimpleNamespace(), SimpleNamespace(**threads))
    heartbeat.beat()
    assert len(alive(client)) == 1
    leave(client)
    threads[lost] = [dead] if lost == "workers" else {"default": dead}
    heartbeat.after_worker_boot(SimpleNamespace(), SimpleNamespace(**threads))
    heartbeat.beat()
    assert alive(client) == []
    client.close()


def test_rabbitmq_is_the_broker_by_url_and_may_be_away(workshop: Workshop) -> None:
    workshop.settings = workshop.settings.replace(broker_url="amqp://127.0.0.1:9/")
    background = workshop.background()
    assert isinstance(background.broker, RabbitmqBroker)
    workshop.commit(background, NoteCopied(1))  # succeeds without it
    assert background.outbox.relay.drain()
    assert workshop.query("SELECT sends FROM outbox") == [(0,)]
    with pytest.raises(BrokerConnectionError):
        background.outbox.relay.sweep(at_once=True)
    assert Caretaker(background.broker).maintain() is None  # it needs none
    background.broker.close()
    workshop.query("UPDATE outbox SET actor = 'communication.send_mail'")
    shown = CliRunner().invoke(main, ["outbox", "sweep"], env=workshop.settings.to_environment())
    assert (shown.exit_code, shown.output.count("The broker cannot be reached")) == (1, 1)
