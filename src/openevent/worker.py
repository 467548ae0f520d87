"""Composition root of background work: the broker, its middleware, the jobs of all areas.

The web process builds the same thing to send (``create_background``), the worker to run
(``setup``, called by Dramatiq in each worker process). Actors are found by the explicit
imports of this module, never by discovery.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

import dramatiq
from dramatiq import cli
from dramatiq.middleware import AgeLimit, CurrentMessage, Retries, TimeLimit
from sqlalchemy.orm import Session

from openevent.areas.checkin import actors as checkin_actors
from openevent.areas.communication import actors as communication_actors
from openevent.areas.events import actors as events_actors
from openevent.areas.events.extension import EventParts
from openevent.areas.exports import actors as exports_actors
from openevent.areas.identity import actors as identity_actors
from openevent.areas.invoices import actors as invoices_actors
from openevent.areas.media import actors as media_actors
from openevent.areas.media.rules import Retention
from openevent.areas.orders import actors as orders_actors
from openevent.areas.passes import actors as passes_actors
from openevent.areas.payments import actors as payments_actors
from openevent.areas.programme import actors as programme_actors
from openevent.areas.teams import actors as teams_actors
from openevent.db.engine import make_engine, session_factory
from openevent.event_parts import EVENT_PARTS
from openevent.observability import logs, sentry
from openevent.observability.metrics import shared_numbers
from openevent.services.frontend import Frontend
from openevent.services.mailer import Mailer, make_mailer
from openevent.services.media_urls import MediaURLs
from openevent.services.signing_vault import KeyVault
from openevent.services.storage import Storage, make_storage
from openevent.services.stripe_gateway import StripeGateway, make_gateway
from openevent.services.unsubscribing import UnsubscribeLinks
from openevent.settings import Settings
from openevent.work import idempotency
from openevent.work.broker import Caretaker, Redelivery, make_broker, redis_client
from openevent.work.context import LogContext
from openevent.work.deadletters import DeadLetters
from openevent.work.dispatcher import EventDispatcher
from openevent.work.heartbeat import BEAT_S, Heartbeat
from openevent.work.jobs import Job, JobRunner, declare, jobs_of
from openevent.work.outbox import Outbox
from openevent.work.relay import Relay
from openevent.work.schedule import Chore, Schedule

JOBS = (
    *jobs_of(
        (
            identity_actors,
            events_actors,
            media_actors,
            teams_actors,
            programme_actors,
            exports_actors,
            orders_actors,
            payments_actors,
            invoices_actors,
            passes_actors,
            checkin_actors,
            communication_actors,
            idempotency,
        )
    ),
    *communication_actors.MAILINGS,
)

#: How often each worker sends what the outbox still holds.
SWEEP_S = 5
#: How often a worker process looks whether the one that started it still lives.
ORPHAN_S = 5
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
    jobs: Iterable[Job] = JOBS,
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
    jobs: Iterable[Job] = JOBS,
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


def worker_ports(settings: Settings) -> dict[type, Any]:
    """Return the collaborators that jobs have effects through."""
    return {
        Mailer: make_mailer(settings),
        StripeGateway: make_gateway(settings),
        Frontend: Frontend(settings.frontend_url),
        KeyVault: KeyVault(settings.secret_key),
        Storage: make_storage(settings),
        MediaURLs: MediaURLs(settings.base_url),
        Retention: Retention(settings.upload_hours),
        EventParts: EVENT_PARTS,
        UnsubscribeLinks: UnsubscribeLinks(settings.secret_key, settings.base_url),
    }


def _observers(settings: Settings) -> list[dramatiq.Middleware]:
    if not settings.metrics_port:
        return []
    # Importing it already makes the folder that ``serve`` has put in the environment.
    from dramatiq.middleware.prometheus import Prometheus

    return [Prometheus()]


def setup() -> None:
    """Prepare one worker process; Dramatiq calls this and asks for the broker that was set."""
    settings = Settings.from_environment().with_secret_key()
    logs.configure(settings)
    sentry.configure(settings)
    # Each thread may run a job, and the clock's threads sweep and beat beside them.
    engine = make_engine(settings.replace(web_threads=settings.job_threads + 2))
    background = create_worker(
        settings,
        session_factory(engine),
        ports=worker_ports(settings),
        observers=_observers(settings),
    )
    dramatiq.set_broker(background.broker)


def stop_if_orphaned() -> None:
    """Stop this worker process if the one that started it was killed."""
    parent = multiprocessing.parent_process()
    if parent is not None and not parent.is_alive():
        os.kill(os.getpid(), signal.SIGTERM)


def serve(
    settings: Settings,
    *,
    processes: int,
    threads: int,
    queues: Sequence[str] = (),
    setup: str = "openevent.worker:setup",
) -> int:
    """Run worker processes until SIGTERM or SIGINT, and return the exit code.

    They then stop fetching, finish what they are doing within
    ``settings.graceful_timeout_s``, and put back what they had fetched; a job that takes
    longer is run by another worker later. When one process dies, all stop and the exit
    code says so: who supervises this starts it again.
    """
    with ExitStack() as stack:
        environment = {**settings.to_environment(), "OPENEVENT_JOB_THREADS": str(threads)}
        if settings.metrics_port:
            environment |= {
                "dramatiq_prom_port": str(settings.metrics_port),
                "dramatiq_prom_host": os.environ.get("dramatiq_prom_host", "127.0.0.1"),  # noqa: SIM112
                # Shared from here on: the processes are forked from this one.
                "dramatiq_prom_db": str(stack.enter_context(shared_numbers())),
            }
        # Dramatiq starts its processes by itself; they read all this again.
        os.environ.update(environment)
        arguments = [
            setup,
            f"--processes={processes}",
            f"--threads={threads}",
            f"--worker-shutdown-timeout={settings.graceful_timeout_s * 1000}",
            "--skip-logging",
            *(("--queues", *queues) if queues else ()),
            "--path",  # of none: nothing is added to where Python looks for modules
        ]
        parsed = cli.make_argument_parser().parse_args(arguments)  # type: ignore[no-untyped-call]
        code: int = cli.main(parsed)  # type: ignore[no-untyped-call]
    return code
