"""From the outbox to the broker: at once for what was just committed, by sweep for the rest."""

from __future__ import annotations

import contextlib
import logging
import os
import queue
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import dramatiq
from dramatiq.brokers.redis import RedisBroker
from dramatiq.errors import BrokerConnectionError
from redis.exceptions import RedisError
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from openevent.work.broker import PipelinedRedisBroker

logger = logging.getLogger(__name__)

#: How long a sent delivery may take before it is sent again; doubled with each sending. It
#: covers losses that leave no other trace, such as the last second of Redis' append-only file.
RESEND_S = 900
#: How long a sweep has for sending what it took, before another sweep may take it.
SWEEP_CLAIM_S = 60
#: Most deliveries of one batch, and most that wait in memory: the others are left to the sweep.
BATCH = 500
BACKLOG = 10_000
#: Committed deliveries gather this long, so that a busy server sends many in one round trip.
GATHER_S = 0.03
#: How often it is noted what was sent; well within the outbox's grace (``outbox.GRACE_S``).
MARK_EVERY_S = 1.0

#: What sending may raise when the broker is away.
BROKER_AWAY = (BrokerConnectionError, RedisError, OSError)

_MARK = text(
    """
    UPDATE outbox
    SET sends = sends + 1, epoch = :epoch,
        send_at = now() + make_interval(secs => :resend_s * 2 ^ least(sends, 6))
    WHERE id IN (SELECT id FROM outbox WHERE id = ANY(:ids) FOR UPDATE SKIP LOCKED)
    """
)
_TAKE = text(
    """
    UPDATE outbox SET send_at = now() + make_interval(secs => :claim_s), epoch = :epoch
    WHERE id IN (
        SELECT id FROM outbox
        WHERE send_at <= now() OR epoch <> :epoch OR (:at_once AND sends = 0)
        ORDER BY id LIMIT :batch FOR UPDATE SKIP LOCKED
    )
    RETURNING id, actor, args, request_id
    """
)


@dataclass(frozen=True, slots=True)
class Delivery:
    """One committed outbox row, as much of it as a message needs."""

    id: int
    actor: str
    args: dict[str, Any]
    request_id: str | None


