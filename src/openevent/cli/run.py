"""``openevent run``: everything on one machine, with one command."""

from __future__ import annotations

import http.client
import json
import sys
import time
from contextlib import ExitStack
from typing import Any

import click

from openevent import world
from openevent.areas.identity.world import DEMO_PASSWORD
from openevent.cli.serve import refuse_taken_address
from openevent.contract.build import is_built
from openevent.db.engine import make_engine
from openevent.db.migrate import is_current, upgrade
from openevent.local.servers import own_servers
from openevent.local.supervisor import Stopped, Supervisor, stoppable
from openevent.settings import Settings
from openevent.work.broker import redis_client
from openevent.work.heartbeat import alive

_START_TIMEOUT_S = 60
_BUILD_TIMEOUT_S = 300
_SETTLE_TIMEOUT_S = 10


@click.command()
def run() -> None:
    """Run everything on this machine: servers, migrations, documentation, API, worker.

    PostgreSQL and Valkey are started in OPENEVENT_DATA_DIR unless OPENEVENT_DATABASE_URL
    and OPENEVENT_REDIS_URL name others. An empty database gets the demo world; one with
    data keeps it. Ctrl-C or SIGTERM stops all that was started.
    """
    settings = Settings.from_environment()
    if sys.stdout.isatty() and settings.log_format == Settings().log_format:
        settings = settings.replace(log_format="text")
    refuse_taken_address(settings.bind)
    with stoppable():
        try:
            _run(settings.with_secret_key())
        except Stopped:
            click.echo("Stopped. Your data are kept.")


def _run(settings: Settings) -> None:
    with ExitStack() as stack:
        settings = stack.enter_context(own_servers(settings, say=click.echo))
        welcome = _prepare(settings)
        children = Supervisor(
            settings.child_environment(),
            timeout_s=settings.graceful_timeout_s + 5,
            say=click.echo,
        )
        stack.callback(children.stop)
        _document(settings, children)
        children.finish_tasks(_BUILD_TIMEOUT_S)
        children.start("The web server", "serve")
        children.start("The worker", "worker")
        _wait_for_health(settings, children)
        click.echo(welcome)
        try:
            sentence = children.watch()
        except Stopped:
            click.echo("\nStopping: requests and jobs under way are finished first …")
            raise
        raise click.ClickException(f"{sentence}; the rest is stopped.")


def _prepare(settings: Settings) -> str:
    """Migrate, load the demo world into an empty database, and return what to tell people."""
    if not is_current(settings.database_url):
        click.echo("Migrating the database …")
        upgrade(settings.database_url)
    engine = make_engine(settings)
    password = None
    try:
        if world.is_empty(engine):
            click.echo("Loading the demo world …")
            password = world.load(engine, settings)
        return _welcome(settings, demo=world.is_loaded(engine), password=password)
    finally:
        engine.dispose()


def _document(settings: Settings, children: Supervisor) -> None:
    """Have the documentation rendered, unless that of this contract is there.

    It takes aglio half a minute, once; the API is served whatever comes of it.
    """
    if is_built(settings):
        return

    def then(code: int, last_line: str) -> None:
        if code:
            reason = last_line.removeprefix("Error: ")
            click.echo(f"The documentation is not built, the API runs without it: {reason}")
        else:
            click.echo(f"The documentation is ready: {settings.base_url}/docs")

    click.echo("Building the documentation (half a minute, the first time) …")
    children.start_task("contract", "build", then=then)


def _wait_for_health(settings: Settings, children: Supervisor) -> None:
    """Wait until all checks pass; say which do not after a while, and go on."""
    deadline = time.monotonic() + _START_TIMEOUT_S
    failing: list[str] | None = None
    with redis_client(settings.redis_url) as redis:
        while failing != [] and time.monotonic() < deadline:
            if (sentence := children.dead()) is not None:
                raise click.ClickException(f"{sentence}, see its lines above; the rest is stopped.")
            time.sleep(0.1)
            # The web server remembers a failed check for seconds, so wait for the worker first.
            if alive(redis) and (now := _failing_checks(settings.bind)) is not None:
                if failing is None:
                    deadline = time.monotonic() + _SETTLE_TIMEOUT_S
                failing = now
    if failing is None:
        failing = ["the web server or the worker does not answer"]
    for sentence in failing:
        click.echo(f"Not healthy: {sentence}", err=True)


def _failing_checks(bind: str) -> list[str] | None:
    """Return a sentence for each check of ``/health-check`` that fails; None: no answer yet."""
    host, _, port = bind.rpartition(":")
    host = {"0.0.0.0": "127.0.0.1", "[::]": "::1"}.get(host, host.strip("[]"))  # noqa: S104
    connection = http.client.HTTPConnection(host, int(port), timeout=10)
    try:
        connection.request("GET", "/health-check")
        report: dict[str, Any] = json.loads(connection.getresponse().read())
    except (OSError, http.client.HTTPException, ValueError):
        return None
    finally:
        connection.close()
    return [
        f"{result['checker']}: {result['output']}"
        for result in report.get("results", [])
        if not result["passed"]
    ]


def _welcome(settings: Settings, *, demo: bool, password: str | None) -> str:
    url = settings.base_url
    lines = [
        "",
        f"  API            {url}/v1/events",
        f"  Documentation  {url}/docs",
        f"  Health         {url}/health-check",
        "",
    ]
    if demo:
        lines.append(
            "  Demo log-ins   organizer@example.org, owner@example.org, registered@example.org …\n"
            f"                 each with the password {DEMO_PASSWORD}"
        )
    if password is not None:
        lines.append(
            f"  Super admin    {settings.admin_email}\n"
            f"                 with the password {password} (shown this once)"
        )
    return "\n".join([*lines, "", "  Ctrl-C stops everything; the data are kept.", ""])
