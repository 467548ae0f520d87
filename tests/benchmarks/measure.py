"""Rounds of load, alternating between what is compared, and what each cost."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from tests.benchmarks.client import Load, Request, drive
from tests.benchmarks.servers import cpu_seconds

#: After a round, for what a server still does on behalf of answered requests.
_SETTLE_S = 0.1


@dataclass(frozen=True, slots=True)
class Subject:
    """A server: where it listens, and the processes whose time is its own."""

    name: str
    address: tuple[str, int]
    pids: tuple[int, ...]


@dataclass(slots=True)
class Cost:
    """What requests of one kind cost one server, one value per round."""

    server: list[float] = field(default_factory=list)
    database: list[float] = field(default_factory=list)
    latencies: list[float] = field(default_factory=list)

    @property
    def server_ms(self) -> float:
        """CPU of the web processes per request, the median round."""
        return statistics.median(self.server) * 1000

    @property
    def database_ms(self) -> float:
        """CPU of all PostgreSQL processes per request, the median round."""
        return statistics.median(self.database) * 1000

    @property
    def total(self) -> list[float]:
        """Seconds of CPU per request, web and database together, per round."""
        return [a + b for a, b in zip(self.server, self.database, strict=True)]

    @property
    def requests_per_cpu_second(self) -> float:
        """How many requests one second of CPU answers."""
        return 1 / statistics.median(self.total)

    def percentile_ms(self, percent: int) -> float:
        """Latency over all rounds, as the client saw it under full load."""
        return statistics.quantiles(self.latencies, n=100, method="inclusive")[percent - 1] * 1000


def ratio(ours: Cost, base: Cost) -> float:
    """Return the median of the rounds' ratios: each round beside the one it alternated with."""
    return statistics.median(a / b for a, b in zip(ours.total, base.total, strict=True))


@dataclass(frozen=True, slots=True)
class Bench:
    """How often and how long is measured, and whose CPU is the database's."""

    database_pid: int
    rounds: int
    seconds: float
    progress: Callable[[str], None]

    def alternate(
        self, first: tuple[Subject, Sequence[Request]], second: tuple[Subject, Sequence[Request]]
    ) -> tuple[Cost, Cost]:
        """Measure two kinds of requests in turn; which one begins changes each round."""
        pairs = ((first, Cost()), (second, Cost()))
        for subject, requests in (first, second):
            drive(subject.address, requests, self.seconds / 4)  # statements, plans, caches
        for turn in range(self.rounds):
            for (subject, requests), cost in pairs if turn % 2 == 0 else reversed(pairs):
                self._round(subject, requests, cost)
            self.progress(".")
        return pairs[0][1], pairs[1][1]

    def _round(self, subject: Subject, requests: Sequence[Request], cost: Cost) -> None:
        server = sum(map(cpu_seconds, subject.pids))
        database = cpu_seconds(self.database_pid)
        load: Load = drive(subject.address, requests, self.seconds)
        time.sleep(_SETTLE_S)
        cost.server.append((sum(map(cpu_seconds, subject.pids)) - server) / load.count)
        cost.database.append((cpu_seconds(self.database_pid) - database) / load.count)
        cost.latencies.extend(load.latencies)
