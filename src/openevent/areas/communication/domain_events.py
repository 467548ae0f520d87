"""What happens to mails, for whom it may concern: ids and plain values."""

from __future__ import annotations

from dataclasses import dataclass

from openevent.work.unit import DomainEvent


@dataclass(frozen=True, slots=True)
class MailWritten(DomainEvent):
    """A mail is stored and waits to be sent."""

    mail_id: int
