"""Child processes that live and die together.

Used by ``openevent run``. Production has systemd or Kubernetes for this, which start a
process again when it dies; here its death stops the rest, so that it is noticed.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from tempfile import TemporaryFile
from types import FrameType
from typing import IO

from openevent.local.process import launcher

_LOOK_S = 0.2
# One Ctrl-C may arrive twice, from the terminal and from what started us.
_PATIENCE_S = 1.0


class Stopped(BaseException):
    """Somebody asked us to stop: Ctrl-C, SIGTERM, or the terminal is gone."""


@contextmanager
def stoppable() -> Iterator[None]:
    """Raise ``Stopped`` once at the first signal to stop; later ones are for the supervisor."""
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

    def stop(number: int, frame: FrameType | None) -> None:  # noqa: ARG001 - signal's signature
        for each in numbers:
            signal.signal(each, signal.SIG_IGN)
        raise Stopped

    before = {number: signal.signal(number, stop) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@dataclass(frozen=True, slots=True)
class _Task:
    """A child that ends by itself, and what to do then."""

    process: subprocess.Popen[bytes]
    output: IO[bytes]
    then: Callable[[int, str], None]

    def last_line(self) -> str:
        """Return the last line it has printed, and forget the rest."""
        with self.output:
            self.output.seek(0)
            lines = self.output.read().decode(errors="replace").strip().splitlines()
        return lines[-1] if lines else "it gave no reason"


class Supervisor:
    """Starts ``openevent`` commands, watches them, and stops them all."""

    def __init__(
        self, environment: Mapping[str, str], *, timeout_s: float, say: Callable[[str], None]
    ) -> None:
        self._environment = environment
        self._timeout_s = timeout_s
        self._say = say
        self._children: dict[str, subprocess.Popen[bytes]] = {}
        self._tasks: list[_Task] = []

    def start(self, name: str, *arguments: str) -> None:
        """Start ``openevent <arguments>`` under a name for people; its end ends everything."""
        self._children[name] = self._popen(arguments, None)

    def start_task(self, *arguments: str, then: Callable[[int, str], None]) -> None:
        """Start ``openevent <arguments>`` that ends by itself; tell its code and last line."""
        output = TemporaryFile()  # noqa: SIM115 - read when the task has ended
        self._tasks.append(_Task(self._popen(arguments, output), output, then))

    def _popen(self, arguments: Sequence[str], output: IO[bytes] | None) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [
                *launcher(None, signal.SIGTERM),
                *(sys.executable, "-m", "openevent", *arguments),
            ],
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            # Its own group: Ctrl-C reaches us only, and whatever it forks goes with it.
            process_group=0,
        )

    def dead(self) -> str | None:
        """Return a sentence about a child that has ended, if one has."""
        for task in [task for task in self._tasks if task.process.poll() is not None]:
            self._tasks.remove(task)
            task.then(task.process.returncode, task.last_line())
        for name, child in self._children.items():
            if (code := child.poll()) is not None:
                how = f"with exit code {code}" if code >= 0 else f"by signal {-code}"
                return f"{name} (process {child.pid}) has ended {how}"
        return None

    def finish_tasks(self, timeout_s: float) -> None:
        """Wait until every task has ended, or for as long; ``Stopped`` ends the waiting too."""
        deadline = time.monotonic() + timeout_s
        while self._tasks and self.dead() is None and time.monotonic() < deadline:
            time.sleep(_LOOK_S)

    def watch(self) -> str:
        """Wait until a child ends and say which; ``Stopped`` ends the waiting too."""
        while (sentence := self.dead()) is None:
            time.sleep(_LOOK_S)
        return sentence

    def stop(self) -> None:
        """Stop every child gracefully; after the time they have for it, or Ctrl-C, at once."""
        children = [*self._children.values(), *(task.process for task in self._tasks)]
        with _impatient() as impatient:
            for child in children:
                child.terminate()
            deadline = time.monotonic() + self._timeout_s
            while any(child.poll() is None for child in children):
                if time.monotonic() > deadline or impatient():
                    self._say("Not everything has stopped in time; ending it now.")
                    break
                time.sleep(0.05)
        for child in children:
            # The whole group, also when the child itself has ended: it may have left some.
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(child.pid, signal.SIGKILL)
            child.wait()


@contextmanager
def _impatient() -> Iterator[Callable[[], bool]]:
    """Yield a function that says whether Ctrl-C was pressed again meanwhile."""
    pressed = False
    begin = time.monotonic()

    def press(number: int, frame: FrameType | None) -> None:  # noqa: ARG001 - signal's signature
        nonlocal pressed
        pressed = time.monotonic() - begin > _PATIENCE_S

    before = signal.signal(signal.SIGINT, press)
    try:
        yield lambda: pressed
    finally:
        signal.signal(signal.SIGINT, before)
