"""The servers of a data directory on a machine where nothing is as it should be."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.long

#: Starts them, asks each something, and tells it.
START = """
import sys
from pathlib import Path
import psycopg, redis
from openevent.local.servers import own_servers
from openevent.settings import Settings

with own_servers(Settings(data_dir=Path(sys.argv[1]))) as settings:
    with psycopg.connect(settings.database_url.replace("+psycopg", "")) as connection:
        print(connection.execute("SELECT 'postgres'").fetchone()[0])
    with redis.Redis.from_url(settings.redis_url) as client:
        print("valkey", client.ping())
"""


def start(data_dir: Path, home: Path) -> str:
    """Start them in an environment that has a path and a home, and nothing else."""
    done = subprocess.run(
        [sys.executable, "-c", START, str(data_dir)],
        env={"PATH": os.environ["PATH"], "HOME": str(home)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def test_leftovers_of_a_killed_run_and_an_empty_home_do_not_matter(tmp_path: Path) -> None:
    """Files that name living programs which are not ours, sockets nobody listens on, halves."""
    home, data = tmp_path / "home", tmp_path / "data"
    home.mkdir()
    (data / "valkey").mkdir(parents=True, mode=0o700)
    (data / "postgres.new" / "postgres").mkdir(parents=True, mode=0o700)
    (data / "postgres.new" / "postgres" / "PG_VERSION").write_text("18\n")
    for lock in ("postgres.lock", "valkey.lock", "valkey/valkey.pid", "valkey/valkey.sock"):
        (data / lock).write_text(str(os.getpid()))
    (data / "servers.json").write_text('{"database_url": "postgre')
    (data / "servers.new").write_text("half")

    assert start(data, home) == "postgres\nvalkey True\n"

    # And what a PostgreSQL that was killed leaves behind.
    for socket in (".s.PGSQL.5432", ".s.PGSQL.5432.lock"):
        (data / "postgres" / socket).write_text(f"{os.getpid()}\n")
    (data / "postgres" / "postmaster.pid").write_text(f"{os.getpid()}\n{data}\n")
    assert start(data, home) == "postgres\nvalkey True\n"
    assert not (data / "servers.json").exists()
    assert list(home.iterdir()) == []
