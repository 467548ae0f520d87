"""The user id that embedded servers run as, when we are root.

PostgreSQL refuses to run as root, and nothing that parses network input should.
As root we therefore start the servers under a user id of their own: a number from
the range that systemd keeps for such transient users, with no entry in the user
database, so that nobody can log in as it and no other program uses it. No user is
created and no folder of anybody else changes its mode; see ``tree.py`` and
``process.py`` for how the servers reach their files all the same.
"""

from __future__ import annotations

import os
import pwd
import sys
import zlib
from dataclasses import dataclass
from pathlib import Path

from openevent.local.errors import LocalServerError

# "61184…65519: dynamic service users" (systemd, UIDS-GIDS). Also inside the 65536
# ids that rootless containers usually map.
_FIRST, _LAST = 61184, 65519


@dataclass(frozen=True, slots=True)
class Account:
    """A numeric user, its group having the same number."""

    uid: int


def server_account(directory: Path) -> Account | None:
    """Return whom the server of this directory runs as; None: as ourselves.

    An existing directory keeps its owner, so that data written by an ordinary user
    stays theirs when root starts the server.
    """
    if os.geteuid() != 0:
        return None
    if not sys.platform.startswith("linux"):
        raise LocalServerError(
            "As root, the embedded servers run on Linux only; "
            "start this as an ordinary user, or set OPENEVENT_DATABASE_URL and "
            "OPENEVENT_REDIS_URL."
        )
    if directory.exists() and (owner := directory.stat().st_uid):
        return Account(owner)
    span = _LAST - _FIRST + 1
    start = zlib.crc32(os.fsencode(directory.resolve())) % span
    for step in range(span):
        uid = _FIRST + (start + step) % span
        if not _known(uid):
            return Account(uid)
    raise LocalServerError("Every user id between 61184 and 65519 is taken on this machine.")


def named_account() -> Account:
    """Return an unprivileged user that the user database knows, for ``initdb``.

    ``initdb`` insists on a name for its user id. It works in a directory that is ours,
    and what it has made is handed to the server's own account afterwards.
    """
    for name in ("nobody", "daemon"):
        try:
            return Account(pwd.getpwnam(name).pw_uid)
        except KeyError:
            continue
    raise LocalServerError(
        "As root, PostgreSQL's initdb needs the user 'nobody', which this machine has not; "
        "set OPENEVENT_DATABASE_URL to a server of your own."
    )


def hand_over(tree: Path, account: Account) -> None:
    """Give a directory and everything in it to an account, links not followed."""
    try:
        for folder, _, files in os.walk(tree):
            os.chown(folder, account.uid, account.uid, follow_symlinks=False)
            for name in files:
                os.chown(
                    os.path.join(folder, name),  # noqa: PTH118 - thousands of files
                    account.uid,
                    account.uid,
                    follow_symlinks=False,
                )
    except OSError as error:
        raise LocalServerError(
            f"As root, the embedded servers need a user id of their own, but {tree} cannot be "
            f"given to user {account.uid} ({error.strerror}); start this as an ordinary user."
        ) from error


def _known(uid: int) -> bool:
    try:
        pwd.getpwuid(uid)
    except KeyError:
        return False
    return True
