"""Where the web process spends its time on one kind of request: no sockets, one thread."""

from __future__ import annotations

import argparse
import cProfile
import io
import os
import pstats
import secrets
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from openevent.app import create_app
from openevent.local.postgres import EmbeddedPostgres
from openevent.local.valkey import EmbeddedValkey
from openevent.settings import Settings
from tests.benchmarks import data, floor
from tests.benchmarks.client import BenchmarkError, Request
from tests.benchmarks.run import libpq_url, note, organizer_token
from tests.benchmarks.workloads import Workload, workloads

_WARM_UP = 50

Application = Callable[[dict[str, Any], Callable[..., Any]], Any]


def environ(request: Request) -> dict[str, Any]:
    """Return a request as gunicorn would hand it to the application."""
    head, _, body = request.raw.partition(b"\r\n\r\n")
    line, *headers = head.decode().split("\r\n")
    method, target, _ = line.split(" ")
    path, _, query = target.partition("?")
    found: dict[str, Any] = {
        "REQUEST_METHOD": method,
        "SCRIPT_NAME": "",
        "PATH_INFO": path,
        "RAW_URI": target,
        "QUERY_STRING": query,
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": io.StringIO(),
    }
    for header in headers:
        name, _, value = header.partition(": ")
        key = name.upper().replace("-", "_")
        found[key if key.startswith("CONTENT_") else f"HTTP_{key}"] = value
    return found


def call(application: Application, requests: list[Request]) -> None:
    """Answer requests and throw the answers away."""
    statuses: list[str] = []

    def start_response(status: str, *_: Any) -> None:
        statuses.append(status)

    for request in requests:
        body = application(environ(request), start_response)
        if not statuses.pop().startswith(str(request.status)):
            raise BenchmarkError(f"{request.raw[:200]!r} was refused: {b''.join(body)!r}")


def cpu_ms(application: Application, requests: list[Request]) -> float:
    """Return the CPU time of this process per request."""
    call(application, requests[:_WARM_UP])
    start = time.process_time()
    call(application, requests)
    return (time.process_time() - start) / len(requests) * 1000


def profile(workload: Workload, application: Application, by_hand: Application, n: int) -> None:
    """Print what one kind of request costs, and where."""
    requests = list(workload.requests[:n])
    who = "organizer" if workload.with_token else "anybody"
    ours, least = cpu_ms(application, requests), cpu_ms(by_hand, requests)
    print(f"\n{workload.name} {workload.title}, {who}: {ours:.3f} ms, floor {least:.3f} ms")
    profiler = cProfile.Profile(__import__("time").process_time)
    profiler.runcall(call, application, requests)
    pstats.Stats(profiler).sort_stats("tottime").print_stats(r"^(?!.*benchmarks).*$", 35)


def main() -> None:
    """Profile the chosen workloads on servers of our own."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.profile", description=__doc__)
    parser.add_argument("workloads", nargs="+", choices=("W1", "W2", "W3", "W4", "W5", "W6"))
    parser.add_argument("--token", action="store_true", help="reads as the organizer")
    parser.add_argument("-n", type=int, default=400, help="requests to make (default: 400)")
    asked = parser.parse_args()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="oe-bench-")))
        settings = Settings(
            data_dir=folder,
            database_url=stack.enter_context(EmbeddedPostgres(folder, durable=False)),
            redis_url=stack.enter_context(EmbeddedValkey(folder, durable=False)),
            secret_key=secrets.token_urlsafe(48),
            public_url=floor.PUBLIC_URL,
        )
        note("filling the database")
        data.fill(settings)
        os.environ[floor.DATABASE_URL] = libpq_url(settings)
        application, by_hand = create_app(settings), floor.application()
        for workload in workloads(organizer_token(settings)):
            if workload.name in asked.workloads and (
                workload.with_token == asked.token or workload.name in ("W5", "W6")
            ):
                profile(workload, application, by_hand, asked.n)


if __name__ == "__main__":
    main()
