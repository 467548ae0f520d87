"""One run a data directory: a lock that the kernel drops with its holder."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from openevent.local.errors import DirectoryInUse, LocalServerError


class DirectoryLock:
    """An exclusive lock file; a killed holder leaves a file but no lock."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._handle: int | None = None

    def acquire(self) -> None:
        """Take the lock, or say who has it."""
        try:
            handle = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise LocalServerError(
                f"The data directory {self._path.parent} cannot be written "
                f"({error.strerror}); set OPENEVENT_DATA_DIR to one that can."
            ) from error
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.read(handle, 20).decode("ascii", "replace").strip() or "unknown"
            os.close(handle)
            raise DirectoryInUse(
                f"The data directory {self._path.parent} is in use by another run "
                f"(process {holder}); stop that one, or set OPENEVENT_DATA_DIR to another."
            ) from None
        os.ftruncate(handle, 0)
        os.write(handle, str(os.getpid()).encode())
        self._handle = handle

    def release(self) -> None:
        """Let the next run in; harmless when the lock is not held."""
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None
