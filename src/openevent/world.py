"""The demo world: one small conference with fixed ids, the subject of every example.

Each area gives its rows (``areas/<area>/world.py``). They become one SQL script, so that
putting the world back costs one round trip and a few milliseconds: the replay does it
before every documented request, the tests after every test that wrote.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from contextlib import closing
from functools import cached_property, lru_cache
from itertools import chain
from typing import Any

import psycopg
from psycopg import sql
from redis import Redis
from sqlalchemy import (
    Connection,
    Engine,
    Function,
    PoolProxiedConnection,
    Table,
    exists,
    func,
    inspect,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.types import TypeEngine

from openevent.areas.checkin import world as checkin
from openevent.areas.communication import world as communication
from openevent.areas.engagement import world as engagement
from openevent.areas.events import world as events
from openevent.areas.exports import world as exports
from openevent.areas.faq import world as faq
from openevent.areas.forms import world as forms
from openevent.areas.identity import world as identity
from openevent.areas.identity.models import User
from openevent.areas.invoices import world as invoices
from openevent.areas.media import world as media
from openevent.areas.orders import world as orders
from openevent.areas.partners import world as partners
from openevent.areas.payments import world as payments
from openevent.areas.programme import world as programme
from openevent.areas.site import world as site
from openevent.areas.speakers import world as speakers
from openevent.areas.streams import world as streams
from openevent.areas.teams import world as teams
from openevent.areas.ticketing import world as ticketing
from openevent.db.base import Model
from openevent.db.registry import metadata
from openevent.errors import Conflict
from openevent.services import rate_limits
from openevent.services.passwords import PasswordHasher
from openevent.services.storage import make_storage
from openevent.settings import Settings

AREAS = (
    identity,
    events,
    faq,
    media,
    forms,
    partners,
    teams,
    streams,
    programme,
    speakers,
    engagement,
    ticketing,
    exports,
    orders,
    site,
    payments,
    invoices,
    checkin,
    communication,
)
#: Rows made later get ids from here on, so that examples never collide with them.
FIRST_FREE_ID = 1001

#: The super admin's log-in belongs to the installation: a reset leaves it as it is.
_KEPT = {"users": ("id", "email", "password_hash", "token_generation")}
_MARK = text("SELECT EXISTS (SELECT FROM events WHERE id = 1 AND identifier = 'a5b1c2d3')")
#: A reset and a running job may take rows in opposite order; PostgreSQL ends one of them.
_ATTEMPTS = 5


class NotEmptyError(Conflict):
    """The database already holds something; loading a world would mix with it."""


def rows() -> list[Model]:
    """Return new objects of every row of the demo world."""
    return [*chain.from_iterable(area.rows() for area in AREAS)]


def load(engine: Engine, settings: Settings) -> str | None:
    """Fill an empty, migrated database; return the super admin's password if one was made.

    Raises ``NotEmptyError`` when there is a row in any table.
    """
    media.fill(make_storage(settings))
    made = None if settings.admin_password else secrets.token_urlsafe(12)
    with engine.begin() as connection:
        if (table := _first_used_table(connection)) is not None:
            raise NotEmptyError(
                f"The database is not empty (there are {table}), so the demo world was not"
                " loaded. To put an existing demo world back: openevent world reset"
            )
        _run_script(connection.connection)
        connection.execute(
            update(User.__table__)  # type: ignore[arg-type]  # not the mapper: no new version
            .where(User.id == identity.SUPER_ADMIN_ID)
            .values(
                email=settings.admin_email,
                password_hash=PasswordHasher().hash(made or settings.admin_password),
            )
        )
    return made


def reset(engine: Engine, *, redis: Redis | None = None) -> None:
    """Put the demo world back: every table, every sequence, in one transaction.

    The super admin keeps the log-in. With ``redis``, rate limits start anew too.
    """
    for attempt in range(1, _ATTEMPTS + 1):
        connection = engine.raw_connection()
        try:
            _run_script(connection)
            connection.commit()
            break
        except psycopg.errors.DeadlockDetected:
            connection.rollback()
            if attempt == _ATTEMPTS:
                raise
        finally:
            connection.close()
    if redis is not None:
        forget_limits(redis)


def forget_limits(redis: Redis) -> None:
    """Have all rate limits start anew."""
    if keys := list(redis.scan_iter(f"{rate_limits.PREFIX}*", count=1000)):
        redis.delete(*keys)


class Keeper:
    """Puts the demo world back again and again, in the tables that were written since.

    For tests and replays, which do so before every request. A table is as it was when it
    has as many rows and none of a later transaction. References between tables are not
    looked at on the way: at its end each table has the rows it had. Where the database
    does not allow that, everything is put back. While no transaction has written and no
    sequence was asked, there is nothing to look for.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._tables: Sequence[Table] = metadata.sorted_tables
        self._marks: dict[Table, Any] = {}
        self._quiet: tuple[Any, ...] | None = None

    @cached_property
    def _looking(self) -> psycopg.Connection[Any]:
        """A connection that only looks: who passes over references forgets all plans."""
        pooled = self._engine.raw_connection()
        connection: psycopg.Connection[Any] = pooled.driver_connection  # type: ignore[assignment]
        pooled.detach()
        connection.autocommit = True
        # PostgreSQL would start processes to look at so many tables, as small as they are.
        connection.execute("SET max_parallel_workers_per_gather = 0")
        return connection

    @cached_property
    def _sequences(self) -> str:
        """The sequences of all tables, as an array in SQL."""
        with self._engine.connect() as connection:
            names = connection.execute(select(*map(_sequence_of, _counted()))).one()
        return "'{" + ",".join(names) + "}'::regclass[]"

    @cached_property
    def _last_write(self) -> str:
        """Says what changes with every write of anybody.

        A sequence may be asked by a statement that the database refuses before it writes.
        """
        return (
            "SELECT pg_snapshot_xmax(pg_current_snapshot())::text,"  # noqa: S608
            f" (SELECT sum(pg_sequence_last_value(s)) FROM unnest({self._sequences}) s)"
        )

    @cached_property
    def _rewind(self) -> str:
        return (
            f"SELECT setval(s, {FIRST_FREE_ID - 1}) FROM unnest({self._sequences}) s"  # noqa: S608
            f" WHERE pg_sequence_last_value(s) <> {FIRST_FREE_ID - 1}"
        )

    def reset(self, *, redis: Redis | None = None) -> bool:
        """Put the world back, as :func:`reset` does; return whether somebody had written."""
        looking = self._looking
        has_changed = self._quiet is None or self._now(looking) != self._quiet
        if has_changed:
            self._put_back(looking)
            self._quiet = self._now(looking)
        if redis is not None:
            forget_limits(redis)
        return has_changed

    def close(self) -> None:
        """Close the connection that it looks through."""
        self._looking.close()

    def _now(self, looking: psycopg.Connection[Any]) -> tuple[Any, ...] | None:
        found: tuple[Any, ...] | None = looking.execute(self._last_write).fetchone()
        return found

    def _put_back(self, looking: psycopg.Connection[Any]) -> None:
        marks = _marks(looking, self._tables)
        written = [table for table in self._tables if self._marks.get(table) != marks[table]]
        try:
            with closing(self._engine.raw_connection()) as connection:
                _run_script(connection, _script(written, self._rewind, unchecked=True))
                connection.commit()
        except (psycopg.errors.InsufficientPrivilege, psycopg.errors.DeadlockDetected):
            # Only who runs the database may pass over its references.
            reset(self._engine)
            written = [*self._tables]
        self._marks = marks | _marks(looking, written)


