"""Which workers are alive: each shows itself in Redis, and is forgotten when it stops to."""

from __future__ import annotations

import contextlib
import os
import socket
import threading
import time
from dataclasses import dataclass

import dramatiq
import orjson
import redis
from dramatiq.worker import Worker

#: How often a worker shows itself, and how long it is believed afterwards.
BEAT_S = 5
BELIEVED_S = 20

_PREFIX = "openevent:worker:"


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveWorker:
    """A worker process that showed itself within the last ``BELIEVED_S`` seconds."""

    host: str
    pid: int
    threads: int
    beat_at: float


def beat(client: redis.Redis, *, threads: int) -> None:
    """Show that this process lives and has ``threads`` threads that run jobs."""
    host, pid = socket.gethostname(), os.getpid()
    value = {"host": host, "pid": pid, "threads": threads, "beat_at": time.time()}
    client.set(f"{_PREFIX}{host}:{pid}", orjson.dumps(value), ex=BELIEVED_S)


def leave(client: redis.Redis) -> None:
    """Take this process off the list: it stops."""
    client.delete(f"{_PREFIX}{socket.gethostname()}:{os.getpid()}")


def alive(client: redis.Redis) -> list[LiveWorker]:
    """Return the worker processes that are alive."""
    names = list(client.scan_iter(match=f"{_PREFIX}*", count=1000))
    values = client.mget(names) if names else []
    return [LiveWorker(**orjson.loads(value)) for value in values if value is not None]


class Heartbeat(dramatiq.Middleware):
    """Beats as long as the worker's own threads, those that run jobs and those that fetch, live."""

    def __init__(self, client: redis.Redis) -> None:
        self.client = client
        self._worker: Worker | None = None
        self._stopped = threading.Event()

    def after_worker_boot(self, broker: dramatiq.Broker, worker: Worker) -> None:
        self._worker = worker
        with contextlib.suppress(redis.RedisError):  # the clock beats again in a moment
            self.beat()

    def before_worker_shutdown(self, broker: dramatiq.Broker, worker: Worker) -> None:
        self._stopped.set()
        leave(self.client)

    def beat(self) -> None:
        """Beat once, unless the worker has lost a thread or is stopping."""
        if self._worker is None or self._stopped.is_set():
            return
        threads = [*self._worker.workers, *self._worker.consumers.values()]
        if all(thread.is_alive() for thread in threads):
            beat(self.client, threads=len(self._worker.workers))
