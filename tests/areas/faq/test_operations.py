"""A FAQ type that is deleted while questions are being put into it, for real."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from time import sleep
from typing import Any

import pytest
from sqlalchemy import Engine, select, text

from openevent.areas.faq.models import Faq, FaqType
from openevent.areas.faq.operations import delete_faq_type
from openevent.areas.faq.resources import FAQS
from openevent.db.engine import session_factory
from openevent.db.writing import write_pending
from openevent.errors import Missing
from openevent.jsonapi.writer import Writer
from openevent.work.principal import SYSTEM
from openevent.work.unit import UnitOfWork
from tests.jsonapi.catalogue import REGISTRY

WRITER = Writer(REGISTRY)
QUESTION = {
    "data": {
        "type": "faq",
        "attributes": {"question": "?", "answer": "!"},
        "relationships": {
            "event": {"data": {"type": "event", "id": "1"}},
            "faq-type": {"data": {"type": "faq-type", "id": "1"}},
        },
    }
}
WAITING = text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")


@contextmanager
def unit(engine: Engine) -> Iterator[UnitOfWork]:
    """A unit of work that commits at its end, as a request does."""
    work = UnitOfWork(open_db=session_factory(engine), principal=SYSTEM)
    try:
        yield work
        work.db.commit()
    finally:
        work.close()


def delete_type(engine: Engine) -> None:
    with unit(engine) as work:
        delete_faq_type(work, work.db.get_one(FaqType, 1, with_for_update=True))


def wait_for_a_lock(engine: Engine) -> None:
    with engine.connect() as connection:
        for _ in range(2000):
            if connection.scalar(WAITING):
                return
            connection.rollback()  # PostgreSQL shows one transaction one state of the others
            sleep(0.05)
    raise AssertionError("nobody waits for a lock")


def test_type_deleted_while_a_faq_enters_it_leaves_no_faq_behind(engine: Engine) -> None:
    with ThreadPoolExecutor(1) as pool:
        with unit(engine) as work:
            faq = WRITER.create(work, FAQS, QUESTION)
            write_pending(work.db, faq)
            deletion = pool.submit(delete_type, engine)
            wait_for_a_lock(engine)
        deletion.result(timeout=120)
    with unit(engine) as work:
        assert work.db.scalar(select(Faq.faq_type_id).where(Faq.id == faq.id)) is None


def test_faq_that_enters_a_type_being_deleted_is_refused(engine: Engine) -> None:
    def enter() -> Any:
        with unit(engine) as work:
            return WRITER.create(work, FAQS, QUESTION)

    with ThreadPoolExecutor(1) as pool:
        with unit(engine) as work:
            delete_faq_type(work, work.db.get_one(FaqType, 1, with_for_update=True))
            entering = pool.submit(enter)
            wait_for_a_lock(engine)
        with pytest.raises(Missing):
            entering.result(timeout=120)
