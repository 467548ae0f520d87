"""The command line of the benchmark."""

from __future__ import annotations

import argparse
import sys

from openevent.local.errors import LocalServerError
from tests.benchmarks.client import BenchmarkError
from tests.benchmarks.run import Plan, run

ROUNDS, SECONDS = 21, 0.35
QUICK_ROUNDS, QUICK_SECONDS = 4, 0.25


def main() -> int:
    """Run the benchmark; 0: every target met, 1: not, 2: it could not be run."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.benchmarks",
        description="Measure the CPU that the server and its database spend on a request, beside "
        "a hand-written floor (Falcon, psycopg, orjson) on the same data in the same run.",
        epilog="Starts servers of its own in a temporary folder. Prints a Markdown table; exits "
        "with 1 when a target is missed.",
    )
    parser.add_argument(
        "--quick", action="store_true", help="about 30 seconds, to within a fifth or so"
    )
    parser.add_argument("--rounds", type=int, help=f"rounds of each pair (default: {ROUNDS})")
    parser.add_argument("--seconds", type=float, help=f"length of a round (default: {SECONDS})")
    parser.add_argument(
        "--only",
        nargs="+",
        default=(),
        choices=("W1", "W2", "W3", "W4", "W5", "W6", "deep"),
        help="measure these alone",
    )
    asked = parser.parse_args()
    rounds, seconds = (QUICK_ROUNDS, QUICK_SECONDS) if asked.quick else (ROUNDS, SECONDS)
    plan = Plan(asked.rounds or rounds, asked.seconds or seconds, frozenset(asked.only))
    try:
        return 0 if run(plan) else 1
    except (BenchmarkError, LocalServerError) as ex:
        print(f"\n{ex}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
