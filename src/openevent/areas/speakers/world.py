"""The speakers area's part of the demo world: fixed ids that documentation and tests share."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from openevent.areas.identity.world import NEVER
from openevent.areas.speakers.models import (
    InviteStatus,
    Speaker,
    SpeakerInvite,
    SpeakersCall,
    SpeakersSession,
)
from openevent.db.base import Model, Record
from openevent.services.tokens import hash_secret

MADE = datetime(2025, 11, 5, 8, 0, tzinfo=UTC)
DELETED = datetime(2025, 12, 1, 10, 0, tzinfo=UTC)

#: Mailed tokens, as the documentation's examples send them.
SPEAKER_INVITE_TOKEN = "demo-speaker-invite-token"  # noqa: S105
EXPIRED_TOKEN = "demo-expired-speaker-invite-token"  # noqa: S105


def rows() -> list[Model]:
    """Return the rows in the order in which they can be inserted."""
    found = [*_speakers(), *_calls(), *_invites()]
    for row in found:
        row.created_at = row.modified_at = MADE
    return [*found, *_pairs()]


def _pairs() -> list[Model]:
    """Speaker, session and event of those who speak; one session has two speakers."""
    pairs = (
        *((1, 1, 1), (1, 3, 1), (1, 4, 1), (2, 1, 1), (2, 2, 1), (6, 4, 1)),
        *((5, 2, 1), (3, 7, 2), (4, 8, 3)),
    )
    return [
        SpeakersSession(speaker_id=speaker, session_id=session, event_id=event)
        for speaker, session, event in pairs
    ]


def _speakers() -> list[Record]:
    return [
        Speaker(
            id=1,
            event_id=1,
            user_id=9,
            name="Rahel Tesfaye",
            email="registered@example.org",
            photo_url="https://images.example.org/speakers/1/original.jpg",
            short_biography="<p>Builds robots that garden.</p>",
            long_biography="<p>Rahel builds robots, and gardens for them.</p>",
            mobile="+49 30 5550109",
            website="https://rahel.example.net/",
            organisation="Gardening Robots",
            position="Engineer",
            country="Germany",
            city="Berlin",
            gender="Woman",
            heard_from="A friend",
            order=1,
        ),
        Speaker(
            id=2,
            event_id=1,
            name="Ada Moreau",
            email="ada@example.net",
            short_biography="<p>Writes compilers.</p>",
            mobile="+33 1 55501234",
            organisation="Institute of Languages",
            is_featured=True,
            country="France",
            city="Lyon",
            order=2,
        ),
        Speaker(
            id=3, event_id=2, name="Chen Wei", email="chen@example.net", is_featured=True, order=1
        ),
        Speaker(id=4, event_id=3, name="Noor Aziz", email="noor@example.net", order=1),
        Speaker(
            id=5,
            event_id=1,
            name="Ben Fox",
            email="ben@example.net",
            order=3,
            deleted_at=DELETED,
        ),
        Speaker(id=6, event_id=1, name="Ilse Grau", email="ilse@example.net", order=4),
    ]


def _calls() -> list[Record]:
    def call(id_: int, event: int, **values: Any) -> SpeakersCall:
        return SpeakersCall(
            id=id_,
            event_id=event,
            **{
                "starts_at": datetime(2025, 11, 10, 8, 0, tzinfo=UTC),
                "ends_at": datetime(2030, 2, 1, 22, 0, tzinfo=UTC),
                **values,
            },
        )

    return [
        call(
            1,
            1,
            announcement="<p>Tell us what you work on.</p>",
            soft_ends_at=datetime(2030, 1, 15, 22, 0, tzinfo=UTC),
            hash="summit-2030-call",
        ),
        call(2, 2, ends_at=datetime(2025, 11, 20, 8, 0, tzinfo=UTC), privacy="private"),
        call(3, 1, announcement="<p>A first try.</p>", deleted_at=DELETED),
    ]


def _invites() -> list[Record]:
    def invite(id_: int, email: str, session: int, event: int = 1, **values: Any) -> SpeakerInvite:
        token = values.pop("token", None)
        return SpeakerInvite(
            id=id_,
            email=email,
            session_id=session,
            event_id=event,
            hash=token and hash_secret(token),
            expires_at=token and values.pop("expires_at", NEVER),
            **values,
        )

    return [
        invite(1, "registered@example.org", 2, token=SPEAKER_INVITE_TOKEN),
        invite(2, "ada@example.net", 1, status=InviteStatus.ACCEPTED),
        invite(3, "moderator@example.org", 3, token=EXPIRED_TOKEN, expires_at=DELETED),
        invite(4, "registrar@example.org", 7, 2),
        invite(5, "noor@example.net", 8, 3, status=InviteStatus.REJECTED),
    ]
