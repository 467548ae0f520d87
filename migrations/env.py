"""Runs migrations: one transaction each, one process at a time, never waiting long for a lock."""

from __future__ import annotations

from alembic import context
from sqlalchemy import create_engine, pool, text

from openevent.db.registry import metadata

#: Any number; whoever migrates takes this advisory lock first.
MIGRATION_LOCK = 7_216_031
#: A table that is used for long stops a migration, and not all requests that queue behind it.
LOCK_TIMEOUT = "4s"


def run() -> None:
    options = {"target_metadata": metadata, "compare_type": True, "compare_server_default": True}
    url = context.config.attributes["database_url"]
    if context.is_offline_mode():
        context.configure(url=url, literal_binds=True, **options)
        with context.begin_transaction():
            context.run_migrations()
        return
    engine = create_engine(url, poolclass=pool.NullPool)
    with engine.connect() as connection:
        # Of the connection, not of a transaction: there is one for each migration.
        connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": MIGRATION_LOCK})
        connection.execute(text(f"SET lock_timeout = '{LOCK_TIMEOUT}'"))
        connection.commit()
        context.configure(connection=connection, transaction_per_migration=True, **options)
        with context.begin_transaction():
            context.run_migrations()


run()
