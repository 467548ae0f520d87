"""Start and stop one server process in its directory.

The server starts with its directory as current directory and is given relative
names only. That is what lets it run under a user id to which the folders above are
closed: the kernel checks the folders of a path, and a relative path has none. Where
a program wants an absolute name, Linux has ``/proc/self/cwd``.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

import psutil

from openevent.local.account import Account

_LOG_LIMIT_BYTES = 16 * 1024 * 1024


def here(directory: Path, account: Account | None) -> str:
    """Return an absolute name by which a process reaches its current directory."""
    return str(directory) if account is None else "/proc/self/cwd"


def environment() -> dict[str, str]:
    """Return the few variables that a server needs; nothing of ours, no secrets."""
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"}


def launcher(account: Account | None, when_orphaned: signal.Signals) -> list[str]:
    """Return the words to put before a command, see ``launch.py``.

    The kernel takes the death of the thread that started the child for the parent's, so
    only the main thread asks for the signal. Elsewhere, and where there is no Linux, the
    next run stops what a killed one has left.
    """
    in_main = threading.current_thread() is threading.main_thread()
    return [
        *(sys.executable, "-I", "-S", str(Path(__file__).with_name("launch.py"))),
        str(-1 if account is None else account.uid),
        str(int(when_orphaned) if in_main else 0),
    ]


def spawn(
    command: Sequence[str],
    *,
    directory: Path,
    log: Path,
    account: Account | None,
    when_orphaned: signal.Signals,
) -> subprocess.Popen[bytes]:
    """Start a server in its directory, its output appended to a log file.

    It gets a process group of its own: Ctrl-C in the terminal is for the one that
    started it, who stops the servers last.
    """
    with contextlib.suppress(FileNotFoundError):
        if log.stat().st_size > _LOG_LIMIT_BYTES:
            log.replace(log.with_suffix(".log.1"))
    output = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
    try:
        return subprocess.Popen(
            [*launcher(account, when_orphaned), *command],
            cwd=directory,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=environment(),
            process_group=0,
            umask=0o077,
        )
    finally:
        os.close(output)


def stop_child(process: subprocess.Popen[bytes], number: signal.Signals, timeout_s: float) -> None:
    """Ask a child to stop, wait, and kill it when it does not; harmless when it has ended."""
    process.send_signal(number)  # does nothing to a child that has ended
    try:
        process.wait(timeout_s)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def stop_left_over(process: psutil.Process, number: signal.Signals, timeout_s: float) -> None:
    """Stop a server that is no child of ours."""
    with contextlib.suppress(psutil.NoSuchProcess):
        process.send_signal(number)
        try:
            process.wait(timeout_s)
        except psutil.TimeoutExpired:
            process.kill()
            process.wait(timeout_s)


def left_over(pid_file: Path, program: str, directory: Path) -> psutil.Process | None:
    """Return the server that a killed run has left in this directory, if it still runs.

    A process number alone proves nothing, it may have been given to another program
    since: name and current directory must fit too.
    """
    try:
        process = psutil.Process(int(pid_file.read_text().split("\n", 1)[0]))
        if process.name() == program and Path(process.cwd()) == directory.resolve():
            return process
    except (OSError, ValueError, psutil.Error):
        return None
    return None


def last_words(log: Path, marks: Sequence[str]) -> str:
    """Return the last line of a log that carries one of the marks, or its last line."""
    try:
        lines = log.read_text(errors="replace").splitlines()[-200:]
    except OSError:
        return "it wrote no log"
    for line in reversed(lines):
        for mark in marks:
            if mark in line:
                return line.split(mark, 1)[1].strip().rstrip(".")
    return lines[-1].strip() if lines else "it wrote nothing to its log"
