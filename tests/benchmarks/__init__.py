"""Speed beside a hand-written floor: ``python -m tests.benchmarks --help``."""
