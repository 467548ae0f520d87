"""The embedded Valkey keeps what it is given and is reached by its socket only."""

from __future__ import annotations

import os
import signal
import stat
from pathlib import Path

import psutil
import pytest
import redis

from openevent.local.errors import LocalServerError
from openevent.local.valkey import EmbeddedValkey
from tests.local.conftest import modes, stranger


def test_it_is_closed_and_forgets_nothing_for_want_of_memory(tmp_path: Path) -> None:
    home = tmp_path / "my data"
    before = modes(tmp_path)
    server = EmbeddedValkey(home)
    url = server.start()
    try:
        with redis.Redis.from_url(url) as client:
            assert client.config_get("port") == {"port": "0"}
            assert client.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}
            assert client.config_get("appendonly") == {"appendonly": "yes"}
            assert client.config_get("appendfsync") == {"appendfsync": "everysec"}
        process = psutil.Process(server.pid)
        assert process.net_connections(kind="inet") == []
        assert process.uids().effective == (home / "valkey").stat().st_uid != 0
        assert {path: stat.S_IMODE(path.stat().st_mode) for path in before} == before
        assert stat.S_IMODE((home / "valkey").stat().st_mode) == 0o700
        with stranger() as strange:
            if strange:
                with pytest.raises(PermissionError):
                    (home / "valkey" / "valkey.sock").stat()
    finally:
        server.stop()


def test_data_survive_a_stop(tmp_path: Path) -> None:
    with EmbeddedValkey(tmp_path) as url, redis.Redis.from_url(url) as client:
        client.set("kept", "7")
    with EmbeddedValkey(tmp_path) as url, redis.Redis.from_url(url) as client:
        assert client.get("kept") == b"7"


def test_it_gets_up_again_after_a_kill(tmp_path: Path) -> None:
    server = EmbeddedValkey(tmp_path, durable=False)
    server.start()
    pid = server.pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    server.stop()
    with EmbeddedValkey(tmp_path, durable=False) as url, redis.Redis.from_url(url) as client:
        assert client.ping()


def test_a_server_left_by_a_killed_run_is_replaced(tmp_path: Path) -> None:
    first = EmbeddedValkey(tmp_path, durable=False)
    first.start()
    left = psutil.Process(first.pid)
    first._lock.release()  # what the kernel does when its holder is killed
    with EmbeddedValkey(tmp_path, durable=False) as url, redis.Redis.from_url(url) as client:
        assert client.ping()
        # Our own child here, so the kernel keeps its entry until we have asked for its end.
        assert not left.is_running() or left.status() == psutil.STATUS_ZOMBIE
    first.stop()


def test_a_second_run_on_the_same_data_is_told_who_has_it(tmp_path: Path) -> None:
    with (
        EmbeddedValkey(tmp_path, durable=False),
        pytest.raises(LocalServerError, match="in use by another run"),
    ):
        EmbeddedValkey(tmp_path).start()


def test_broken_data_are_one_sentence(tmp_path: Path) -> None:
    with EmbeddedValkey(tmp_path) as url, redis.Redis.from_url(url) as client:
        client.set("kept", "7")
    for path in (tmp_path / "valkey" / "appendonlydir").glob("*.manifest"):
        path.write_text("nonsense\n")
    with pytest.raises(LocalServerError, match="The embedded Valkey does not start: ") as refusal:
        EmbeddedValkey(tmp_path).start()
    assert "\n" not in str(refusal.value)


def test_a_deep_data_directory_is_reached_through_a_short_name(tmp_path: Path) -> None:
    with (
        EmbeddedValkey(tmp_path / ("d" * 120), durable=False) as url,
        redis.Redis.from_url(url) as client,
    ):
        assert client.ping()
