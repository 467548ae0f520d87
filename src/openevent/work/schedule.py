"""What runs by the clock, in every worker: upkeep of the machinery, and periodic jobs.

Upkeep (``Chore``) runs in each worker process and is safe side by side: a sweep skips rows
that another one holds, maintenance is one atomic script. A periodic job (``@job(cron=...)``)
happens once per occasion however many workers there are: the first to move the occasion on
in the database writes the outbox row, in one transaction. An occasion that passed while no
worker lived is made up for, once.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import dramatiq
from apscheduler.schedulers.background import BackgroundScheduler  # type: ignore[import-untyped]
from apscheduler.triggers.cron import CronTrigger  # type: ignore[import-untyped]
from dramatiq.worker import Worker
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Mapped, Session, mapped_column

from openevent.db.base import Model
from openevent.work.relay import BROKER_AWAY

logger = logging.getLogger(__name__)

#: How often each worker looks whether a periodic job is due.
PERIODIC_S = 20


class PeriodicRun(Model):
    """When a periodic job was last due: one row a job, moved on by whoever runs it."""

    __tablename__ = "periodic_runs"

    actor: Mapped[str] = mapped_column(primary_key=True)
    occasion: Mapped[datetime]


_BEGIN = text(
    "INSERT INTO periodic_runs (actor, occasion) SELECT unnest(CAST(:actors AS text[])), now()"
    " ON CONFLICT DO NOTHING"
)
_LAST = text("SELECT actor, occasion, now() FROM periodic_runs WHERE actor = ANY(:actors)")
_MOVE_ON = text(
    """
    WITH due AS (
        UPDATE periodic_runs SET occasion = now()
        WHERE actor = :actor AND occasion = :last RETURNING actor
    )
    INSERT INTO outbox (actor, event, args) SELECT actor, 'periodic', '{}' FROM due
    """
)


@dataclass(frozen=True, slots=True)
class Chore:
    """One piece of upkeep and how often it is done."""

    name: str
    every_s: float
    do: Callable[[], Any]

    def __call__(self) -> None:
        """Do it; what is away now will be there another time."""
        try:
            self.do()
        except (*BROKER_AWAY, OperationalError) as ex:
            logger.warning("%s waits for its next turn: %s", self.name, _first_line(ex))


class Periodic:
    """Writes outbox rows for the jobs that the clock has made due."""

    def __init__(self, open_db: Callable[[], Session]) -> None:
        self.open_db = open_db
        self.triggers: dict[str, CronTrigger] = {}

    def add(self, actor: str, cron: str) -> None:
        """Have an actor run by a crontab expression, in UTC."""
        self.triggers[actor] = CronTrigger.from_crontab(cron, timezone=UTC)

    def run_due(self) -> int:
        """Write a delivery for each job that is due, and return for how many."""
        if not self.triggers:
            return 0
        actors = list(self.triggers)
        due = 0
        with self.open_db() as db:
            db.execute(_BEGIN, {"actors": actors})
            # The database's clock is everybody's: workers' own clocks may differ.
            for actor, last, now in db.execute(_LAST, {"actors": actors}).all():
                if self.triggers[actor].get_next_fire_time(last, last) <= now:
                    written = db.connection().execute(_MOVE_ON, {"actor": actor, "last": last})
                    due += written.rowcount
            db.commit()
        return due


class Schedule(dramatiq.Middleware):
    """Starts the clock with the worker and stops it with the worker (APScheduler)."""

    def __init__(self, open_db: Callable[[], Session]) -> None:
        self.chores: list[Chore] = []
        self.periodic = Periodic(open_db)
        self._scheduler: BackgroundScheduler | None = None

    @property
    def actor_options(self) -> set[str]:
        return {"cron"}

    def add(self, chores: Iterable[Chore]) -> None:
        """Add upkeep, before the worker starts."""
        self.chores.extend(chores)

    def after_declare_actor(
        self,
        broker: dramatiq.Broker,
        actor: dramatiq.Actor[..., Any],
    ) -> None:
        if cron := actor.options.get("cron"):
            self.periodic.add(actor.actor_name, cron)

    def after_worker_boot(self, broker: dramatiq.Broker, worker: Worker) -> None:
        # Its lines at INFO would be one a second, about nothing.
        logging.getLogger("apscheduler").setLevel(logging.WARNING)
        chores = [*self.chores, Chore("the periodic jobs", PERIODIC_S, self.periodic.run_due)]
        self._scheduler = BackgroundScheduler(
            timezone=UTC,
            # A chore that is late runs once, not as often as it was missed.
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )
        for chore in chores:
            self._scheduler.add_job(
                chore, "interval", seconds=chore.every_s, next_run_time=datetime.now(UTC)
            )
        self._scheduler.start()

    def before_worker_shutdown(self, broker: dramatiq.Broker, worker: Worker) -> None:
        if self._scheduler is not None:
            self._scheduler.shutdown(wait=False)


def _first_line(exception: Exception) -> str:
    return str(exception).partition("\n")[0]
