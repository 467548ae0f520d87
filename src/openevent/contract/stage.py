"""Servers of one's own with the demo world in them, and the API on a free port."""

from __future__ import annotations

import contextlib
import os
import secrets
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import fields
from pathlib import Path

from sqlalchemy import Engine

from openevent import world
from openevent.areas.identity.world import DEMO_PASSWORD
from openevent.contract.node import ToolError
from openevent.db.engine import make_engine
from openevent.db.migrate import upgrade
from openevent.local.postgres import EmbeddedPostgres
from openevent.local.servers import any_servers
from openevent.local.valkey import EmbeddedValkey
from openevent.settings import PREFIX, Settings

_START_TIMEOUT_S = 60


@contextmanager
def stage(settings: Settings) -> Iterator[Settings]:
    """Yield settings of a migrated database with the demo world.

    Embedded servers are started in a temporary folder, never in the data directory: every
    transaction begins by deleting everything. A database that is given must be empty or
    hold the demo world.
    """
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="oe-")))
        changes: dict[str, object] = {
            "data_dir": folder,
            "secret_key": settings.secret_key or secrets.token_urlsafe(48),
            "admin_password": settings.admin_password or DEMO_PASSWORD,
            "rate_limits": "relaxed",
            "dispatch": "off",
            # Each request finds the state that its hook has made.
            "health_expires_s": 0,
            # A hook plays Stripe there, for the requests that need it.
            "stripe_secret_key": "sk_test_demo",
            "stripe_webhook_secret": "whsec_demo",
            "stripe_api_base": f"http://127.0.0.1:{free_port()}",
        }
        if not settings.database_url:
            changes["database_url"] = stack.enter_context(EmbeddedPostgres(folder, durable=False))
        if not settings.redis_url:
            changes["redis_url"] = stack.enter_context(EmbeddedValkey(folder, durable=False))
        settings = settings.replace(**changes)
        upgrade(settings.database_url)
        engine = make_engine(settings)
        try:
            if world.is_empty(engine):
                world.load(engine, settings)
            _refuse_other_data(engine)
        finally:
            engine.dispose()
        yield settings


@contextmanager
def stage_of_running() -> Iterator[Settings]:
    """Yield settings of the database of a server that runs already; it has the demo world."""
    with any_servers(Settings.from_environment().with_secret_key()) as settings:
        engine = make_engine(settings)
        try:
            _refuse_other_data(engine)
        finally:
            engine.dispose()
        yield settings


def _refuse_other_data(engine: Engine) -> None:
    if not world.is_loaded(engine):
        raise ToolError(
            "The database holds something else than the demo world, and a replay deletes"
            " everything; name an empty one in OPENEVENT_DATABASE_URL."
        )


@contextmanager
def live_server(settings: Settings) -> Iterator[str]:
    """Serve the API on a free loopback port; yield its URL."""
    bind = f"127.0.0.1:{free_port()}"
    log = settings.data_dir / "replay-server.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "openevent", "serve"],
            env=environment(settings.replace(bind=bind, web_workers=1, web_threads=4)),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:
            _wait(f"http://{bind}/v1/events", process, log)
            yield f"http://{bind}"
        finally:
            process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(10)
            process.kill()
            process.wait()


def environment(settings: Settings) -> dict[str, str]:
    """Return the environment in which a process reads these settings."""
    return os.environ | {
        PREFIX + field.name.upper(): str(getattr(settings, field.name))
        for field in fields(settings)
        if getattr(settings, field.name) != field.default
    }


def free_port() -> int:
    """Return a port that nobody listens on at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + _START_TIMEOUT_S
    while time.monotonic() < deadline and process.poll() is None:
        try:
            urllib.request.urlopen(url, timeout=5).close()  # noqa: S310 - our own server
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.1)
        else:
            return
    last = log.read_text(encoding="utf-8", errors="replace").splitlines()[-5:]
    raise ToolError("The server did not start:\n" + "\n".join(last))
