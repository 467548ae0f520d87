"""``openevent world``: the demo world in a database."""

from __future__ import annotations

import click
from redis import Redis

from openevent import world as demo
from openevent.cli.installation import with_servers
from openevent.db.engine import make_engine
from openevent.db.migrate import upgrade
from openevent.settings import Settings


@click.group()
def world() -> None:
    """Load the demo world: one small conference that the documentation speaks of."""


@world.command()
@with_servers
def load(settings: Settings) -> None:
    """Fill an empty database with the demo world.

    The super admin gets OPENEVENT_ADMIN_EMAIL and OPENEVENT_ADMIN_PASSWORD; where no
    password is given, one is made and printed once.
    """
    upgrade(settings.database_url)
    engine = make_engine(settings)
    try:
        password = demo.load(engine, settings)
    finally:
        engine.dispose()
    click.echo(f"The demo world is loaded: {len(demo.rows())} rows.")
    if password is not None:
        click.echo(f"Super admin: {settings.admin_email}, password {password}")


@world.command()
@click.option("--force", is_flag=True, help="Also where the database holds something else.")
@with_servers
def reset(settings: Settings, *, force: bool) -> None:
    """Delete everything and put the demo world back, under a running server too."""
    engine = make_engine(settings)
    try:
        if not force and not demo.is_loaded(engine):
            raise click.ClickException(
                "This database does not hold the demo world, and a reset deletes everything."
                " To load the world into an empty database: openevent world load."
                " To delete what is there: openevent world reset --force"
            )
        with Redis.from_url(settings.redis_url) as redis:
            demo.reset(engine, redis=redis)
    finally:
        engine.dispose()
    click.echo("The demo world is as it was.")
