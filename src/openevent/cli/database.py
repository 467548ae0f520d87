"""The database, for as long as a command needs it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.orm import Session, sessionmaker

from openevent.db.engine import make_engine, session_factory
from openevent.settings import Settings


@contextmanager
def sessions(settings: Settings) -> Iterator[sessionmaker[Session]]:
    """Yield the maker of sessions; its connections are closed in the end."""
    engine = make_engine(settings)
    try:
        yield session_factory(engine)
    finally:
        engine.dispose()