def _marks(connection: psycopg.Connection[Any], tables: Sequence[Table]) -> dict[Table, Any]:
    """Return how many rows each table has, and which transaction wrote last."""
    if not tables:
        return {}
    found = connection.execute(
        " UNION ALL ".join(
            f"SELECT {n}, count(*), max(xmin::text::bigint) FROM {table.name}"  # noqa: S608
            for n, table in enumerate(tables)
        )
    )
    return {tables[n]: mark for n, *mark in found}


def is_empty(engine: Engine) -> bool:
    """Whether no table has a row."""
    with engine.connect() as connection:
        return _first_used_table(connection) is None


def is_loaded(engine: Engine) -> bool:
    """Whether the database holds the demo world, as it was or changed."""
    with engine.connect() as connection:
        return bool(connection.scalar(_MARK))


@lru_cache(maxsize=1)
def reset_script() -> str:
    """Return the SQL that empties every table and inserts the demo world."""
    sequences = ", ".join(
        f"setval(pg_get_serial_sequence('{table.name}', 'id'), {FIRST_FREE_ID - 1})"
        for table in _counted()
    )
    return _script(metadata.sorted_tables, f"SELECT {sequences}")


def _counted() -> list[Table]:
    """Return the tables that number their rows themselves."""
    return [
        table
        for table in metadata.sorted_tables
        if "id" in table.columns and table.columns["id"].identity is not None
    ]


