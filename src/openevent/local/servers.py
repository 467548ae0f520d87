"""The embedded servers of one data directory: started by one run, joined by others.

The run that starts them writes their addresses to ``servers.json`` (mode 0600), so that
``openevent world reset`` in a second terminal reaches the database of the ``make run`` in
the first.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from openevent.local.errors import DirectoryInUse, LocalServerError
from openevent.local.postgres import EmbeddedPostgres
from openevent.local.valkey import EmbeddedValkey
from openevent.settings import Settings

_FILE = "servers.json"
_WAIT_S = 10


def _say_nothing(sentence: str) -> None:
    pass


@contextmanager
def own_servers(
    settings: Settings, *, say: Callable[[str], None] = _say_nothing
) -> Iterator[Settings]:
    """Start the servers whose address is not given; yield settings with all addresses.

    ``say`` is told what takes a moment. Raises ``DirectoryInUse`` when another run has them.
    """
    with ExitStack() as stack:
        addresses: dict[str, str] = {}
        if not settings.database_url:
            postgres = EmbeddedPostgres(settings.data_dir)
            if not postgres.exists:
                say(f"Making a PostgreSQL database in {settings.data_dir} …")
            addresses["database_url"] = stack.enter_context(postgres)
        if not settings.redis_url:
            addresses["redis_url"] = stack.enter_context(EmbeddedValkey(settings.data_dir))
        if addresses:
            path = settings.data_dir / _FILE
            _write(path, addresses)
            stack.callback(path.unlink, missing_ok=True)
        yield settings.replace(**addresses)


@contextmanager
def any_servers(settings: Settings) -> Iterator[Settings]:
    """Join the servers of a run that is under way, or start them for the time being."""
    with ExitStack() as stack:
        try:
            ready = stack.enter_context(own_servers(settings))
        except DirectoryInUse as refusal:
            ready = _joined(settings, refusal)
        yield ready


def _joined(settings: Settings, refusal: DirectoryInUse) -> Settings:
    """Return settings with the addresses that the other run has written."""
    deadline = time.monotonic() + _WAIT_S  # it may be starting at this moment
    while True:
        try:
            addresses = json.loads((settings.data_dir / _FILE).read_text(encoding="utf-8"))
            wanted = [n for n in ("database_url", "redis_url") if not getattr(settings, n)]
            return settings.replace(**{name: addresses[name] for name in wanted})
        except (FileNotFoundError, KeyError, json.JSONDecodeError):
            if time.monotonic() > deadline:
                raise refusal from None
        except PermissionError:
            raise LocalServerError(
                f"The servers in {settings.data_dir} belong to another user."
            ) from None
        time.sleep(0.1)


def _write(path: Path, addresses: dict[str, str]) -> None:
    fresh = path.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(addresses, file)
    fresh.replace(path)
