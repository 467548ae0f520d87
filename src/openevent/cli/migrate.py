"""``openevent migrate``: bring the database's schema up to date."""

from __future__ import annotations

import click

from openevent.cli.installation import with_servers
from openevent.db.migrate import is_current, upgrade
from openevent.settings import Settings


@click.command()
@click.option("--check", is_flag=True, help="Change nothing; exit 1 when migrations are missing.")
@with_servers
def migrate(settings: Settings, *, check: bool) -> None:
    """Bring the database up to the newest migration.

    Safe to call from several machines at once, and when there is nothing to do.
    """
    if check:
        if not is_current(settings.database_url):
            raise click.ClickException("The database is not up to date; run: openevent migrate")
    else:
        upgrade(settings.database_url)
    click.echo("The database is up to date.")