class Relay:
    """Sends committed deliveries to the broker and notes that they were sent.

    ``nudge`` hands deliveries to a thread of this process, started on first use (and
    again after a fork). The thread gives up on whatever it cannot send: the row is
    still there, and the worker's ``sweep`` finds it. Sending comes before marking, so a
    crash in between sends twice and never not at all; ``Outbox.claim`` drops doubles.
    """

    def __init__(
        self,
        broker: dramatiq.Broker,
        open_db: Callable[[], Session],
        *,
        enabled: bool = True,
        resend_s: int = RESEND_S,
    ) -> None:
        self.broker = broker
        self.open_db = open_db
        self.enabled = enabled
        self.resend_s = resend_s
        self._start = threading.Lock()
        self._pid: int | None = None
        self._waiting: queue.Queue[Delivery | None] = queue.Queue(BACKLOG)

    def nudge(self, deliveries: Sequence[Delivery]) -> None:
        """Have deliveries sent by the thread. Returns at once, whatever the broker does."""
        if not self.enabled:
            return
        if self._pid != os.getpid():
            self._start_thread()
        with contextlib.suppress(queue.Full):
            for delivery in deliveries:
                self._waiting.put_nowait(delivery)

    def drain(self, timeout_s: float = 2.0) -> bool:
        """Wait until all is sent and noted; false if time ran out first."""
        if self._pid != os.getpid():
            return True
        with contextlib.suppress(queue.Full):
            self._waiting.put_nowait(None)  # the thread need not wait for more
        with (waiting := self._waiting).all_tasks_done:
            return waiting.all_tasks_done.wait_for(lambda: not waiting.unfinished_tasks, timeout_s)

    def sweep(self, *, at_once: bool = False) -> int:
        """Send every delivery that is due, and return how many were sent.

        Due are those whose time to be sent has come, and those that were sent in an
        earlier life of the broker. ``at_once`` does not leave fresh rows to the process
        that wrote them. Several may sweep at the same time: no row is taken by two.
        """
        sent = 0
        while taken := self._take(epoch := broker_epoch(self.broker), at_once=at_once):
            done = self._send(taken)
            self._mark(done, epoch)
            sent += len(done)
            if len(taken) < BATCH:
                break
        return sent

    def _take(self, epoch: str, *, at_once: bool) -> list[Delivery]:
        with self.open_db() as db:
            rows = db.execute(
                _TAKE,
                {"epoch": epoch, "claim_s": SWEEP_CLAIM_S, "batch": BATCH, "at_once": at_once},
            ).all()
            db.commit()
        return [Delivery(*row) for row in sorted(rows)]

    def _send(self, deliveries: Iterable[Delivery]) -> list[int]:
        """Send one message each, and return the ids of those that were sent."""
        sendable: list[Delivery] = []
        unknown: Counter[str] = Counter()
        for delivery in deliveries:
            if delivery.actor in self.broker.actors:
                sendable.append(delivery)
            else:
                unknown[delivery.actor] += 1
        for actor, count in unknown.items():
            # Of a newer or an older release. They stay in the outbox, tried every minute.
            logger.error("%d deliveries are for an unknown actor, %s", count, actor)
        messages = map(self._message, sendable)
        if isinstance(self.broker, PipelinedRedisBroker):
            self.broker.enqueue_all(messages)
        else:
            for message in messages:
                self.broker.enqueue(message)
        return [delivery.id for delivery in sendable]

    def _message(self, delivery: Delivery) -> dramatiq.Message[Any]:
        return self.broker.actors[delivery.actor].message_with_options(
            kwargs=delivery.args, delivery_id=delivery.id, request_id=delivery.request_id
        )

    def _mark(self, ids: list[int], epoch: str) -> None:
        if not ids:
            return
        with self.open_db() as db:
            db.execute(_MARK, {"ids": ids, "epoch": epoch, "resend_s": self.resend_s})
            db.commit()

    def _start_thread(self) -> None:
        with self._start:
            if self._pid == os.getpid():
                return
            self._waiting = queue.Queue(BACKLOG)
            self._pid = os.getpid()
            threading.Thread(target=self._run, name="outbox-relay", daemon=True).start()

    def _run(self) -> None:
        while True:
            taken = [self._waiting.get()]
            try:
                self._relay(taken)
            except BROKER_AWAY as ex:
                logger.warning("The broker is away; the outbox keeps what was not sent: %s", ex)
                # Trying each of those that wait would take for ever: they are left to the sweep.
                self._take_waiting(taken)
            except OperationalError as ex:
                logger.warning("The database is away; the sweep notes what was sent: %s", ex.orig)
            except Exception:
                # Of this thread there is one; whatever happened, the sweep repairs it.
                logger.exception("The relay could not finish; the sweep will")
            for _ in taken:
                self._waiting.task_done()

    def _relay(self, taken: list[Delivery | None]) -> None:
        """Send what comes within ``MARK_EVERY_S``, then note in one statement what was sent.

        By then most jobs have finished and their rows are gone: noting costs next to
        nothing. The epoch is read before sending: should Redis be emptied after that, the
        rows carry a life that is over, and are sent again.
        """
        epoch = broker_epoch(self.broker)
        ends_at = time.monotonic() + MARK_EVERY_S
        sent: list[int] = []
        handled = 0
        try:
            while handled < len(taken):
                time.sleep(GATHER_S)
                self._take_waiting(taken)
                batch = taken[handled:]
                sent += self._send(delivery for delivery in batch if delivery is not None)
                handled = len(taken)
                if None not in batch and (left_s := ends_at - time.monotonic()) > 0:
                    taken.append(self._waiting.get(timeout=left_s))
        except queue.Empty:
            pass
        finally:
            self._mark(sent, epoch)

    def _take_waiting(self, taken: list[Delivery | None]) -> None:
        """Take all that waits at this moment."""
        with contextlib.suppress(queue.Empty):
            while True:
                taken.append(self._waiting.get_nowait())


def broker_epoch(broker: dramatiq.Broker) -> str:
    """Return the name of this life of the broker: a new one after Redis lost its data.

    RabbitMQ's queues are durable, so it has one life.
    """
    if not isinstance(broker, RedisBroker):
        return type(broker).__name__
    key = f"{broker.namespace}:epoch"
    if (epoch := broker.client.get(key)) is None:
        broker.client.set(key, uuid4().hex, nx=True)
        epoch = broker.client.get(key)
    return epoch.decode() if isinstance(epoch, bytes) else str(epoch)
