"""The worker's processes: started by Dramatiq, stopped together."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Mapping, Sequence

from dramatiq import cli

#: How often a worker process looks whether the one that started it still lives.
ORPHAN_S = 5


def stop_if_orphaned() -> None:
    """Stop this worker process if the one that started it was killed."""
    parent = multiprocessing.parent_process()
    if parent is not None and not parent.is_alive():
        os.kill(os.getpid(), signal.SIGTERM)


def run_processes(
    setup: str,
    environment: Mapping[str, str],
    *,
    processes: int,
    threads: int,
    stop_within_s: int,
    queues: Sequence[str] = (),
) -> int:
    """Run worker processes until SIGTERM or SIGINT, and return the exit code.

    Each calls ``setup`` (``"module:function"``), which finds ``environment`` set. At the end
    they stop fetching, finish what they are doing within ``stop_within_s``, and put back
    what they had fetched; a job that takes longer is run by another worker later. When one
    process dies, all stop and the exit code says so: who supervises this starts it again.
    """
    # Dramatiq starts its processes by itself; they read all this again.
    os.environ.update(environment)
    arguments = [
        setup,
        f"--processes={processes}",
        f"--threads={threads}",
        f"--worker-shutdown-timeout={stop_within_s * 1000}",
        "--skip-logging",
        *(("--queues", *queues) if queues else ()),
        "--path",  # of none: nothing is added to where Python looks for modules
    ]
    parsed = cli.make_argument_parser().parse_args(arguments)  # type: ignore[no-untyped-call]
    code: int = cli.main(parsed)  # type: ignore[no-untyped-call]
    return code
