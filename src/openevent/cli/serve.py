"""``openevent serve``: the API under gunicorn.

The application's modules are imported once, before the workers are forked, so that
they share that memory; the application itself, with its database connections, is
made in each worker after the fork. A new version of the code therefore needs a
restart, not a reload.
"""

from __future__ import annotations

import errno
import gc
import logging
import os
import socket
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
from gunicorn.app.base import BaseApplication
from gunicorn.glogging import Logger
from prometheus_client import multiprocess

from openevent.app import create_app
from openevent.cli.installation import with_servers
from openevent.observability import logs, sentry
from openevent.observability.metrics import shared_numbers
from openevent.settings import Settings

# Longer than a load balancer keeps an idle connection (60 s with most), so that it never
# sends a request into a connection that we are about to close.
_KEEPALIVE_S = 75
# gunicorn's own bounds; what is longer is refused by :mod:`openevent.http.gunicorn`.
_REQUEST_LINE_BYTES = 8190


class GunicornLogger(Logger):
    """Hands gunicorn's own lines to our handlers, in our format."""

    def setup(self, cfg: Any) -> None:
        """Leave handlers alone; drop the access log, ours knows more."""
        self.cfg = cfg
        self.error_log.propagate = True
        self.error_log.setLevel(logging.NOTSET)
        self.access_log.disabled = True

    def exception(self, msg: object, *args: object, **options: Any) -> None:
        """Log a defect; a client that does not read its answer is none."""
        if isinstance(sys.exc_info()[1], BlockingIOError):
            self.info("A client did not read its answer")
            return
        super().exception(msg, *args, **options)


class Server(BaseApplication):
    """gunicorn, configured by our settings instead of by its files and variables."""

    def __init__(self, settings: Settings, make: Callable[[Settings], Any] = create_app) -> None:
        self._settings, self._make = settings, make
        super().__init__()

    def load_config(self) -> None:
        """Translate our settings into gunicorn's."""
        settings = self._settings
        memory = Path("/dev/shm")  # noqa: S108 - gunicorn makes an unnamed file there
        options = {
            "bind": settings.bind,
            "worker_class": "openevent.http.gunicorn.Worker",
            "workers": settings.web_workers,
            "threads": settings.web_threads,
            "keepalive": _KEEPALIVE_S,
            "graceful_timeout": settings.graceful_timeout_s,
            # A thread that is stuck in the database is freed by statement_timeout long before.
            "timeout": max(30, settings.graceful_timeout_s),
            # A proxy on this machine passes on what its clients send: nobody says where we are.
            "forwarder_headers": "",
            "limit_request_line": _REQUEST_LINE_BYTES,
            # Heartbeats must not wait for a slow disk.
            "worker_tmp_dir": str(memory) if os.access(memory, os.W_OK) else None,
            "logger_class": GunicornLogger,
            # Its default place is the home folder, shared by every gunicorn of the user.
            "control_socket_disable": True,
            "proc_name": "openevent",
            "when_ready": _freeze,
            "child_exit": _forget,
        }
        for name, value in options.items():
            self.cfg.set(name, value)

    def run(self) -> None:
        """Serve until stopped."""
        master = os.getpid()
        try:
            super().run()
        finally:
            if os.getpid() != master:
                # A worker ends by SystemExit, through our callers' frames: what they clean
                # up, the embedded servers for instance, is the master's.
                logging.shutdown()
                os._exit(_exit_code(sys.exc_info()[1]))

    def load(self) -> Any:
        """Return the application; called in each worker, after the fork."""
        return self._make(self._settings)


def _exit_code(error: BaseException | None) -> int:
    return error.code if isinstance(error, SystemExit) and isinstance(error.code, int) else 1


def _freeze(arbiter: Any) -> None:  # noqa: ARG001 - gunicorn's signature
    """Keep the garbage collector off the memory that workers share with us."""
    gc.collect()
    gc.freeze()


def _forget(arbiter: Any, worker: Any) -> None:  # noqa: ARG001
    """Drop the gauges of a worker that has ended; its counters stay counted."""
    multiprocess.mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]


def refuse_taken_address(bind: str) -> None:
    """Say in a sentence why an address cannot be listened on, before anything is started."""
    if os.environ.get("LISTEN_FDS"):
        return  # systemd has opened it for us
    host, _, port = bind.rpartition(":")
    host = host.strip("[]")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, int(port)))
    except OSError as error:
        reasons = {
            errno.EADDRINUSE: "another program listens there; stop it",
            errno.EACCES: "this user may not listen there; take a port above 1023",
        }
        reason = reasons.get(error.errno or 0, f"{error.strerror or error}; change it")
        raise click.ClickException(
            f"Cannot listen on {bind}: {reason}, or set OPENEVENT_BIND to another address."
        ) from error


@click.command()
@with_servers
def serve(settings: Settings) -> None:
    """Serve the API (gunicorn; OPENEVENT_BIND, OPENEVENT_WEB_WORKERS, OPENEVENT_WEB_THREADS).

    SIGTERM stops it gracefully: it accepts nothing new, and requests in flight finish
    within OPENEVENT_GRACEFUL_TIMEOUT_S.
    """
    refuse_taken_address(settings.bind)
    logs.configure(settings)
    sentry.configure(settings)
    with shared_numbers():
        Server(settings).run()
