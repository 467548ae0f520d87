"""``openevent admin``: the super admin of an installation without the demo world."""

from __future__ import annotations

import secrets

import click

from openevent.areas.identity.operations.installation import install, make_super_admin
from openevent.areas.media.operations import install_sizes
from openevent.areas.teams.operations.permissions import install as install_permissions
from openevent.cli.installation import with_servers
from openevent.db.engine import make_engine, session_factory
from openevent.errors import DomainError
from openevent.services.passwords import PasswordHasher
from openevent.settings import Settings
from openevent.work.background import create_background
from openevent.work.unit import UnitOfWork
from openevent.worker import JOBS


@click.command()
@with_servers
def admin(settings: Settings) -> None:
    """Make the super admin, and the roles and permissions that every installation needs.

    The account is OPENEVENT_ADMIN_EMAIL with OPENEVENT_ADMIN_PASSWORD; where no password
    is given, one is made and printed once. An account that is there becomes super admin
    and gets the password. Can be repeated.
    """
    password = settings.admin_password or secrets.token_urlsafe(12)
    engine = make_engine(settings)
    open_db = session_factory(engine)
    background = create_background(settings, open_db, jobs=JOBS)
    work = UnitOfWork(open_db=open_db, ports={PasswordHasher: PasswordHasher()})
    try:
        install(work)
        install_permissions(work)
        install_sizes(work)
        is_new = make_super_admin(work, settings.admin_email, password)
        background.outbox.commit(work)
    except DomainError as error:
        raise click.ClickException(f"OPENEVENT_ADMIN_PASSWORD: {error.detail}") from error
    finally:
        work.close()
        background.outbox.relay.drain()
        background.broker.close()
        engine.dispose()
    click.echo(f"Super admin {settings.admin_email} {'made' if is_new else 'changed'}.")
    if not settings.admin_password:
        click.echo(f"Password: {password}")
