"""What holds around migrations, whichever they are: shown by three small ones."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError

from openevent.cli.refusals import _database
from openevent.db import migrate
from openevent.settings import Settings
from tests.databases import own_database

LOCKED = """
SELECT count(*) FROM pg_locks
WHERE locktype = 'advisory' AND pid = pg_backend_pid() AND database = (
    SELECT oid FROM pg_database WHERE datname = current_database())
"""
MIGRATIONS = (
    f"CREATE TABLE held AS {LOCKED}",
    f"INSERT INTO held {LOCKED}",
    f"INSERT INTO held {LOCKED}; ALTER TABLE held ADD more int",
)


@pytest.fixture
def url(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A database, and a folder with our environment and these migrations."""
    environment = (migrate.migrations_dir() / "env.py").read_text()
    assert 'LOCK_TIMEOUT = "4s"' in environment
    (tmp_path / "env.py").write_text(environment.replace("4s", "100ms"))
    (tmp_path / "versions").mkdir()
    for number, sql in enumerate(MIGRATIONS, 1):
        before = f'"{number - 1}"' if number > 1 else None
        (tmp_path / "versions" / f"{number}.py").write_text(
            f'from alembic import op\nrevision = "{number}"\ndown_revision = {before}\n'
            f'def upgrade():\n    op.execute("""{sql}""")\n'
        )
    monkeypatch.setattr(migrate, "migrations_dir", lambda: tmp_path)
    with own_database(settings.database_url) as address:
        yield address


def test_each_migration_runs_alone(url: str) -> None:
    migrate.upgrade(url)
    engine = create_engine(url)
    with engine.connect() as connection:
        assert connection.execute(text("SELECT count FROM held")).scalars().all() == [1, 1, 1]
    engine.dispose()


def test_a_table_in_use_stops_a_migration_and_not_those_behind_it(url: str) -> None:
    migrate.upgrade(url, "1")
    engine = create_engine(url)
    with engine.connect() as reader:
        reader.execute(text("SELECT FROM held"))
        with pytest.raises(OperationalError) as refused:
            migrate.upgrade(url)
        assert "Try again" in _database(refused.value.orig or refused.value)
        assert migrate.revision_of(reader) == "2"
    migrate.upgrade(url)
    assert migrate.is_current(url)
    engine.dispose()
