"""Reading statistics inside a transaction that is rolled back: nothing is put back after."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import orjson
import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from openevent.db.engine import run_in, session_factory
from openevent.jsonapi.query import Query
from openevent.jsonapi.reader import Reader
from openevent.jsonapi.target import Root, Target
from openevent.work.principal import SYSTEM
from tests.areas.statistics.sales import offer_tickets
from tests.jsonapi.catalogue import REGISTRY

Figures = Callable[[str, int], dict[str, Any]]


@pytest.fixture
def db(engine: Engine) -> Iterator[Session]:
    """A session of a transaction that is never committed."""
    session = session_factory(engine)()
    offer_tickets(session)
    yield session
    session.rollback()
    session.close()


@pytest.fixture
def figures(db: Session) -> Figures:
    """Returns the attributes of a type's row as the API answers them."""
    reader = Reader(REGISTRY, page_size_cap=100)

    def read(type_name: str, id_: int) -> dict[str, Any]:
        target = Target(root=Root.ITEM, resource=REGISTRY[type_name])
        document = reader.read(run_in(db), SYSTEM, target, Query(), key=id_)
        attributes: dict[str, Any] = orjson.loads(document.body)["data"]["attributes"]
        return attributes

    return read
