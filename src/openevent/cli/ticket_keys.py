"""``openevent ticket-keys``: the keys that sign tickets."""

from __future__ import annotations

import click
from sqlalchemy import select

from openevent.areas.passes.models import TicketKey
from openevent.areas.passes.operations import rotate_keys
from openevent.cli.installation import with_servers
from openevent.db.engine import make_engine, session_factory
from openevent.services.signing_vault import KeyVault
from openevent.settings import Settings
from openevent.work.unit import UnitOfWork


@click.group("ticket-keys")
def ticket_keys() -> None:
    """The keys that sign tickets. Public keys are at /v1/ticket-keys."""


@ticket_keys.command("list")
@with_servers
def list_(settings: Settings) -> None:
    """Print the keys, the newest first: id, since when, and until when it signed."""
    engine = make_engine(settings)
    with session_factory(engine)() as db:
        for key in db.scalars(select(TicketKey).order_by(TicketKey.id.desc())):
            until = f"signed until {key.retired_at:%F %T}" if key.retired_at else "signs"
            click.echo(f"{key.kid}  made {key.created_at:%F %T}  {until}")
    engine.dispose()


@ticket_keys.command()
@with_servers
def rotate(settings: Settings) -> None:
    """Sign with a new key from now on. Tickets that were signed before stay good."""
    engine = make_engine(settings)
    with session_factory(engine)() as db:
        work = UnitOfWork(open_db=lambda: db, ports={KeyVault: KeyVault(settings.secret_key)})
        kid = rotate_keys(work)
        db.commit()
    engine.dispose()
    click.echo(f"Tickets are signed with the key {kid} from now on.")
