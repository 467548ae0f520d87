"""The benchmark's data: 60 events, 22,000 questions of which one event has 8,000."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any, Final

from sqlalchemy import Connection, insert, text

from openevent.areas.events.models import Event, EventTopic, EventType
from openevent.areas.faq.models import Faq, FaqType
from openevent.areas.faq.rules import name_key
from openevent.areas.identity.models import LoginSession, Role, RoleName, User, UsersEventsRoles
from openevent.db.base import Record
from openevent.db.engine import make_engine
from openevent.db.migrate import upgrade
from openevent.settings import Settings

#: Of the events: one with very many questions, some to read from, some to write into.
BIG_EVENT: Final = 1
READ_EVENTS: Final = range(2, 51)
WRITE_EVENTS: Final = range(51, 61)
EVENTS: Final = range(1, 61)

BIG_EVENT_FAQS: Final = 8000
FAQS_PER_EVENT: Final = 245
TYPES_PER_EVENT: Final = 8

#: Who runs all events, and the log-in session of the token.
ORGANIZER: Final = 2
SESSION: Final = 1

_BATCH = 1000
_START = datetime(2030, 1, 7, 9, 0, tzinfo=UTC)
_PROSE = (
    "the venue opens at nine and every ticket is checked at the door bring water and a charger "
    "speakers meet in the green room lunch is vegetarian café badges are printed on site please "
    "write to the team if you need a visa letter or a refund sessions are recorded when speakers "
    "agree trains leave each quarter of an hour"
)
_WORDS = _PROSE.split()


def fill(settings: Settings) -> None:
    """Migrate an empty database and fill it; the same rows each time."""
    upgrade(settings.database_url)
    engine = make_engine(settings)
    with engine.begin() as connection:
        for model, rows in _tables():
            _insert(connection, model, rows)
            table = model.__tablename__
            connection.execute(
                text(
                    f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}"  # noqa: S608
                )
            )
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        # As autovacuum leaves tables that are read more than written.
        connection.execute(text("VACUUM (ANALYZE)"))
    engine.dispose()


def _tables() -> Iterator[tuple[type[Record], Iterable[dict[str, Any]]]]:
    yield User, ({"id": i, "email": f"user{i}@example.org", "is_verified": True} for i in _users())
    yield Role, ({"id": i, "name": name} for i, name in enumerate(RoleName, start=1))
    yield (
        LoginSession,
        [{"id": SESSION, "user_id": ORGANIZER, "expires_at": datetime(2100, 1, 1, tzinfo=UTC)}],
    )
    yield EventType, [{"id": 1, "name": "Conference", "slug": "conference"}]
    yield EventTopic, [{"id": 1, "name": "Technology", "slug": "technology"}]
    yield Event, map(_event, EVENTS)
    # On every event six people have a role each; one and the same is the organizer of all.
    yield (
        UsersEventsRoles,
        (
            {
                "event_id": event,
                "role_id": role,
                "user_id": ORGANIZER if role == ORGANIZER else event * 6 + role,
            }
            for event in EVENTS
            for role in range(1, 7)
        ),
    )
    yield FaqType, _faq_types()
    yield Faq, _faqs()


def _users() -> range:
    return range(1, EVENTS[-1] * 6 + 7)


def _event(id_: int) -> dict[str, Any]:
    starts_at = _START + timedelta(days=id_)
    return {
        "id": id_,
        "identifier": f"{id_:07x}e",
        "name": f"Conference No. {id_}",
        "state": "published",
        "starts_at": starts_at,
        "ends_at": starts_at + timedelta(days=2),
        "timezone": "Europe/Berlin",
        "description": f"<p>{_prose(random.Random(id_), 600)}</p>",  # noqa: S311
        "location_name": "Kalkscheune, Berlin",
        "searchable_location_name": "Berlin",
        "latitude": 52.5257,
        "longitude": 13.3888,
        "logo_url": f"https://images.example.org/events/{id_}/logo.png",
        "original_image_url": f"https://images.example.org/events/{id_}/original.jpg",
        "owner_name": "Open Tech e.V.",
        "payment_country": "DE",
        "payment_currency": "EUR",
        "paypal_email": "treasurer@example.org",
        "event_type_id": 1,
        "event_topic_id": 1,
    }


def types_of(event: int) -> range:
    """Return the ids of the FAQ types of an event."""
    first = (event - 1) * TYPES_PER_EVENT + 1
    return range(first, first + TYPES_PER_EVENT)


def _faq_types() -> Iterator[dict[str, Any]]:
    for event in EVENTS:
        for place, id_ in enumerate(types_of(event)):
            name = f"Section {_WORDS[place * 3].capitalize()} {place}"
            yield {
                "id": id_,
                "event_id": event,
                "name": name,
                "name_key": name_key(name),
                "position": place,
            }


def faqs_of(event: int) -> range:
    """Return the ids of the questions of an event."""
    if event == BIG_EVENT:
        return range(1, BIG_EVENT_FAQS + 1)
    first = BIG_EVENT_FAQS + (event - 2) * FAQS_PER_EVENT + 1
    return range(first, first + FAQS_PER_EVENT)


def _faqs() -> Iterator[dict[str, Any]]:
    for event in EVENTS:
        chance = random.Random(event)  # noqa: S311  # the same questions in each run
        for place, id_ in enumerate(faqs_of(event)):
            subject = "tickets" if id_ % 2 else "sessions"
            yield {
                "id": id_,
                "event_id": event,
                # One in five is in no section.
                "faq_type_id": None if place % 5 == 0 else types_of(event)[place % 8],
                "question": f"What about {subject}, {_prose(chance, 40)}?",
                "answer": _prose(chance, 1500),
                "position": place,
            }


def _prose(chance: random.Random, length: int) -> str:
    return " ".join(chance.choices(_WORDS, k=length // 5))[:length]


def _insert(connection: Connection, model: type[Record], rows: Iterable[dict[str, Any]]) -> None:
    iterator = iter(rows)
    while batch := list(islice(iterator, _BATCH)):
        connection.execute(insert(model), batch)
