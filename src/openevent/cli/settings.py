"""``openevent settings``: every variable, what it is now, what it does."""

from __future__ import annotations

import click

from openevent.settings import Settings


@click.command()
def settings() -> None:
    """Show every setting: its value now (secrets hidden) and what it does.

    Settings come from the environment only.
    """
    for name, value, meaning in Settings.from_environment().rows():
        click.echo(f"{name}={value}")
        click.echo(click.style(f"    {meaning}", dim=True))
