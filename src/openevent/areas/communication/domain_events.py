"""What happens to mails, for whom it may concern: ids and plain values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from openevent.work.unit import DomainEvent


@dataclass(frozen=True, slots=True)
class MailWritten(DomainEvent):
    """A mail is stored and waits to be sent."""

    mail_id: int


@dataclass(frozen=True, slots=True)
class MailingContinues(DomainEvent):
    """A mailing has more recipients than are written to in one transaction.

    ``kind`` and ``arguments`` are those of the mailing; ``after`` is the last account
    that was written to.
    """

    kind: str
    arguments: dict[str, Any]
    after: int


@dataclass(frozen=True, slots=True)
class MailTested(DomainEvent):
    """An admin wants to see whether mails arrive at an address."""

    recipient: str


@dataclass(frozen=True, slots=True)
class OrganizersContacted(DomainEvent):
    """Somebody asks those who organise an event something."""

    event_id: int
    user_id: int
    key: str
    message: str
