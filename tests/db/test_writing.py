"""A single row is loaded and written without the ORM's machinery, and is as after it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from psycopg.errors import UniqueViolation
from sqlalchemy import Engine, func, inspect, select, text
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from openevent.app import RESOURCES
from openevent.areas.events.models import Event, EventChange, Tag
from openevent.areas.faq.models import Faq, FaqType
from openevent.db.compiled import sql_text
from openevent.db.engine import run_in, session_factory
from openevent.db.loading import get_row, load, loaded_columns
from openevent.db.writing import Returning, write_pending
from openevent.jsonapi.resource import ResourceType


@pytest.fixture
def db(engine: Engine) -> Iterator[Session]:
    with session_factory(engine)() as session:
        yield session


@pytest.fixture
def flushes(db: Session, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Grows with each flush of the session."""
    seen: list[str] = []
    flush = db.flush

    def noted(objects: Any = None) -> None:
        seen.append("flush")
        flush(objects)

    monkeypatch.setattr(db, "flush", noted)
    return seen


def faq(**more: Any) -> Faq:
    return Faq(**{"question": "Is there tea?", "answer": "Yes.", "event_id": 1, **more})


def test_single_new_row_has_its_id_and_its_defaults(db: Session, flushes: list[str]) -> None:
    row = faq(faq_type_id=None)
    db.add(row)
    write_pending(db, row)
    assert flushes == []
    assert inspect(row).persistent
    assert (row.version, row.position, row.faq_type_id) == (1, 0, None)
    assert row.created_at is not None


def test_values_of_every_kind_are_stored(db: Session) -> None:
    links = [{"name": "Map", "link": "https://example.org/map.pdf"}]
    event = Event(
        name="Café",
        identifier="0000000f",
        starts_at=datetime(2031, 5, 1, 9, tzinfo=UTC),
        ends_at=datetime(2031, 5, 1, 18, tzinfo=UTC),
        timezone="UTC",
        latitude=1.5,
        online=True,
        document_links=links,
    )
    change = EventChange(
        event_id=1, key="k", changed=["name", "online"], changed_at=datetime.now(UTC)
    )
    for row in (event, change):
        db.add(row)
        write_pending(db, row)
    db.commit()
    db.expire_all()
    assert (event.name, event.latitude, event.online, event.state) == ("Café", 1.5, True, "draft")
    assert event.document_links == links
    assert event.starts_at == datetime(2031, 5, 1, 9, tzinfo=UTC)
    assert change.changed == ["name", "online"]


def test_inserted_row_is_committed_and_changed_like_any_other(db: Session) -> None:
    row = faq(position=7)
    db.add(row)
    write_pending(db, row)
    row.answer = "No."
    db.commit()
    assert row.version == 2
    found = db.execute(select(Faq.answer, Faq.position).where(Faq.id == row.id)).one()
    assert tuple(found) == ("No.", 7)


@pytest.mark.parametrize("also", ["another", "changed", "deleted"])
def test_row_that_is_not_alone_is_flushed_with_the_others(
    db: Session, flushes: list[str], also: str
) -> None:
    other = Tag(name="speaker", event_id=1) if also == "another" else db.get(Faq, 1)
    row = faq()
    db.add_all([row] if also != "another" else [row, other])
    if also == "changed":
        other.answer = "Changed."
    elif also == "deleted":
        db.delete(other)
    write_pending(db, row)
    assert flushes == ["flush"]
    assert row.id is not None
    assert not db.new
    assert not db.dirty


def test_value_that_the_database_works_out_is_flushed(db: Session, flushes: list[str]) -> None:
    row = faq(position=select(func.max(Faq.position) + 1).scalar_subquery())
    db.add(row)
    write_pending(db, row)
    assert flushes == ["flush"]
    assert row.position > 0


def test_what_the_database_refuses_is_told_by_name(db: Session) -> None:
    row = FaqType(name=" tickets ", event_id=1)
    db.add(row)
    with pytest.raises(UniqueViolation, match="uq_faq_types_event_id_name_key"):
        write_pending(db, row)


def test_single_changed_row_is_updated_without_a_flush(db: Session, flushes: list[str]) -> None:
    row = db.get(Faq, 1)
    assert row is not None
    row.answer = "Changed."
    row.faq_type_id = None
    write_pending(db, row)
    assert flushes == []
    assert not db.dirty
    assert row.version == 2
    db.commit()
    db.expire_all()
    assert (row.answer, row.faq_type_id, row.version) == ("Changed.", None, 2)
    assert row.modified_at > row.created_at


def test_row_that_somebody_else_changed_is_refused(db: Session, engine: Engine) -> None:
    row = db.get(Faq, 1)
    assert row is not None
    with engine.begin() as other:
        other.execute(text("UPDATE faqs SET version = 7 WHERE id = 1"))
    row.answer = "Changed."
    with pytest.raises(StaleDataError):
        write_pending(db, row)


def test_what_is_written_comes_back_as_asked(db: Session) -> None:
    asked = Returning("upper(answer), %(word)s::text", {"word": "also"})
    row = faq()
    db.add(row)
    assert write_pending(db, row, asked) == [("YES.", "also")]
    row.answer = "No."
    assert write_pending(db, row, asked) == [("NO.", "also")]
    db.add_all([faq(), faq()])
    assert write_pending(db, row, asked) is None


@pytest.mark.parametrize("resource", RESOURCES, ids=lambda r: str(r.type_name))
def test_row_that_is_loaded_equals_one_of_a_query(
    db: Session, engine: Engine, resource: ResourceType
) -> None:
    columns = loaded_columns(resource.model)
    table = resource.model.__table__
    sql = sql_text(select(*columns).order_by(table.c.id))
    for values in run_in(db)(sql, {}):
        row = load(db, resource.model, values)
        assert get_row(db, resource.model, row.id) is row
        assert inspect(row).persistent
        assert not db.dirty
        with session_factory(engine)() as other, session_factory(engine)() as third:
            same = other.get(resource.model, row.id)
            assert same is not None
            assert get_row(third, resource.model, row.id) == third.get(resource.model, row.id)
            for attribute in inspect(resource.model).column_attrs:
                assert getattr(row, attribute.key) == getattr(same, attribute.key)
        assert load(db, resource.model, values) is row
