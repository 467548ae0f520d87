"""What happens to speakers, for whom it may concern: ids and plain values."""

from __future__ import annotations

from dataclasses import dataclass

from openevent.work.unit import DomainEvent


@dataclass(frozen=True, slots=True)
class SpeakerInvited(DomainEvent):
    """Somebody is invited to speak in a session, or the mail about it is wanted once more.

    ``mail`` counts those mails: 1 is the first. Each carries a token of its own, which
    :func:`operations.invites.issue_token` makes when it is sent.
    """

    invite_id: int
    mail: int


@dataclass(frozen=True, slots=True)
class SpeakerInviteAccepted(DomainEvent):
    """Whoever was invited speaks in the session now."""

    invite_id: int
    session_id: int
    speaker_id: int
    user_id: int
