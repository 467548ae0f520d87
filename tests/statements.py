"""What is sent to the database meanwhile, whichever way the driver is used."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest

from openevent.db.prepared import PreparedStatements


@contextmanager
def statements_sent() -> Iterator[list[str]]:
    """Note every statement that this process runs inside."""
    sent: list[str] = []
    with pytest.MonkeyPatch.context() as patched:
        for owner, name in ((psycopg.Cursor, "execute"), (PreparedStatements, "rows")):
            patched.setattr(owner, name, _noting(getattr(owner, name), sent))
        yield sent


def _noting(run: Any, sent: list[str]) -> Any:
    def noted(self: Any, statement: Any, *args: Any, **options: Any) -> Any:
        sent.append(str(statement))
        return run(self, statement, *args, **options)

    return noted
