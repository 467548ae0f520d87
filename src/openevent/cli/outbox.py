"""``openevent outbox``: what has still to happen because of committed changes."""

from __future__ import annotations

import click
from dramatiq.errors import BrokerConnectionError
from sqlalchemy.orm import Session, sessionmaker

from openevent.cli.database import sessions
from openevent.cli.installation import with_servers
from openevent.settings import Settings
from openevent.work.background import create_background
from openevent.work.backlog import backlog, retry_now
from openevent.worker import JOBS


@click.group(invoke_without_command=True)
@click.pass_context
def outbox(ctx: click.Context) -> None:
    """Show what has still to happen because of committed changes.

    Empty is the normal state. Rows that stay mean: no worker runs, Redis is away, or a
    job fails (then its last error is shown).
    """
    if ctx.invoked_subcommand is None:
        _show()


@with_servers
def _show(settings: Settings) -> None:
    with sessions(settings) as open_db, open_db() as db:
        found = backlog(db)
    click.echo(
        f"{found.waiting} not sent yet, {found.sent} sent and not finished, "
        f"{found.failing} of them failing, {found.dead} given up (openevent worker dead)."
    )
    if found.oldest_s is not None:
        click.echo(f"The oldest is {found.oldest_s:.0f} s old.")
    for actor in found.actors:
        error = f"; last error: {actor.error}" if actor.error else ""
        click.echo(f"  {actor.count}  {actor.actor}{error}")


@outbox.command()
@with_servers
def sweep(settings: Settings) -> None:
    """Send what was not sent yet, now; otherwise a worker does so within seconds."""
    with sessions(settings) as open_db:
        _sweep(settings, open_db)


@outbox.command()
@with_servers
def retry(settings: Settings) -> None:
    """Send everything that has not finished once more, without waiting for back-off.

    Nothing happens twice by it: of two messages for the same delivery one is dropped.
    """
    with sessions(settings) as open_db:
        with open_db() as db:
            retry_now(db)
        _sweep(settings, open_db)


def _sweep(settings: Settings, open_db: sessionmaker[Session]) -> None:
    try:
        sent = create_background(settings, open_db, jobs=JOBS).outbox.relay.sweep(at_once=True)
    except BrokerConnectionError as ex:
        raise click.ClickException(f"The broker cannot be reached: {ex}") from ex
    click.echo(f"{sent} sent.")
