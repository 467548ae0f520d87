"""Composition root of background work: the jobs of all areas, and what they have effects through.

Actors are found by the explicit imports of this module, never by discovery. The web process
declares the same jobs, to send them; ``setup`` is called by Dramatiq in each worker process.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import ExitStack
from typing import Any

import dramatiq

from openevent.areas.checkin import actors as checkin_actors
from openevent.areas.communication import actors as communication_actors
from openevent.areas.events import actors as events_actors
from openevent.areas.events.extension import EventParts
from openevent.areas.exports import actors as exports_actors
from openevent.areas.identity import actors as identity_actors
from openevent.areas.invoices import actors as invoices_actors
from openevent.areas.media import actors as media_actors
from openevent.areas.media.operations import UploadURLs
from openevent.areas.media.rules import Retention
from openevent.areas.orders import actors as orders_actors
from openevent.areas.passes import actors as passes_actors
from openevent.areas.payments import actors as payments_actors
from openevent.areas.programme import actors as programme_actors
from openevent.areas.teams import actors as teams_actors
from openevent.db.engine import make_engine, session_factory
from openevent.event_parts import EVENT_PARTS
from openevent.jsonapi.pictures import PictureURLs
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
from openevent.work.background import create_worker
from openevent.work.jobs import jobs_of
from openevent.work.processes import run_processes

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


def worker_ports(settings: Settings) -> dict[type, Any]:
    """Return the collaborators that jobs have effects through."""
    return {
        Mailer: make_mailer(settings),
        StripeGateway: make_gateway(settings),
        Frontend: Frontend(settings.frontend_url),
        KeyVault: KeyVault(settings.secret_key),
        Storage: make_storage(settings),
        MediaURLs: MediaURLs(settings.base_url),
        PictureURLs: UploadURLs(MediaURLs(settings.base_url)),
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
        jobs=JOBS,
        ports=worker_ports(settings),
        observers=_observers(settings),
    )
    dramatiq.set_broker(background.broker)


def serve(settings: Settings, *, processes: int, threads: int, queues: Sequence[str] = ()) -> int:
    """Run worker processes until SIGTERM or SIGINT, and return the exit code."""
    with ExitStack() as stack:
        environment = {**settings.to_environment(), "OPENEVENT_JOB_THREADS": str(threads)}
        if settings.metrics_port:
            environment |= {
                "dramatiq_prom_port": str(settings.metrics_port),
                "dramatiq_prom_host": os.environ.get("dramatiq_prom_host", "127.0.0.1"),  # noqa: SIM112
                # Shared from here on: the processes are forked from this one.
                "dramatiq_prom_db": str(stack.enter_context(shared_numbers())),
            }
        return run_processes(
            "openevent.worker:setup",
            environment,
            processes=processes,
            threads=threads,
            stop_within_s=settings.graceful_timeout_s,
            queues=queues,
        )
