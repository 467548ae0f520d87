"""The jobs of the server, run by hand, and what they send."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine

from openevent.settings import Settings
from tests.areas.communication.post import Post, Postbox


@pytest.fixture
def box() -> Postbox:
    """Where the mails arrive."""
    return Postbox()


@pytest.fixture
def post(engine: Engine, settings: Settings, box: Postbox) -> Post:
    """The jobs of the server, with a postbox, and no front end."""
    return Post(engine, settings, box, "")
