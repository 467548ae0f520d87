"""Commands as processes, the way people and service managers run them."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import psutil

from openevent.contract.build import contract_hash
from openevent.contract.parts import assemble


def free_port() -> int:
    """Return a port of this machine that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def pretend_documented(data_dir: Path, url: str) -> None:
    """Leave what tells ``openevent run`` that the documentation is there: it takes long."""
    docs = data_dir / "docs"
    docs.mkdir(parents=True, exist_ok=True)
    (docs / "api.apib").write_text(f"FORMAT: 1A\nHOST: {url}\n")
    (docs / "contract.json").write_text(json.dumps({"hash": contract_hash(assemble())}))


class Command:
    """``openevent <arguments>`` in a data directory, its lines collected as they come."""

    def __init__(
        self, data_dir: Path, *arguments: str, documented: bool = True, **variables: str
    ) -> None:
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        self.variables = variables
        if documented:
            pretend_documented(data_dir, variables.get("OPENEVENT_PUBLIC_URL", self.url))
        mine = {key: value for key, value in os.environ.items() if "OPENEVENT_" not in key}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "openevent", *arguments],
            env={
                **mine,
                "OPENEVENT_DATA_DIR": str(data_dir),
                "OPENEVENT_BIND": f"127.0.0.1:{port}",
                **variables,
            },
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.lines: list[str] = []
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    @property
    def output(self) -> str:
        """Everything it has printed so far."""
        return "".join(self.lines)

    def wait_for(self, words: str, *, timeout_s: float = 120) -> None:
        """Wait until it has printed these words."""
        deadline = time.monotonic() + timeout_s
        while words not in self.output:
            ended = self.process.poll() is not None and not self._reader.is_alive()
            if ended or time.monotonic() > deadline:
                raise AssertionError(f"{words!r} was not printed:\n{self.output}")
            time.sleep(0.05)

    def family(self) -> list[psutil.Process]:
        """Return the processes that it has started, and theirs."""
        return psutil.Process(self.process.pid).children(recursive=True)

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Send a signal, wait for the end, and return the exit code."""
        self.process.send_signal(number)
        code = self.process.wait(60)
        self._reader.join(10)
        return code

    def end(self) -> None:
        """End it whatever it does; for the end of a test."""
        if self.process.poll() is None:
            self.stop()
        self._reader.join(10)
        if self.process.stdout is not None:
            self.process.stdout.close()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append(line)


def wait_until_gone(processes: list[psutil.Process], *, timeout_s: float = 20) -> None:
    """Fail unless these processes end within the time."""
    _, alive = psutil.wait_procs(processes, timeout=timeout_s)
    left = [process.as_dict(["pid", "name", "cmdline"]) for process in alive]
    assert left == []
