"""The outbox: what has to happen because of a change, stored in the change's own transaction.

One row is one delivery: this actor, because of this event, with these arguments. It is
written in the transaction of the change, and deleted in the transaction of the job's
effects, so

* nothing committed is left without its consequences: the row stays until the job has
  *finished*, not until a message was sent. Redis may lose everything it holds;
* effects in the database happen exactly once: of two runs of one delivery only one can
  delete its row, and the other is rolled back or does not start.

Effects outside the database (an e-mail) are at least once, with the window between the
effect and the commit; jobs narrow it with a row of their own (see
``areas/communication/operations.py``).

The row's life: ``commit`` (of the request) -> the relay sends a message and moves
``send_at`` well into the future -> ``claim`` and ``finish`` (in the job). Whatever goes
wrong in between, ``send_at`` arrives and the worker's sweep sends it again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import BigInteger, Identity, Integer, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from openevent.db.base import Model
from openevent.db.creating import Ledger
from openevent.db.engine import of_work
from openevent.work.dispatcher import EventDispatcher
from openevent.work.relay import Delivery, Relay
from openevent.work.unit import UnitOfWork


class OutboxRow(Model):
    """A delivery that has not finished yet.

    ``send_at``: when the sweep is to send it, unless it has finished by then. ``epoch``:
    the life of Redis in which it was last sent; a row of another life is sent again.
    """

    __tablename__ = "outbox"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    actor: Mapped[str]
    event: Mapped[str]
    args: Mapped[dict[str, Any]] = mapped_column(JSONB)
    request_id: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    send_at: Mapped[datetime] = mapped_column(server_default=func.now(), index=True)
    epoch: Mapped[str | None]
    sends: Mapped[int] = mapped_column(Integer, server_default="0")
    failures: Mapped[int] = mapped_column(Integer, server_default="0")
    error: Mapped[str | None]


#: A staged row is left to the process that wrote it for this long; then the sweep takes it.
GRACE_S = 5

_LEDGER = Ledger(
    "outbox",
    ("actor", "event", "args", "request_id", "send_at"),
    "%(actor_{n})s::text, %(event_{n})s::text, %(args_{n})s::jsonb, %(request_id_{n})s::text,"
    f" now() + interval '{GRACE_S} seconds'",
)
_LOCK = text("SELECT pg_try_advisory_xact_lock(hashtextextended('outbox', CAST(:id AS bigint)))")
_EXISTS = text("SELECT true FROM outbox WHERE id = :id")
_FINISH = text("DELETE FROM outbox WHERE id = :id")


class AlreadyDone(Exception):  # noqa: N818 - not an error: the other run did the work
    """Another run of the same delivery has finished first; this one must leave no trace."""


@dataclass(frozen=True, slots=True)
class Outbox:
    """Commits units of work together with the consequences of what they recorded."""

    dispatcher: EventDispatcher
    relay: Relay

    def commit(self, work: UnitOfWork) -> None:
        """Commit the unit of work, its outbox rows with it, and have them sent soon.

        One row per recorded event and subscriber, all in one statement, which goes to the
        database together with what ends the transaction. Sending happens in another thread: it can
        neither slow nor fail the caller.
        """
        staged = list(self.dispatcher.deliveries(work.recorded))
        work.recorded.clear()
        messages = [(s.actor, type(event).__name__, s.arguments(event)) for s, event in staged]
        entries = [
            {
                "actor": actor,
                "event": event,
                "args": _encode(arguments),
                "request_id": work.request_id,
            }
            for actor, event, arguments in messages
        ]
        ids = of_work(work.db).commit_with(_LEDGER, entries)
        if ids:
            self.relay.nudge(
                [
                    Delivery(id_, actor, arguments, work.request_id)
                    for id_, (actor, _, arguments) in zip(ids, messages, strict=True)
                ]
            )

    def claim(self, work: UnitOfWork, id_: int) -> bool:
        """Take a delivery for this transaction; false if it is finished or being run.

        A run that finds another one under way may be dropped: should that one be killed,
        its own message comes back. The lock is an advisory one, not the row's, because a
        row that is just being marked as sent is locked too. It is asked for first and the
        row second: in the other order the row could be gone by the time the lock is ours.
        """
        if not work.db.execute(_LOCK, {"id": id_}).scalar_one():
            return False
        return work.db.execute(_EXISTS, {"id": id_}).scalar() is True

    def finish(self, work: UnitOfWork, id_: int) -> None:
        """Delete a claimed delivery, in the transaction of its effects."""
        if work.db.connection().execute(_FINISH, {"id": id_}).rowcount != 1:
            raise AlreadyDone(id_)


def _encode(arguments: dict[str, Any]) -> str:
    """Return JSON; ids and plain values only, so a date or an object raises TypeError."""
    options = orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_PASSTHROUGH_DATACLASS
    return orjson.dumps(arguments, option=options).decode()
