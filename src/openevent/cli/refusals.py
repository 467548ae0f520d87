"""What a person reads when a command cannot do its work: one sentence, no traceback."""

from __future__ import annotations

from typing import Any

import click
import psycopg
import redis
from sqlalchemy.exc import OperationalError

from openevent.errors import DomainError
from openevent.local.errors import LocalServerError
from openevent.settings import SettingsError


class CommandGroup(click.Group):
    """A group whose commands end with exit code 1 and a sentence when they are refused.

    Exit codes: 0 done, 1 refused or failed, 2 called wrongly. A defect of ours still shows
    its traceback.
    """

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; turn what a user can put right into a sentence."""
        try:
            return super().invoke(ctx)
        except (SettingsError, LocalServerError) as error:
            raise click.ClickException(str(error)) from error
        except DomainError as error:
            raise click.ClickException(error.detail) from error
        except OperationalError as error:
            raise click.ClickException(_database(error.orig or error)) from error
        except psycopg.OperationalError as error:
            raise click.ClickException(_database(error)) from error
        except redis.ConnectionError as error:
            raise click.ClickException(
                f"Redis cannot be reached: {_first_line(error)} (OPENEVENT_REDIS_URL)"
            ) from error


def _database(error: BaseException) -> str:
    if isinstance(error, psycopg.errors.LockNotAvailable):
        return "A table was in use for too long, so nothing was changed in it. Try again."
    return f"The database refused: {_first_line(error)} (OPENEVENT_DATABASE_URL)"


def _first_line(error: BaseException) -> str:
    lines = str(error).strip().splitlines() or [type(error).__name__]
    return lines[0].rstrip(".")
