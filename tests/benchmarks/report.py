"""The table that goes into the README."""

from __future__ import annotations

from dataclasses import dataclass

from tests.benchmarks.measure import Cost, ratio

_HEAD = (
    "| request | as | CPU ms (web + database) | floor's | ratio | at most | requests per CPU-s "
    "| floor's | p50 / p99 ms | floor's |"
)
_RULE = "| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |"


@dataclass(frozen=True, slots=True)
class Line:
    """One comparison and its verdict."""

    title: str
    who: str
    ours: Cost
    base: Cost
    target: float | None

    @property
    def ratio(self) -> float:
        """CPU per request as a multiple of what it is compared with."""
        return ratio(self.ours, self.base)

    @property
    def passed(self) -> bool:
        """Whether the target is met, read as it is printed."""
        return self.target is None or round(self.ratio, 2) <= self.target

    def text(self) -> str:
        """Return the line of the Markdown table."""
        mark = "" if self.passed else " (missed)"
        cells = (
            self.title,
            self.who,
            f"{self.ours.server_ms:.2f} + {self.ours.database_ms:.2f}",
            f"{self.base.server_ms:.2f} + {self.base.database_ms:.2f}",
            f"**{self.ratio:.2f}**{mark}",
            "-" if self.target is None else f"{self.target:.1f}",
            f"{self.ours.requests_per_cpu_second:.0f}",
            f"{self.base.requests_per_cpu_second:.0f}",
            f"{self.ours.percentile_ms(50):.1f} / {self.ours.percentile_ms(99):.1f}",
            f"{self.base.percentile_ms(50):.1f} / {self.base.percentile_ms(99):.1f}",
        )
        return f"| {' | '.join(cells)} |"


def table(lines: list[Line]) -> str:
    """Return all comparisons as a Markdown table."""
    return "\n".join([_HEAD, _RULE, *(line.text() for line in lines)])
