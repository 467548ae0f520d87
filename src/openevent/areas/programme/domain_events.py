"""What happens to sessions, for whom it may concern: ids and plain values."""

from __future__ import annotations

from dataclasses import dataclass

from openevent.work.unit import DomainEvent


@dataclass(frozen=True, slots=True)
class SessionSubmitted(DomainEvent):
    """A proposal was handed in: from now on it waits for the organizers."""

    session_id: int


@dataclass(frozen=True, slots=True)
class SessionStateChanged(DomainEvent):
    """A session came from one state into another.

    ``send_email`` is whether its speakers are to be told by mail; ``user_id`` is who
    changed it, nobody where the server did.
    """

    session_id: int
    old: str
    new: str
    send_email: bool
    user_id: int | None


@dataclass(frozen=True, slots=True)
class SessionScheduled(DomainEvent):
    """A session got another time or room, or lost the one it had.

    ``key`` names this change and no other.
    """

    session_id: int
    key: str


@dataclass(frozen=True, slots=True)
class SessionNotified(DomainEvent):
    """Somebody wants a session's speakers told of its state by mail.

    ``subject`` and ``message`` replace the texts that the state has; ``key`` names this
    request and no other.
    """

    session_id: int
    subject: str | None
    message: str | None
    bcc: tuple[str, ...]
    key: str