def _sequence_of(table: Table) -> Function[str]:
    return func.pg_get_serial_sequence(table.name, "id")


def _script(tables: Sequence[Table], rewind: str, *, unchecked: bool = False) -> str:
    """Return the SQL that gives these tables their rows of the demo world, and no others."""
    # Histories that are otherwise only added to go too, in this transaction.
    script = ["SET LOCAL openevent.forget_history = 'on'"]
    if unchecked:
        script.append("SET LOCAL session_replication_role = replica")
    script += [_delete(table) for table in reversed(tables)]
    script += [_inserts()[table] for table in tables if table in _inserts()]
    return ";\n".join([*script, rewind])


@lru_cache(maxsize=1)
def _inserts() -> dict[Table, str]:
    by_table: dict[Table, list[dict[str, Any]]] = {}
    for row in rows():
        by_table.setdefault(_table(row), []).append(_values(row))
    return {table: _insert(table, lines).as_string() for table, lines in by_table.items()}


def _run_script(connection: PoolProxiedConnection, script: str | None = None) -> None:
    # Not prepared: a prepared statement is one statement, and this is a hundred.
    connection.driver_connection.execute(script or reset_script(), prepare=False)  # type: ignore[union-attr]


def _first_used_table(connection: Connection) -> str | None:
    # What migrations put there is no use that anybody made of the database.
    tables = [table for table in metadata.sorted_tables if not table.info.get("installed")]
    used = connection.execute(
        select(*(exists(select(1).select_from(table)).label(table.name) for table in tables))
    ).one()
    return next((table.name for table in tables if used._mapping[table.name]), None)


def _table(row: Model) -> Table:
    table = inspect(type(row)).local_table
    assert isinstance(table, Table)  # noqa: S101 - no model is mapped to anything else
    return table


def _values(row: Model) -> dict[str, Any]:
    """Return the column values a row was made with, and the defaults that are plain values."""
    mapper, given = inspect(type(row)), inspect(row).dict
    values: dict[str, Any] = {}
    for attribute in mapper.column_attrs:
        column = attribute.columns[0]
        if attribute.key in given:
            values[column.name] = given[attribute.key]
        elif column.default is not None and column.default.is_scalar:
            values[column.name] = column.default.arg
    return values


def _delete(table: Table) -> str:
    kept = f" WHERE id <> {identity.SUPER_ADMIN_ID}" if table.name in _KEPT else ""
    return f"DELETE FROM {table.name}{kept}"  # noqa: S608


def _insert(table: Table, lines: list[dict[str, Any]]) -> sql.Composable:
    columns = [c for c in table.columns if any(c.name in line for line in lines)]
    processors = {c.name: _processor(c.type) for c in columns}
    values = [
        sql.SQL("({})").format(
            sql.SQL(", ").join(
                sql.Literal(processors[c.name](line[c.name])) if c.name in line else sql.DEFAULT
                for c in columns
            )
        )
        for line in lines
    ]
    statement: sql.Composable = sql.SQL("INSERT INTO {} ({}) VALUES {}").format(
        sql.Identifier(table.name),
        sql.SQL(", ").join(sql.Identifier(c.name) for c in columns),
        sql.SQL(",\n").join(values),
    )
    if table.name in _KEPT:
        statement += sql.SQL(" ON CONFLICT (id) DO UPDATE SET {}").format(
            sql.SQL(", ").join(
                sql.SQL("{0} = EXCLUDED.{0}").format(sql.Identifier(c.name))
                for c in table.columns
                if c.computed is None and c.name not in _KEPT[table.name]
            )
        )
    return statement


def _processor(type_: TypeEngine[Any]) -> Callable[[Any], Any]:
    dialect = PGDialect_psycopg()  # type: ignore[no-untyped-call]
    return type_.dialect_impl(dialect).bind_processor(dialect) or (lambda value: value)
