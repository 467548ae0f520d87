"""How much the outbox holds, and since when: for people, the health check and metrics."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.orm import Session

_TOTALS = text(
    """
    SELECT count(*) FILTER (WHERE sends = 0) AS waiting,
           count(*) FILTER (WHERE sends > 0) AS sent,
           count(*) FILTER (WHERE failures > 0) AS failing,
           (SELECT count(*) FROM dead_letters) AS dead,
           extract(epoch FROM now() - min(created_at))::float8 AS oldest_s
    FROM outbox
    """
)
_ACTORS = text(
    """
    SELECT actor, count(*), (array_agg(error ORDER BY id DESC) FILTER (WHERE error IS NOT NULL))[1]
    FROM outbox GROUP BY actor ORDER BY 2 DESC, 1
    """
)
_RETRY_NOW = text("UPDATE outbox SET send_at = now()")


@dataclass(frozen=True, slots=True)
class ActorBacklog:
    """What one actor has still to do, and the latest reason why it has not."""

    actor: str
    count: int
    error: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Backlog:
    """What has not finished: counts, and the age of the oldest in seconds."""

    waiting: int
    sent: int
    failing: int
    dead: int
    oldest_s: float | None
    actors: tuple[ActorBacklog, ...]


def backlog(db: Session) -> Backlog:
    """Return what the outbox holds at this moment."""
    totals = db.execute(_TOTALS).one()._mapping
    actors = tuple(ActorBacklog(*row) for row in db.execute(_ACTORS))
    return Backlog(**totals, actors=actors)


def retry_now(db: Session) -> None:
    """Make every delivery due, also those that wait for their back-off."""
    db.execute(_RETRY_NOW)
    db.commit()
