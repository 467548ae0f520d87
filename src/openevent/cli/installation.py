"""What most commands begin with: the settings, a secret key, and servers to talk to."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

from openevent.local.servers import any_servers
from openevent.settings import Settings

P = ParamSpec("P")
T = TypeVar("T")


def with_servers(command: Callable[Concatenate[Settings, P], T]) -> Callable[P, T]:
    """Hand a command settings that name a database, a Redis and a secret key.

    Where the environment gives no URL, it joins the embedded servers of a run that is
    under way in the data directory, or starts them for as long as the command takes.
    """

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> T:
        with any_servers(Settings.from_environment().with_secret_key()) as settings:
            return command(settings, *args, **kwargs)

    return run
