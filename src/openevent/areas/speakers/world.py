"""The speakers area's part of the demo world: fixed ids that documentation and tests share."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from openevent.areas.speakers.models import Speaker, SpeakersCall
from openevent.db.base import Record

MADE = datetime(2025, 11, 5, 8, 0, tzinfo=UTC)
DELETED = datetime(2025, 12, 1, 10, 0, tzinfo=UTC)


def rows() -> list[Record]:
    """Return the rows in the order in which they can be inserted."""
    found = [*_speakers(), *_calls()]
    for row in found:
        row.created_at = row.modified_at = MADE
    return found


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
