"""Jobs: Dramatiq actors that run inside a unit of work of their own.

``@job`` declares; nothing is bound to a broker until ``declare`` does so, in the web
process (which only sends) and in the worker (which runs) alike. The unit of work is
opened and **committed inside the actor call**: ``Broker.emit_after`` catches every
exception, so a commit in an after-hook that fails would be acknowledged and lost.
"""

from __future__ import annotations

import functools
import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from inspect import Parameter
from types import ModuleType
from typing import Any

import dramatiq
from dramatiq.middleware import CurrentMessage
from sqlalchemy.orm import Session

from openevent.work.dispatcher import When, parameters
from openevent.work.outbox import AlreadyDone, Outbox
from openevent.work.principal import SYSTEM
from openevent.work.unit import DomainEvent, UnitOfWork

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A job as declared: the function, what it answers to, and how it is run."""

    fn: Callable[..., None]
    name: str
    on: tuple[type[DomainEvent], ...]
    when: When | None
    options: Mapping[str, Any]

    def __call__(self, work: UnitOfWork, **arguments: Any) -> None:
        """Run the function in the caller's unit of work."""
        self.fn(work, **arguments)


def job(
    *,
    name: str,
    on: type[DomainEvent] | tuple[type[DomainEvent], ...] = (),
    when: When | None = None,
    queue: str = "default",
    max_retries: int = 8,
    min_backoff_ms: int = 5_000,
    max_backoff_ms: int = 600_000,
    time_limit_ms: int = 60_000,
    max_age_ms: int | None = None,
    cron: str | None = None,
    throws: tuple[type[Exception], ...] = (),
) -> Callable[[Callable[..., None]], Job]:
    """Declare a job: ``@job(on=FaqAnswered, name="faq.tell_asker", queue="mail")``.

    The function takes the unit of work, then the fields it needs of the event, by name.
    ``when`` spares it the events that are none of its business: for these nothing is stored
    and nothing sent.
    ``name`` is ``area.imperative`` and never changes once deployed: messages under way
    carry it. A job fails by raising, and is tried again ``max_retries`` times with
    exponential back-off (not for ``throws``), then kept as a dead letter; so is a message
    older than ``max_age_ms``. ``cron`` runs it by the clock, in UTC, once per occasion
    however many workers there are.
    """
    events = on if isinstance(on, tuple) else (on,)

    def declared(fn: Callable[..., None]) -> Job:
        for event_type in events:
            _check_parameters(fn, event_type)
        return Job(
            fn=fn,
            name=name,
            on=events,
            when=when,
            options={
                "queue_name": queue,
                "max_retries": max_retries,
                "min_backoff": min_backoff_ms,
                "max_backoff": max_backoff_ms,
                "time_limit": time_limit_ms,
                "throws": throws,
            }
            | ({} if max_age_ms is None else {"max_age": max_age_ms})
            | ({} if cron is None else {"cron": cron}),
        )

    return declared


def _check_parameters(fn: Callable[..., None], event_type: type[DomainEvent]) -> None:
    """Refuse, when the module is imported, a job that its event could never call."""
    offered = event_type.__dataclass_fields__
    for parameter in parameters(fn):
        if parameter.name not in offered and parameter.default is Parameter.empty:
            raise TypeError(
                f"{fn.__qualname__} takes {parameter.name}, {event_type.__name__} has none"
            )


def jobs_of(modules: Iterable[ModuleType]) -> tuple[Job, ...]:
    """Return the jobs declared in the modules, in order of appearance."""
    return tuple(value for m in modules for value in vars(m).values() if isinstance(value, Job))


@dataclass(frozen=True, slots=True, kw_only=True)
class JobRunner:
    """Runs a job in a unit of work and commits it, with its delivery struck off the outbox."""

    outbox: Outbox
    open_db: Callable[[], Session]
    ports: Mapping[type, Any] = field(default_factory=dict)

    def run(self, job: Job, arguments: Mapping[str, Any]) -> None:
        """Run the job for the current message, or quietly not, if its delivery is done."""
        options = getattr(CurrentMessage.get_current_message(), "options", {})
        self.deliver(
            job, arguments, options.get("delivery_id"), request_id=options.get("request_id")
        )

    def deliver(
        self,
        job: Job,
        arguments: Mapping[str, Any],
        delivery_id: int | None,
        *,
        request_id: str | None,
    ) -> None:
        """Run the job once for this delivery; ``None`` is a message that no outbox row backs."""
        work = UnitOfWork(
            open_db=self.open_db, principal=SYSTEM, request_id=request_id, ports=self.ports
        )
        try:
            if delivery_id is not None and not self.outbox.claim(work, delivery_id):
                logger.info("Delivery %d is done or being done already", delivery_id)
                return
            job.fn(work, **arguments)
            if delivery_id is not None:
                self.outbox.finish(work, delivery_id)
            self.outbox.commit(work)
        except AlreadyDone:
            logger.info("Delivery %d was done meanwhile; this run is undone", delivery_id)
        finally:
            work.close()


def declare(broker: dramatiq.Broker, jobs: Iterable[Job], runner: JobRunner) -> None:
    """Make each job an actor of the broker."""
    for job in jobs:
        dramatiq.actor(broker=broker, actor_name=job.name, on=job.on, when=job.when, **job.options)(
            _bound(job, runner)
        )


def _bound(job: Job, runner: JobRunner) -> Callable[..., None]:
    @functools.wraps(job.fn)  # the dispatcher reads the parameters of the job's own function
    def run(**arguments: Any) -> None:
        runner.run(job, arguments)

    return run
