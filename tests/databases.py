"""Databases of a test's own, beside the one that all tests share."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

from sqlalchemy import create_engine, make_url, text

#: Without FORCE: that would also end whoever vacuums at this moment, which only the
#: superuser may. PostgreSQL sends those away by itself.
_END_OURS = text(
    "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity"
    " WHERE datname = :name AND usename = current_user"
)


@contextmanager
def own_database(url: str, *, like: str = "template1") -> Iterator[str]:
    """Make a database on a server; give its URL, and drop it whoever still uses it.

    It is empty, or a copy of one that nobody uses.
    """
    admin = create_engine(url, isolation_level="AUTOCOMMIT")
    name = f"own_{uuid4().hex}"
    try:
        with admin.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {like}"))
            try:
                yield make_url(url).set(database=name).render_as_string(hide_password=False)
            finally:
                connection.execute(_END_OURS, {"name": name})
                connection.execute(text(f"DROP DATABASE {name}"))
    finally:
        admin.dispose()
