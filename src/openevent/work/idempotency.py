"""Answers kept under a key that the client chose, so that a repeated request is the same one.

The answer is stored in the transaction of its effect: both are there or neither, whatever
dies in between. Who asks again with the same key gets the stored answer; who asks while
the first request is still running is told to wait (an advisory lock of the transaction,
which ends with it). Keys belong to a user and are forgotten after a day. See the draft
``draft-ietf-httpapi-idempotency-key-header``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import orjson
from sqlalchemy import (
    BigInteger,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from openevent.db.base import Model
from openevent.db.engine import run_in
from openevent.errors import Invalid, StillRunning
from openevent.work.jobs import job
from openevent.work.unit import UnitOfWork


class KeptAnswer(Model):
    """What was answered to a request, by the key that its client gave it."""

    __tablename__ = "kept_answers"
    __table_args__ = (
        UniqueConstraint("user_id", "key"),
        Index("ix_kept_answers_created_at", "created_at"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    key: Mapped[str]
    fingerprint: Mapped[bytes] = mapped_column(LargeBinary)
    status: Mapped[int] = mapped_column(Integer)
    headers: Mapped[dict[str, Any]] = mapped_column(JSONB)
    body: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer as it goes out."""

    status: int
    headers: dict[str, str]
    body: bytes


#: How long a key is good for.
LIFETIME_H: Final = 24

_LOCK: Final = (
    "SELECT pg_try_advisory_xact_lock("
    "hashtextextended('idempotency ' || %(key)s::text, %(user_id)s::bigint))"
)
#: After the lock, in a statement of its own: it sees what the lock's last holder committed.
_FIND: Final = (
    "SELECT fingerprint, status, headers, body FROM kept_answers"
    " WHERE user_id = %(user_id)s AND key = %(key)s"
    " AND created_at > now() - make_interval(hours => %(lifetime)s::integer)"
)
#: In place of an answer of long ago, if there is one.
_KEEP: Final = (
    "INSERT INTO kept_answers (user_id, key, fingerprint, status, headers, body) VALUES"
    " (%(user_id)s, %(key)s, %(fingerprint)s, %(status)s, %(headers)s::jsonb, %(body)s)"
    " ON CONFLICT (user_id, key) DO UPDATE SET (fingerprint, status, headers, body, created_at)"
    " = (excluded.fingerprint, excluded.status, excluded.headers, excluded.body, now())"
    " RETURNING id"
)
_FORGET: Final = text(
    "DELETE FROM kept_answers WHERE created_at <= now() - make_interval(hours => :lifetime)"
)


def find_answer(work: UnitOfWork, key: str, fingerprint: bytes) -> Answer | None:
    """Return what was answered to this request before; take the key if nothing was.

    Raises:
        StillRunning: a request with this key has not finished yet.
        Invalid: the key was given to another request.
    """
    named = {"user_id": work.principal.id, "key": key}
    run = run_in(work.db)
    if run(_LOCK, named) != [(True,)]:
        raise StillRunning(
            "A request with this Idempotency-Key is still running; ask again in a moment.",
            code="idempotency-key-in-flight",
        )
    found = run(_FIND, {**named, "lifetime": LIFETIME_H})
    if not found:
        return None
    kept, status, headers, body = found[0]
    if kept != fingerprint:
        raise Invalid(
            "This Idempotency-Key was sent with another request.",
            code="idempotency-key-reused",
            source={"header": "Idempotency-Key"},
        )
    return Answer(status, headers, body)


def keep_answer(work: UnitOfWork, key: str, fingerprint: bytes, answer: Answer) -> None:
    """Store an answer, in the transaction of its effect."""
    values = {
        "user_id": work.principal.id,
        "key": key,
        "fingerprint": fingerprint,
        "status": answer.status,
        "headers": orjson.dumps(answer.headers).decode(),
        "body": answer.body,
    }
    run_in(work.db)(_KEEP, values)


@job(name="work.forget_answers", queue="upkeep", cron="23 * * * *")
def forget_answers(work: UnitOfWork) -> None:
    """Delete answers whose keys have ended."""
    work.db.execute(_FORGET, {"lifetime": LIFETIME_H})
