"""The programme's part of the demo world: fixed ids that documentation and tests share."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from openevent.areas.programme.models import (
    Microlocation,
    ScheduleVersion,
    Session,
    SessionStateChange,
    SessionType,
    Track,
)
from openevent.areas.programme.rules import SessionState
from openevent.db.base import Record

MADE = datetime(2025, 11, 5, 8, 0, tzinfo=UTC)
SUBMITTED = datetime(2025, 11, 10, 18, 30, tzinfo=UTC)
DECIDED = datetime(2025, 11, 20, 9, 0, tzinfo=UTC)
DELETED = datetime(2025, 12, 1, 10, 0, tzinfo=UTC)

#: User 9 submitted all of the summit's sessions but one.
_OWNER, _ORGANIZER, _REGISTERED, _OTHER_OWNER = 3, 4, 9, 11


def rows() -> list[Record]:
    """Return the rows in the order in which they can be inserted."""
    found = [*_tracks(), *_session_types(), *_rooms(), *_sessions(), *_steps(), *_versions()]
    for row in found:
        row.created_at = row.modified_at = MADE
    return found


def _tracks() -> list[Record]:
    return [
        Track(
            id=1,
            event_id=1,
            name="Open Hardware",
            description="<p>Things that one can touch.</p>",
            color="#2a6ebb",
            position=1,
        ),
        Track(id=2, event_id=1, name="Web", description=None, color="#f2c94c", position=2),
        Track(id=3, event_id=2, name="Main", description=None, color="#333333", position=0),
        Track(id=4, event_id=1, name="Old", color="#fff", position=3, deleted_at=DELETED),
        Track(id=5, event_id=3, name="Next", description=None, color="#0a0", position=0),
    ]


def _session_types() -> list[Record]:
    return [
        SessionType(id=1, event_id=1, name="Talk", length="00:45", position=1),
        SessionType(id=2, event_id=1, name="Workshop", length="02:00", position=2),
        SessionType(id=3, event_id=2, name="Concert", length="01:30", position=0),
        SessionType(
            id=4, event_id=1, name="Keynote", length="01:00", position=3, deleted_at=DELETED
        ),
        SessionType(id=5, event_id=3, name="Talk", length="00:30", position=0),
    ]


def _rooms() -> list[Record]:
    return [
        Microlocation(
            id=1,
            event_id=1,
            name="Great Hall",
            floor=0,
            room="A 001",
            latitude=52.5257,
            longitude=13.3888,
            position=1,
            video_stream_id=1,
        ),
        Microlocation(id=2, event_id=1, name="Workshop Room", floor=2, room="A 203", position=2),
        Microlocation(
            id=3, event_id=2, name="Stage", floor=None, room=None, position=0, video_stream_id=2
        ),
        Microlocation(id=4, event_id=1, name="Cellar", position=3, deleted_at=DELETED),
        Microlocation(id=5, event_id=3, name="Hall", floor=None, room=None, position=0),
    ]


def _sessions() -> list[Record]:
    return [
        _session(
            1,
            "Soldering for Everybody",
            "accepted",
            subtitle="No experience needed",
            level="Beginner",
            short_abstract="Bring nothing, take home a badge that blinks.",
            long_abstract="<p>Bring nothing, take home a badge that blinks.</p>",
            comments="<p>I need a table with six sockets.</p>",
            language="English",
            starts_at=datetime(2030, 5, 1, 9, 0, tzinfo=UTC),
            ends_at=datetime(2030, 5, 1, 11, 0, tzinfo=UTC),
            slides_url="https://slides.example.org/soldering.pdf",
            slides=[{"name": "Handout", "link": "https://slides.example.org/handout.pdf"}],
            website="https://soldering.example.org/",
            average_rating=4.5,
            rating_count=2,
            favourite_count=1,
            complex_field_values={"Table size": "6 sockets"},
            microlocation_id=2,
            session_type_id=2,
            track_id=1,
        ),
        _session(
            2,
            "The Web in 2030",
            "confirmed",
            creator_id=_OWNER,
            level="Intermediate",
            short_abstract="What became of it.",
            long_abstract="<p>What became of it, and what may still become of it.</p>",
            language="English",
            starts_at=datetime(2030, 5, 1, 11, 0, tzinfo=UTC),
            ends_at=datetime(2030, 5, 1, 11, 45, tzinfo=UTC),
            signup_url="https://summit.example.org/signup/2",
            microlocation_id=1,
            session_type_id=1,
            track_id=2,
        ),
        _session(
            3,
            "Freie Treiber",
            "confirmed",
            language="German",
            starts_at=datetime(2030, 5, 2, 10, 0, tzinfo=UTC),
            ends_at=datetime(2030, 5, 2, 10, 45, tzinfo=UTC),
            microlocation_id=1,
            session_type_id=1,
            track_id=1,
        ),
        _session(
            4,
            "Batteries from Potatoes",
            "pending",
            long_abstract="<p>How many does a phone take?</p>",
            short_abstract="How many does a phone take?",
            language="English",
            session_type_id=1,
            track_id=1,
        ),
        _session(5, "Something with Robots", "draft", submitted_at=None),
        _session(6, "Sold Out", "accepted", deleted_at=DELETED),
        _session(
            7,
            "Bach at Midnight",
            "accepted",
            event_id=2,
            creator_id=_OTHER_OWNER,
            starts_at=datetime(2030, 6, 14, 19, 0, tzinfo=UTC),
            ends_at=datetime(2030, 6, 14, 20, 30, tzinfo=UTC),
            microlocation_id=3,
            session_type_id=3,
            track_id=3,
            favourite_count=1,
        ),
        _session(
            8, "Opening", "accepted", event_id=3, creator_id=_OWNER, track_id=5, favourite_count=1
        ),
    ]


def _session(id_: int, title: str, state: str, **values: Any) -> Session:
    given = {"event_id": 1, "creator_id": _REGISTERED, "submitted_at": SUBMITTED, **values}
    return Session(id=id_, title=title, state=SessionState(state).value, **given)


def _steps() -> list[Record]:
    return [
        _step(1, 1, None, "pending", _REGISTERED, SUBMITTED),
        _step(2, 1, "pending", "accepted", _ORGANIZER, DECIDED),
        _step(3, 2, None, "confirmed", _OWNER, SUBMITTED),
        _step(4, 3, None, "pending", _REGISTERED, SUBMITTED),
        _step(5, 3, "pending", "confirmed", _ORGANIZER, DECIDED),
        _step(6, 4, None, "pending", _REGISTERED, SUBMITTED),
        _step(7, 5, None, "draft", _REGISTERED, SUBMITTED),
        _step(8, 6, None, "accepted", _ORGANIZER, SUBMITTED),
        _step(9, 7, None, "accepted", _OTHER_OWNER, SUBMITTED),
        _step(10, 8, None, "accepted", _OWNER, SUBMITTED),
    ]


def _step(
    id_: int, session_id: int, old: str | None, new: str, user_id: int, changed_at: datetime
) -> SessionStateChange:
    return SessionStateChange(
        id=id_,
        session_id=session_id,
        old_state=old,
        new_state=new,
        user_id=user_id,
        changed_at=changed_at,
    )


def _versions() -> list[Record]:
    soldering = _slot(1, "Soldering for Everybody", (1, 9, 0), (1, 11, 0), 2, "Workshop Room")
    web = _slot(2, "The Web in 2030", (1, 11, 0), (1, 11, 45), 1, "Great Hall")
    return [
        _version(
            1,
            event_id=1,
            number=1,
            comment="The first draft of the programme",
            published_at=datetime(2025, 12, 1, 12, 0, tzinfo=UTC),
            slots=[
                {**soldering, "title": "Soldering"},
                _slot(2, "The Web in 2030", (1, 10, 0), (1, 10, 45), 1, "Great Hall"),
                _slot(6, "Sold Out", (2, 10, 0), (2, 10, 45), 1, "Great Hall"),
            ],
        ),
        _version(
            2,
            event_id=1,
            number=2,
            comment=None,
            published_at=datetime(2025, 12, 10, 12, 0, tzinfo=UTC),
            slots=[
                soldering,
                web,
                _slot(3, "Freie Treiber", (2, 10, 0), (2, 10, 45), 1, "Great Hall"),
            ],
        ),
        _version(
            3,
            event_id=2,
            number=1,
            comment=None,
            published_at=datetime(2025, 12, 2, 12, 0, tzinfo=UTC),
            slots=[],
            user_id=_OTHER_OWNER,
        ),
    ]


def _version(id_: int, slots: list[dict[str, Any]], **values: Any) -> ScheduleVersion:
    given = {"user_id": _ORGANIZER, **values}
    return ScheduleVersion(id=id_, slots=slots, session_count=len(slots), **given)


def _slot(
    id_: int,
    title: str,
    starts_at: tuple[int, int, int],
    ends_at: tuple[int, int, int],
    room_id: int,
    room: str,
) -> dict[str, Any]:
    return {
        "id": id_,
        "title": title,
        "starts_at": datetime(2030, 5, *starts_at, tzinfo=UTC).isoformat(),
        "ends_at": datetime(2030, 5, *ends_at, tzinfo=UTC).isoformat(),
        "microlocation_id": room_id,
        "room": room,
    }
