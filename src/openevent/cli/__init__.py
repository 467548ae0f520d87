"""The ``openevent`` command: one module a sub-command, listed here."""

from __future__ import annotations

from importlib.metadata import version

import click

from openevent.cli.admin import admin
from openevent.cli.contract import contract
from openevent.cli.migrate import migrate
from openevent.cli.outbox import outbox
from openevent.cli.refusals import CommandGroup
from openevent.cli.run import run
from openevent.cli.serve import serve
from openevent.cli.settings import settings
from openevent.cli.ticket_keys import ticket_keys
from openevent.cli.worker import worker
from openevent.cli.world import world


@click.group(
    cls=CommandGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(version("openevent"), message="%(version)s")
def main() -> None:
    """Open Event API Server.

    Settings come from the environment: see openevent settings. Where OPENEVENT_DATABASE_URL
    and OPENEVENT_REDIS_URL are empty, embedded servers in OPENEVENT_DATA_DIR are used.
    """


for command in (run, serve, worker, migrate, world, admin, contract, outbox, settings, ticket_keys):
    main.add_command(command)
