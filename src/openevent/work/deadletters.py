"""Jobs that failed for good: kept in PostgreSQL, to be looked at and sent again.

Dramatiq's own dead-letter queue is in Redis and forgets after a week. A message that is
rejected - its retries are used up, it is too old, nobody knows its actor - is moved from
the outbox to ``dead_letters`` in one statement, and back by ``requeue``. Should the
database be away at that moment, the outbox row stays and is sent again in time.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import dramatiq
import orjson
from sqlalchemy import BigInteger, Identity, Integer, func, select, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, Session, mapped_column

from openevent.db.base import Model

logger = logging.getLogger(__name__)


class DeadLetter(Model):
    """A job that was given up, with everything that sending it again needs."""

    __tablename__ = "dead_letters"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    actor: Mapped[str]
    event: Mapped[str]
    args: Mapped[dict[str, Any]] = mapped_column(JSONB)
    request_id: Mapped[str | None]
    error: Mapped[str]
    traceback: Mapped[str | None]
    attempts: Mapped[int] = mapped_column(Integer)
    created_at: Mapped[datetime]
    failed_at: Mapped[datetime] = mapped_column(server_default=func.now())


_BURY = text(
    """
    WITH given_up AS (
        DELETE FROM outbox WHERE id = :delivery_id RETURNING event, created_at
    )
    INSERT INTO dead_letters
        (actor, event, args, request_id, error, traceback, attempts, created_at)
    SELECT :actor, event, CAST(:args AS jsonb), :request_id, :error, :traceback, :attempts,
           created_at
    FROM given_up
    UNION ALL
    SELECT :actor, 'sent directly', CAST(:args AS jsonb), :request_id, :error, :traceback,
           :attempts, to_timestamp(:sent_at)
    WHERE CAST(:delivery_id AS bigint) IS NULL
    """
)
_NOTE = text(
    """
    UPDATE outbox
    SET failures = failures + 1, error = :error,
        send_at = greatest(send_at, now() + make_interval(secs => :later_s))
    WHERE id = :delivery_id
    """
)
_REQUEUE = text(
    """
    WITH again AS (
        DELETE FROM dead_letters WHERE :every OR id = ANY(:ids) RETURNING *
    )
    INSERT INTO outbox (actor, event, args, request_id)
    SELECT actor, event, args, request_id FROM again ORDER BY id
    RETURNING id
    """
)
_DISCARD = text("DELETE FROM dead_letters WHERE :every OR id = ANY(:ids) RETURNING id")
#: On top of the longest back-off: when the sweep sends a job whose retry was lost by Redis.
RETRY_LOST_S = 900


class DeadLetters(dramatiq.Middleware):
    """Notes failures in the outbox, and moves a job that is given up to ``dead_letters``.

    It must stand before ``Retries`` in the broker's list: after-hooks run in reverse, and
    only then has ``Retries`` decided.
    """

    def __init__(self, open_db: Callable[[], Session]) -> None:
        self.open_db = open_db

    def after_process_message(
        self,
        broker: dramatiq.Broker,
        message: dramatiq.broker.MessageProxy,
        *,
        result: Any = None,
        exception: BaseException | None = None,
    ) -> None:
        delivery_id = message.options.get("delivery_id")
        if exception is None or message.failed or delivery_id is None:
            return
        max_backoff_ms = broker.get_actor(message.actor_name).options.get("max_backoff", 0)
        self._execute(
            _NOTE,
            delivery_id=delivery_id,
            error=_one_line(exception),
            later_s=max_backoff_ms / 1000 + RETRY_LOST_S,
        )

    def before_nack(
        self,
        broker: dramatiq.Broker,
        message: dramatiq.broker.MessageProxy,
    ) -> None:
        error = _one_line(message._exception) if message._exception else "rejected"
        self._execute(
            _BURY,
            delivery_id=message.options.get("delivery_id"),
            actor=message.actor_name,
            args=orjson.dumps(message.kwargs or {"args": list(message.args)}).decode(),
            request_id=message.options.get("request_id"),
            error=error,
            traceback=message.options.get("traceback"),
            attempts=message.options.get("retries", 0) or 1,
            sent_at=message.message_timestamp / 1000,
        )
        logger.error("Job %s was given up and is a dead letter now: %s", message.actor_name, error)

    def _execute(self, statement: Any, **values: Any) -> None:
        with self.open_db() as db:
            db.execute(statement, values)
            db.commit()


def dead_letters(db: Session, *, limit: int = 100) -> Sequence[DeadLetter]:
    """Return the jobs that were given up, the latest first."""
    return db.scalars(select(DeadLetter).order_by(DeadLetter.id.desc()).limit(limit)).all()


def requeue(db: Session, ids: Sequence[int] = (), *, every: bool = False) -> int:
    """Put dead letters back into the outbox, and return how many; the sweep sends them.

    They wait from now on: were they as old as they are, the health check would take them
    for deliveries that nobody sends.
    """
    moved = len(db.execute(_REQUEUE, {"ids": list(ids), "every": every}).all())
    db.commit()
    return moved


def discard(db: Session, ids: Sequence[int] = (), *, every: bool = False) -> int:
    """Forget dead letters, and return how many."""
    gone = len(db.execute(_DISCARD, {"ids": list(ids), "every": every}).all())
    db.commit()
    return gone


def _one_line(exception: BaseException) -> str:
    """Return an error as people read it in a list, bounded, without line breaks or NUL."""
    words = " ".join(str(exception).replace("\0", "").split())
    return f"{type(exception).__name__}: {words}"[:500]
