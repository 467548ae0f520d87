"""What the tests of the embedded servers share."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

STRANGER = 60999


def modes(*paths: Path) -> dict[Path, int]:
    """Return the modes of these paths and of every folder above them."""
    return {
        place: stat.S_IMODE(place.stat().st_mode)
        for path in paths
        for place in (path, *path.resolve().parents)
    }


@contextmanager
def stranger() -> Iterator[bool]:
    """Be another user of this machine, where we may (as root); say whether we are."""
    if os.geteuid() != 0:
        yield False
        return
    os.setegid(STRANGER)
    os.seteuid(STRANGER)
    try:
        yield True
    finally:
        os.seteuid(0)
        os.setegid(0)
