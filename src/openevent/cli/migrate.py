"""``openevent migrate``: bring the database's schema up to date."""

from __future__ import annotations

import click

from openevent.cli.installation import with_servers
from openevent.db.migrate import is_current, revise, upgrade, write_sql
from openevent.settings import Settings


@click.command()
@click.option("--check", is_flag=True, help="Change nothing; exit 1 when migrations are missing.")
@click.option("--sql", is_flag=True, help="Change nothing; print the SQL of what is missing.")
@click.option(
    "--new",
    metavar="WORDS",
    help="Write a migration from the newest one to the models, named so (in a checkout).",
)
@with_servers
def migrate(settings: Settings, *, check: bool, sql: bool, new: str | None) -> None:
    """Bring the database up to the newest migration.

    Safe to call from several machines at once, and when there is nothing to do.
    """
    if check + sql + (new is not None) > 1:
        raise click.UsageError("One of --check, --sql and --new at a time.")
    if sql:
        write_sql(settings.database_url)
        return
    if check:
        if not is_current(settings.database_url):
            raise click.ClickException("The database is not up to date; run: openevent migrate")
    else:
        upgrade(settings.database_url)
    click.echo("The database is up to date.")
    if new is not None:
        click.echo(f"Read and adjust {revise(settings.database_url, new)}")
