"""Programs in a closed folder are copied, never opened to others."""

from __future__ import annotations

import shutil
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from openevent.local import tree
from openevent.local.account import Account
from openevent.local.errors import LocalServerError
from tests.local.conftest import modes

SOMEBODY = Account(61200)


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A package in a folder that nobody else may enter."""
    program = tmp_path / "closed" / "package" / "bin" / "server"
    program.parent.mkdir(parents=True)
    program.write_text("#!/bin/sh\n")
    program.chmod(0o700)
    (tmp_path / "closed").chmod(0o700)
    return tmp_path / "closed" / "package"


@pytest.fixture
def open_home(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty folder that everybody can read, as the only place for copies."""
    home = Path(tempfile.mkdtemp())
    home.chmod(0o755)
    monkeypatch.setattr(tree, "_HOMES", (home,))
    yield home
    shutil.rmtree(home)


def test_ourselves_need_no_copy(package: Path) -> None:
    assert tree.reachable(package, ("package/bin/server",), "click", None) == package.parent


def test_a_closed_program_is_copied_and_its_folders_stay_closed(
    package: Path, open_home: Path
) -> None:
    before = modes(package / "bin" / "server")
    copy = tree.reachable(package, ("package/bin/server",), "click", SOMEBODY)
    assert copy.parent == open_home
    program = copy / "package" / "bin" / "server"
    for place in (program, *program.parents):
        assert place.stat().st_mode & (stat.S_IROTH | stat.S_IXOTH) or place == Path("/")
    assert {path: stat.S_IMODE(path.stat().st_mode) for path in before} == before
    assert tree.reachable(package, ("package/bin",), "click", SOMEBODY) == copy


def test_a_copy_that_others_can_write_is_not_trusted(package: Path, open_home: Path) -> None:
    tree.reachable(package, ("package/bin",), "click", SOMEBODY).chmod(0o777)
    with pytest.raises(LocalServerError, match="must be copied"):
        tree.reachable(package, ("package/bin",), "click", SOMEBODY)


def test_a_missing_package_is_one_sentence() -> None:
    with pytest.raises(LocalServerError, match="The package no-such-thing is not installed"):
        tree.package_folder("no_such_thing", "no-such-thing")
