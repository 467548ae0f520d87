"""Exports and imports in the demo world: ready, waited for, failed; and two secret calendars."""

from __future__ import annotations

from datetime import UTC, datetime

from openevent.areas.exports.models import CalendarFeed, Export, ExportPart, ImportJob
from openevent.areas.exports.rules import ExportKind, ImportResult
from openevent.db.base import Model
from openevent.services.tokens import hash_secret

#: Far ahead, so that the examples are not forgotten.
ASKED = datetime(2030, 1, 7, 9, 30, tzinfo=UTC)
FEED_SECRET = "c2Vzc2lvbnMgSSBsaWtlIG1vc3Q"  # noqa: S105  # of an example
SALES = b'"id","identifier"\n"1","a5b1c2d3"\n'
CALENDAR = b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Open Event//EN\r\nEND:VCALENDAR\r\n"


def rows() -> list[Model]:
    """Return the rows of this area."""
    return [
        Export(
            id=1,
            token="5d1c0b7a9e3f4c2d8a6b1e0f7c9d3a52",  # noqa: S106  # of an example
            kind=ExportKind.ICAL,
            asked_at=ASKED,
            event_id=1,
            user_id=4,
            file_name="a5b1c2d3.ics",
            content=CALENDAR,
        ),
        Export(
            id=2,
            token="8f2e6d4c1b0a4958b7c6d5e4f3a2b1c0",  # noqa: S106
            kind=ExportKind.XCAL,
            asked_at=ASKED,
            event_id=1,
            user_id=4,
        ),
        Export(
            id=3,
            token="0a9b8c7d6e5f4a3b2c1d0e9f8a7b6c5d",  # noqa: S106
            kind=ExportKind.PENTABARF,
            asked_at=ASKED,
            event_id=4,
            user_id=4,
            error="The event has been deleted.",
        ),
        Export(
            id=4,
            token="3c4d5e6f7a8b4c9d0e1f2a3b4c5d6e7f",  # noqa: S106
            kind=ExportKind.SPEAKERS_CSV,
            asked_at=ASKED,
            event_id=1,
            user_id=4,
            file_name="a5b1c2d3-speakers.csv",
            part_count=2,
            row_count=1,
            row_total=1,
            last_id=1,
        ),
        Export(
            id=5,
            token="7e8f9a0b1c2d4e3f8a5b6c7d8e9f0a1b",  # noqa: S106
            kind=ExportKind.SALES_CSV,
            asked_at=ASKED,
            user_id=2,
            file_name="sales.csv",
            content=SALES,
        ),
        ExportPart(export_id=4, number=0, content=b'\xef\xbb\xbf"id","name"\r\n'),
        ExportPart(export_id=4, number=1, content=b'"1","Rahel Tesfaye"\r\n'),
        ImportJob(
            id=1,
            task="1b2c3d4e5f6a4b7c8d9e0f1a2b3c4d5e",
            starts_at=ASKED,
            result="1",
            result_status=ImportResult.SUCCESS,
            user_id=4,
        ),
        ImportJob(
            id=2,
            task="2c3d4e5f6a7b4c8d9e0f1a2b3c4d5e6f",
            starts_at=ASKED,
            result="tickets.json: /data/0/attributes/price: A paid ticket has a price over 0.",
            result_status=ImportResult.FAILURE,
            user_id=4,
        ),
        ImportJob(id=3, task="3d4e5f6a7b8c4d9e8f0a1b2c3d4e5f6a", starts_at=ASKED, user_id=9),
        CalendarFeed(id=1, user_id=9, token_hash=hash_secret(FEED_SECRET)),
        CalendarFeed(id=2, user_id=3, token_hash=hash_secret("another" * 4)),
    ]
