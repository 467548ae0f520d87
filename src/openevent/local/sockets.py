"""Socket paths that fit: the kernel takes 107 bytes, a folder's name may be longer."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

_LIMIT_BYTES = 103  # Linux takes 107, macOS 103


class SocketFolder:
    """A folder of sockets under a name short enough to connect to.

    The server itself binds relative to its current directory, so its folder may be as
    deep as it likes. For a client a name that is too long is replaced by a link in a
    private folder (mode 0700) of the temporary directory.
    """

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._private: Path | None = None

    def path(self, socket_name: str) -> Path:
        """Return a folder name by which the named socket can be reached."""
        if len(os.fsencode(self._directory / socket_name)) <= _LIMIT_BYTES:
            return self._directory
        if self._private is None:
            self._private = Path(tempfile.mkdtemp(prefix="openevent-", dir=_short_temporary()))
            (self._private / "s").symlink_to(self._directory, target_is_directory=True)
        return self._private / "s"

    def remove(self) -> None:
        """Remove the link and its folder, if there was one."""
        if self._private is not None:
            shutil.rmtree(self._private, ignore_errors=True)
            self._private = None


def _short_temporary() -> str:
    configured = tempfile.gettempdir()
    return configured if len(os.fsencode(configured)) < 60 else "/tmp"  # noqa: S108 - mkdtemp
