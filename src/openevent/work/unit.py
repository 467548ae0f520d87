"""The unit of work: one request or one job, one transaction, one batch of domain events."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, TypeVar

from sqlalchemy.orm import Session

from openevent.work.principal import ANONYMOUS, Principal

P = TypeVar("P")


def utc_now() -> datetime:
    """Return the present moment, aware, in UTC."""
    return datetime.now(UTC)


def unique_key() -> str:
    """Return what nothing else is called: 128 random bits, which are no secret."""
    return f"{random.getrandbits(128):032x}"


@dataclass(frozen=True, slots=True)
class DomainEvent:
    """A fact that becomes true when the transaction commits. Ids and plain values only."""


@dataclass(slots=True, kw_only=True)
class UnitOfWork:
    """What an operation may touch: the database session, who asks, the clock, the ports.

    ``open_db`` makes the SQLAlchemy session on first use, so that a request that only
    reads never opens one. ``ports`` holds collaborators with effects outside the
    database (mailer, rate limiter), by their interface.
    """

    open_db: Callable[[], Session]
    principal: Principal = ANONYMOUS
    now: Callable[[], datetime] = utc_now
    request_id: str | None = None
    #: The address that rate limits count against; ``None`` in jobs.
    client_address: str | None = None
    #: ``Accept-Language`` as the client sent it; ``None`` in jobs.
    accept_language: str | None = None
    ports: Mapping[type, Any] = field(default_factory=dict)
    recorded: list[DomainEvent] = field(default_factory=list)
    _db: Session | None = None

    @property
    def db(self) -> Session:
        """The SQLAlchemy session of this unit of work."""
        if self._db is None:
            self._db = self.open_db()
        return self._db

    @property
    def has_transaction(self) -> bool:
        """Whether anything has used the session yet."""
        return self._db is not None

    def record(self, event: DomainEvent) -> None:
        """Remember a fact; it is stored with the change and told to subscribers after commit."""
        self.recorded.append(event)

    def port(self, interface: type[P]) -> P:
        """Return the collaborator that implements ``interface``."""
        collaborator: P = self.ports[interface]
        return collaborator

    def close(self) -> None:
        """Release the session; whatever was not committed is rolled back."""
        if self._db is not None:
            self._db.close()
            self._db = None
