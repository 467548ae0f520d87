"""Everything the benchmark starts, in order, and its verdict."""

from __future__ import annotations

import secrets
import sys
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from openevent.local.postgres import EmbeddedPostgres
from openevent.local.valkey import EmbeddedValkey
from openevent.services.tokens import TokenSigner
from openevent.settings import Settings
from tests.benchmarks import data
from tests.benchmarks.compare import check_equal
from tests.benchmarks.floor import PUBLIC_URL
from tests.benchmarks.measure import Bench, Subject
from tests.benchmarks.report import Line, table
from tests.benchmarks.servers import floor_server, real_server
from tests.benchmarks.workloads import DEEP, DEEP_PAGE, SHALLOW, workloads


@dataclass(frozen=True, slots=True)
class Plan:
    """How much to measure."""

    rounds: int
    seconds: float
    only: frozenset[str]


def note(text: str, end: str = "\n") -> None:
    """Tell the reader at the terminal how far we are; the table alone goes to stdout."""
    print(text, end=end, file=sys.stderr, flush=True)


def organizer_token(settings: Settings) -> str:
    """Return a token like the one a log-in gives."""
    signer = TokenSigner(settings.secret_key)
    return signer.access(data.ORGANIZER, expires_in=86_400, session=data.SESSION)


def libpq_url(settings: Settings) -> str:
    """Return the database's URL as libpq spells it, for the floor."""
    return settings.database_url.replace("postgresql+psycopg:", "postgresql:", 1)


def run(plan: Plan) -> bool:
    """Measure, print the table, and return whether every target was met."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="oe-bench-")))
        postgres, valkey = EmbeddedPostgres(folder), EmbeddedValkey(folder)
        note("starting PostgreSQL and Valkey")
        settings = Settings(
            data_dir=folder,
            database_url=stack.enter_context(postgres),
            redis_url=stack.enter_context(valkey),
            secret_key=secrets.token_urlsafe(48),
            public_url=PUBLIC_URL,
        )
        note("filling the database: 60 events, 22,455 questions")
        data.fill(settings)
        note("starting the floor and the server")
        floor_at, floor_pid = stack.enter_context(
            floor_server(libpq_url(settings), folder / "floor.log")
        )
        ours_at, ours_pid = stack.enter_context(real_server(settings, folder / "ours.log"))
        assert postgres.pid is not None  # it answered
        assert valkey.pid is not None
        floor = Subject("floor", floor_at, (floor_pid,))
        ours = Subject("ours", ours_at, (ours_pid, valkey.pid))
        bench = Bench(postgres.pid, plan.rounds, plan.seconds, lambda dot: note(dot, end=""))
        lines = _lines(bench, floor, ours, organizer_token(settings), plan.only)
    print(table(lines))
    return all(line.passed for line in lines)


def _lines(
    bench: Bench, floor: Subject, ours: Subject, token: str, only: frozenset[str]
) -> list[Line]:
    chosen = [w for w in workloads(token) if not only or w.name in only]
    for workload in chosen:
        check_equal(workload, floor.address, ours.address)
    note("both answer equal documents")
    lines = []
    for workload in chosen:
        who = "organizer" if workload.with_token else "anybody"
        note(f"{workload.name} {workload.title}, {who} ", end="")
        base, cost = bench.alternate((floor, workload.requests), (ours, workload.requests))
        lines.append(Line(f"{workload.name} {workload.title}", who, cost, base, workload.target))
        note(f" {lines[-1].ratio:.2f}")
    if not only or "deep" in only:
        note("the page at offset 5,000 beside the first one ", end="")
        base, cost = bench.alternate((ours, [SHALLOW]), (ours, [DEEP]))
        title = "page at offset 5,000 (floor: our first page)"
        lines.append(Line(title, "anybody", cost, base, DEEP_PAGE))
        note(f" {lines[-1].ratio:.2f}")
    return lines
