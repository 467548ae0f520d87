"""What every process needs that takes part in background work.

A web process sends jobs (``create_background``), a worker runs them (``create_worker``).
Both declare the same jobs; which those are says :mod:`openevent.worker`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import dramatiq
from dramatiq.middleware import AgeLimit, CurrentMessage, Retries, TimeLimit
from sqlalchemy.orm import Session

from openevent.settings import Settings
from openevent.work.broker import Caretaker, Redelivery, make_broker, redis_client
from openevent.work.context import LogContext
from openevent.work.deadletters import DeadLetters
from openevent.work.dispatcher import EventDispatcher
from openevent.work.heartbeat import BEAT_S, Heartbeat
from openevent.work.jobs import Job, JobRunner, declare
from openevent.work.outbox import Outbox
from openevent.work.processes import ORPHAN_S, stop_if_orphaned
from openevent.work.relay import Relay
from openevent.work.schedule import Chore, Schedule

#: How often each worker sends what the outbox still holds.
SWEEP_S = 5
#: Redis answers in milliseconds or is away: a request's process waits no longer than this,
#: a worker, which moves whole queues at times, a little longer.
WEB_REDIS_TIMEOUT_S = 0.8
WORKER_REDIS_TIMEOUT_S = 5.0


@dataclass(frozen=True, slots=True)
class Background:
    """What a process needs for background work."""

    broker: dramatiq.Broker
    outbox: Outbox
    runner: JobRunner
    schedule: Schedule


def create_background(
    settings: Settings,
    open_db: Callable[[], Session],
    *,
    jobs: Iterable[Job],
    ports: Mapping[type, Any] | None = None,
    broker: dramatiq.Broker | None = None,
) -> Background:
    """Return what a process needs that records events: it can send, but runs nothing.

    ``broker`` is for tests that bring their own, with ``sending_middleware()``.
    """
    broker = broker or make_broker(
        settings.broker_url or settings.redis_url,
        sending_middleware(),
        Redelivery(),
        timeout_s=WEB_REDIS_TIMEOUT_S,
    )
    return _connect(settings, open_db, broker, jobs, ports or {})


def create_worker(
    settings: Settings,
    open_db: Callable[[], Session],
    *,
    jobs: Iterable[Job],
    ports: Mapping[type, Any] | None = None,
    redelivery: Redelivery | None = None,
    sweep_s: float = SWEEP_S,
    observers: Sequence[dramatiq.Middleware] = (),
) -> Background:
    """Return what a worker process needs: the same, and everything that runs jobs."""
    redelivery = redelivery or Redelivery()
    heartbeat = Heartbeat(redis_client(settings.redis_url))
    broker = make_broker(
        settings.broker_url or settings.redis_url,
        [
            # What is being worked on, for the log lines of everything below.
            LogContext(),
            # Metrics and error reports: they see every message, whatever becomes of it.
            *observers,
            # Before Retries: after-hooks run from the last to the first, and this one asks
            # what Retries decided.
            DeadLetters(open_db),
            # When a job is not run, or not any longer. A message that is too old is rejected,
            # and so becomes a dead letter.
            AgeLimit(),
            TimeLimit(),
            Retries(),
            # What jobs and the outbox read: the message under way, who subscribes to what.
            CurrentMessage(),
            EventDispatcher(),
            # What lives as long as the worker does.
            heartbeat,
            Schedule(open_db),
        ],
        redelivery,
        timeout_s=WORKER_REDIS_TIMEOUT_S,
    )
    background = _connect(settings, open_db, broker, jobs, ports or {})
    background.schedule.add(
        (
            Chore("the heartbeat", BEAT_S, heartbeat.beat),
            Chore("the sweep of the outbox", sweep_s, background.outbox.relay.sweep),
            Chore("redelivery", redelivery.maintenance_s, Caretaker(broker).maintain),
            Chore("the look after the parent", ORPHAN_S, stop_if_orphaned),
        )
    )
    return background


def sending_middleware() -> list[dramatiq.Middleware]:
    """Return the middleware of a process that sends: what declaring actors takes.

    The order is the worker's; hooks about running never fire here.
    """
    return [AgeLimit(), TimeLimit(), Retries(), EventDispatcher(), Schedule(_no_database)]


def _no_database() -> Session:
    raise RuntimeError("only a worker runs periodic jobs")


def _connect(
    settings: Settings,
    open_db: Callable[[], Session],
    broker: dramatiq.Broker,
    jobs: Iterable[Job],
    ports: Mapping[type, Any],
) -> Background:
    dispatcher = next(m for m in broker.middleware if isinstance(m, EventDispatcher))
    schedule = next(m for m in broker.middleware if isinstance(m, Schedule))
    relay = Relay(broker, open_db, enabled=settings.dispatch == "on")
    outbox = Outbox(dispatcher, relay)
    runner = JobRunner(outbox=outbox, open_db=open_db, ports=ports)
    declare(broker, jobs, runner)
    return Background(broker, outbox, runner, schedule)
