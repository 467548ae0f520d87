"""Dramatiq's broker: Redis or Valkey by default, RabbitMQ by URL; and how soon it redelivers."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import dramatiq
import redis
from dramatiq import Message
from dramatiq.brokers.redis import RedisBroker, _RedisConsumer
from dramatiq.common import dq_name
from redis.backoff import NoBackoff
from redis.retry import Retry

logger = logging.getLogger(__name__)

#: A consumer asks for messages, and so shows that it lives, at least this often (Dramatiq's
#: ``WORKER_TIMEOUT``).
POLL_S = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Redelivery:
    """When the messages of a killed worker go to another one.

    A worker that was silent for ``silence_s`` counts as dead; every ``maintenance_s`` each
    living one moves the messages of the dead back to their queues. (Left to itself,
    Dramatiq does this by chance, once in a thousand commands: after 10 to 50 minutes on
    an idle server.) Workers on several machines need clocks that agree within seconds.
    """

    silence_s: float = 50.0
    maintenance_s: float = 10.0

    @property
    def bound_s(self) -> float:
        """The longest that a killed worker's message waits until another worker has it."""
        return self.silence_s + self.maintenance_s + POLL_S


def redis_client(url: str, *, timeout_s: float = 0.8) -> redis.Redis:
    """Return a client whose every call ends within ``timeout_s``, by an answer or an error."""
    return redis.Redis.from_url(
        url,
        socket_connect_timeout=min(timeout_s, 0.5),
        socket_timeout=timeout_s,
        retry=Retry(NoBackoff(), 0),  # the default one would retry for seconds
    )


def make_broker(
    url: str, middleware: list[dramatiq.Middleware], redelivery: Redelivery, *, timeout_s: float
) -> dramatiq.Broker:
    """Return the broker that a URL names: ``redis``, ``rediss``, ``unix`` or ``amqp(s)``."""
    if urlsplit(url).scheme in ("amqp", "amqps"):
        # Only installations that use RabbitMQ have its client (the extra ``rabbitmq``).
        from dramatiq.brokers.rabbitmq import RabbitmqBroker

        # It logs a failed connection ten times over, with tracebacks; we log it once.
        logging.getLogger("pika").setLevel(logging.CRITICAL)
        # Confirmed: a message is sent when RabbitMQ has it, not when it left this machine.
        return RabbitmqBroker(url=url, middleware=middleware, confirm_delivery=True)
    return PipelinedRedisBroker(
        client=redis_client(url, timeout_s=timeout_s),
        middleware=middleware,
        heartbeat_timeout=int(redelivery.silence_s * 1000),
    )


class _TidyConsumer(_RedisConsumer):
    """Dramatiq's consumer, which puts back all that it has fetched when it stops.

    A worker that is told to stop right after a fetch has handed out some of the messages
    only. Dramatiq puts those back, and would leave the others to the redelivery that comes
    for the dead.
    """

    def close(self) -> None:
        fetched, self.message_cache = self.message_cache, []
        try:
            found = [Message.decode(data) for data in fetched if data is not None]
            self.requeue(found)  # type: ignore[no-untyped-call]
        except redis.RedisError as ex:
            logger.warning("Redis is away; redelivery puts back what was fetched: %s", ex)
        super().close()


class PipelinedRedisBroker(RedisBroker):
    """Dramatiq's broker, which can also send many messages in one round trip to Redis."""

    @property
    def consumer_class(self) -> type[_TidyConsumer]:
        """What the worker's threads fetch with."""
        return _TidyConsumer

    def __init__(self, *, client: redis.Redis, **options: Any) -> None:
        super().__init__(client=client, **options)  # type: ignore[no-untyped-call]
        self._pipeline: ContextVar[Any] = ContextVar("pipeline", default=None)
        dispatch = self.scripts["dispatch"]
        self.scripts["dispatch"] = lambda keys, args: dispatch(
            keys=keys, args=args, client=self._pipeline.get()
        )

    def enqueue_all(self, messages: Iterable[dramatiq.Message[Any]]) -> None:
        """Send the messages; after an error some may be sent and some not."""
        with self.client.pipeline(transaction=False) as pipeline:
            token = self._pipeline.set(pipeline)
            try:
                for message in messages:
                    self.enqueue(message)
            finally:
                self._pipeline.reset(token)
            pipeline.execute()


class Caretaker:
    """Does for Dramatiq's Redis broker at fixed times what it does by chance.

    It is a broker for which every command brings maintenance with it, and gives each
    queue the cheapest command there is. RabbitMQ needs none: it sees connections end.
    """

    def __init__(self, broker: dramatiq.Broker) -> None:
        self._broker = broker
        self._always: Any = None
        if isinstance(broker, RedisBroker):
            self._always = RedisBroker(  # type: ignore[no-untyped-call]
                client=broker.client,
                namespace=broker.namespace,
                heartbeat_timeout=broker.heartbeat_timeout,
                maintenance_chance=1_000_000,  # of a million
                middleware=[],
            )

    def maintain(self) -> None:
        """Put the messages of dead workers back, in every queue and its delay queue."""
        if self._always is None:
            return
        for queue in sorted(self._broker.get_declared_queues()):
            for name in (queue, dq_name(queue)):
                self._always.do_qsize(name)
