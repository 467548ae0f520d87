"""Both servers under the same gunicorn, and the CPU time that processes have used."""

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

from tests.benchmarks.client import BenchmarkError

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
def gunicorn(
    application: str, environment: dict[str, str], log: Path
) -> Iterator[tuple[tuple[str, int], int]]:
    """Serve a factory of this package; yield the address and the process number."""
    port = free_port()
    with log.open("wb") as output:
        process = subprocess.Popen(
            [
                *(sys.executable, "-m", "gunicorn", f"--bind=127.0.0.1:{port}"),
                *(f"--workers={WORKERS}", "--worker-class=gthread", f"--threads={THREADS}"),
                *("--keep-alive=60", "--log-level=warning", "--no-control-socket", application),
            ],
            cwd=_ROOT,
            env={**os.environ, **environment},
            stdout=output,
            stderr=output,
        )
    address = ("127.0.0.1", port)
    try:
        _wait_for(address, process, log)
        yield address, process.pid
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
