"""Alembic without its ini file: the migrations beside the source, or inside the wheel."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine

from openevent.db.engine import psycopg_url

_PACKAGE = Path(__file__).resolve().parents[1]


def migrations_dir() -> Path:
    """Return the folder of migrations: the checkout's, or the one packed into the wheel."""
    packed = _PACKAGE / "_migrations"
    return packed if packed.is_dir() else _PACKAGE.parents[1] / "migrations"


def config(database_url: str) -> Config:
    """Return Alembic's configuration for one database."""
    result = Config()
    result.set_main_option("script_location", str(migrations_dir()).replace("%", "%%"))
    result.attributes["database_url"] = psycopg_url(database_url)
    return result


def upgrade(database_url: str, revision: str = "head") -> None:
    """Bring a database to a revision. Several processes may call this at once."""
    command.upgrade(config(database_url), revision)


def write_sql(database_url: str) -> None:
    """Print the SQL that would bring a database up to date, and change nothing."""
    engine = create_engine(psycopg_url(database_url))
    try:
        with engine.connect() as connection:
            current = revision_of(connection) or "base"
    finally:
        engine.dispose()
    command.upgrade(config(database_url), f"{current}:head", sql=True)


def revise(database_url: str, message: str) -> Path:
    """Write the migration from an up-to-date database to the models, to be read and adjusted."""
    (head,) = heads()
    scripts = command.revision(
        config(database_url), message, autogenerate=True, rev_id=f"{int(head) + 1:04d}"
    )
    (script,) = scripts if isinstance(scripts, list) else [scripts]
    if script is None:
        raise RuntimeError("Alembic has written no migration")
    return Path(script.path)


def downgrade(database_url: str, revision: str) -> None:
    """Take a database back to a revision; ``base`` is empty."""
    command.downgrade(config(database_url), revision)


def heads() -> tuple[str, ...]:
    """Return the newest revisions of the migrations; more than one is a defect."""
    return tuple(ScriptDirectory(str(migrations_dir())).get_heads())


def revision_of(connection: Connection) -> str | None:
    """Return the revision a database is at; ``None`` when it was never migrated."""
    return MigrationContext.configure(connection).get_current_revision()


def is_current(database_url: str) -> bool:
    """Whether a database is at the single head."""
    engine = create_engine(psycopg_url(database_url))
    try:
        with engine.connect() as connection:
            return heads() == (revision_of(connection),)
    finally:
        engine.dispose()
