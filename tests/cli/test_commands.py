"""Every command explains itself, refuses in a sentence, and ends with an honest exit code."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from openevent.cli import main
from openevent.db import migrate
from openevent.settings import Settings

NOWHERE = "postgresql://somebody:hidden@127.0.0.1:1/nothing"


def call(*arguments: str, **variables: str | None) -> Result:
    """Call the command in this process."""
    return CliRunner().invoke(main, arguments, env=variables)


def commands(group: click.Group, *above: str) -> Iterator[tuple[str, ...]]:
    """Return every command's words."""
    for name, command in group.commands.items():
        yield (*above, name)
        if isinstance(command, click.Group):
            yield from commands(command, *above, name)


@pytest.mark.parametrize("words", list(commands(main)), ids=" ".join)
def test_every_command_has_help(words: tuple[str, ...]) -> None:
    result = call(*words, "--help")
    assert result.exit_code == 0
    assert len(result.output.splitlines()) > 3


def test_what_people_look_for_is_there() -> None:
    expected = {"run", "serve", "worker", "migrate", "world", "contract", "outbox", "settings"}
    assert expected <= set(main.commands)


def test_a_wrong_call_is_exit_code_2() -> None:
    assert call("nonsense").exit_code == 2
    assert call("migrate", "--nonsense").exit_code == 2


def test_settings_are_shown_with_their_meaning_and_without_secrets() -> None:
    result = call(
        "settings",
        OPENEVENT_SECRET_KEY="k" * 40,
        OPENEVENT_DATABASE_URL=NOWHERE,
        OPENEVENT_ADMIN_PASSWORD="hidden",
        OPENEVENT_BIND="127.0.0.1:9999",
    )
    assert result.exit_code == 0
    for name, _, meaning in Settings().rows():
        assert name in result.output
        assert meaning in result.output
    assert "OPENEVENT_BIND=127.0.0.1:9999" in result.output
    assert "kkkk" not in result.output
    assert "hidden" not in result.output


@pytest.mark.parametrize(
    ("variables", "sentence"),
    [
        ({"OPENEVENT_BIND": "nowhere"}, "OPENEVENT_BIND is 'nowhere'"),
        ({"OPENEVENT_WEB_WORKERS": "many"}, "OPENEVENT_WEB_WORKERS is 'many'"),
        ({"OPENEVENT_SECRET_KEY": "short"}, "OPENEVENT_SECRET_KEY must have at least 32 bytes"),
    ],
)
@pytest.mark.parametrize("command", ["settings", "migrate", "serve", "run"])
def test_a_wrong_setting_is_one_sentence(
    command: str, variables: dict[str, str], sentence: str
) -> None:
    result = call(command, **variables)
    assert result.exit_code == 1
    assert result.output.startswith(f"Error: {sentence}")
    assert len(result.output.splitlines()) == 1


def test_a_database_that_is_away_is_one_sentence(tmp_path: Path) -> None:
    result = call(
        "migrate",
        OPENEVENT_DATABASE_URL=NOWHERE,
        OPENEVENT_REDIS_URL="redis://127.0.0.1:1",
        OPENEVENT_DATA_DIR=str(tmp_path),
    )
    assert result.exit_code == 1
    assert result.output.startswith("Error: The database refused: ")
    assert "hidden" not in result.output
    assert len(result.output.splitlines()) == 1


def test_migrate_brings_up_to_date_and_check_tells_whether_it_is(tmp_path: Path) -> None:
    variables = {"OPENEVENT_REDIS_URL": "redis://127.0.0.1:1", "OPENEVENT_DATA_DIR": str(tmp_path)}
    behind = call("migrate", "--check", **variables)
    assert behind.exit_code == 1
    assert "run: openevent migrate" in behind.output
    assert call("migrate", **variables).exit_code == 0
    assert call("migrate", **variables).exit_code == 0
    assert call("migrate", "--check", **variables).exit_code == 0


def test_migrate_prints_the_sql_of_what_is_missing_and_changes_nothing(tmp_path: Path) -> None:
    variables = {"OPENEVENT_REDIS_URL": "redis://127.0.0.1:1", "OPENEVENT_DATA_DIR": str(tmp_path)}
    result = call("migrate", "--sql", **variables)
    assert result.exit_code == 0
    assert "CREATE TABLE events" in result.output
    assert call("migrate", "--check", **variables).exit_code == 1


def test_migrate_writes_the_migration_from_the_newest_one_to_the_models(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "migrations"
    shutil.copytree(migrate.migrations_dir(), folder)
    monkeypatch.setattr(migrate, "migrations_dir", lambda: folder)
    result = call(
        "migrate",
        "--new",
        "add sponsors",
        OPENEVENT_REDIS_URL="redis://127.0.0.1:1",
        OPENEVENT_DATA_DIR=str(tmp_path),
    )
    assert result.exit_code == 0, result.output
    (written,) = folder.glob("versions/*_add_sponsors.py")
    assert f"Read and adjust {written}" in result.output


def test_migrate_does_one_thing_at_a_time() -> None:
    assert call("migrate", "--check", "--sql").exit_code == 2
