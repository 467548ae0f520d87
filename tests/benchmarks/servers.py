"""Both servers under gunicorn with as many workers, and the CPU time that processes have used."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil

from openevent.settings import Settings
from tests.benchmarks.client import BenchmarkError
from tests.benchmarks.floor import DATABASE_URL

_ROOT = Path(__file__).resolve().parents[2]
_START_TIMEOUT_S = 60
WORKERS = 2
THREADS = 8


def free_port() -> int:
    """Return a loopback port that nobody uses at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextlib.contextmanager
def floor_server(database_url: str, log: Path) -> Iterator[tuple[tuple[str, int], int]]:
    """Serve the floor under gunicorn; yield the address and the process number."""
    port = free_port()
    command = [
        *(sys.executable, "-m", "gunicorn", f"--bind=127.0.0.1:{port}"),
        *(f"--workers={WORKERS}", "--worker-class=gthread", f"--threads={THREADS}"),
        *("--keep-alive=60", "--log-level=warning", "--no-control-socket"),
        "tests.benchmarks.floor:application()",
    ]
    with _serving(command, {DATABASE_URL: database_url}, port, log) as pid:
        yield ("127.0.0.1", port), pid


@contextlib.contextmanager
def real_server(settings: Settings, log: Path) -> Iterator[tuple[tuple[str, int], int]]:
    """Serve the application as in production; yield the address and the process number."""
    port = free_port()
    settings = settings.replace(bind=f"127.0.0.1:{port}", web_workers=WORKERS, web_threads=THREADS)
    command = [sys.executable, "-m", "openevent", "serve"]
    with _serving(command, settings.to_environment(), port, log) as pid:
        yield ("127.0.0.1", port), pid


@contextlib.contextmanager
def _serving(
    command: list[str], environment: dict[str, str], port: int, log: Path
) -> Iterator[int]:
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            cwd=_ROOT,
            env={**os.environ, **environment},
            stdout=output,
            stderr=output,
        )
    try:
        _wait_for(("127.0.0.1", port), process, log)
        yield process.pid
    finally:
        process.send_signal(signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(20)
        process.kill()
        process.wait()


def _wait_for(address: tuple[str, int], process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + _START_TIMEOUT_S
    while time.monotonic() < deadline and process.poll() is None:
        if len(psutil.Process(process.pid).children()) == WORKERS:
            with contextlib.suppress(OSError), socket.create_connection(address, timeout=1):
                return
        time.sleep(0.1)
    raise BenchmarkError(f"The server does not start: {log.read_text()[-2000:]}")


def cpu_seconds(pid: int) -> float:
    """Return user and system time of a process and its children, ended ones too."""
    process = psutil.Process(pid)
    own = process.cpu_times()
    total: float = own.user + own.system + own.children_user + own.children_system
    for child in process.children(recursive=True):
        with contextlib.suppress(psutil.NoSuchProcess):
            times = child.cpu_times()
            total += times.user + times.system
    return total
