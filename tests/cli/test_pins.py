"""What is installed is what constraints.txt says, and no file names a registry."""

from __future__ import annotations

import re
from importlib.metadata import distributions
from pathlib import Path

ROOT = Path(__file__).parents[2]
# Python's own venv brings these in whatever version it has.
BROUGHT = {"pip", "setuptools"}


def canonical(name: str) -> str:
    """Return a distribution's name as PEP 503 compares it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def test_everything_installed_is_pinned_to_its_exact_version() -> None:
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    pins = {
        canonical(name): version
        for line in lines
        if not line.startswith("#")
        for name, version in [line.split("==")]
    }
    installed = {canonical(each.metadata["Name"]): each.version for each in distributions()}
    wrong = {
        name: (version, pins.get(name))
        for name, version in installed.items()
        if name not in BROUGHT | {"openevent"} and pins.get(name) != version
    }
    assert wrong == {}, "(installed, pinned); to pin anew: make pins"


def test_lock_files_name_no_host_and_no_address() -> None:
    for name in ("constraints.txt", "package-lock.json", "package.json", ".npmrc"):
        text = (ROOT / name).read_text()
        assert "--index" not in text
        assert '"resolved"' not in text
        assert "registry=" not in text
