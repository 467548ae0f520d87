"""The parts of a response in the blueprint's text: its structure and its example body."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

BODY = "    + Body"
STRUCTURE = "    + Attributes ("
RESPONSE = re.compile(r"\+ Response \d")
_END = re.compile(r"\+ |#")


def end_of_section(lines: Sequence[str], start: int) -> int:
    """Return the index after the last line of the section whose content begins at ``start``."""
    following = range(start, len(lines))
    return next((n for n in following if _END.match(lines[n])), len(lines))


def without_body(section: Sequence[str]) -> list[str]:
    """Return the lines under a ``+ Response`` without its example body."""
    kept: list[str] = []
    inside = False
    for line in section:
        if line.startswith("    + "):
            inside = line.startswith(BODY)
        if not inside:
            kept.append(line)
    return kept


def without_structure(section: list[str]) -> list[str]:
    """Return a response without its structure where a body shows it (for readers)."""
    shown = any(line.startswith(BODY) for line in section)
    return [line for line in section if not (shown and line.startswith(STRUCTURE))]


def map_responses(text: str, change: Callable[[list[str]], list[str]]) -> str:
    """Return a blueprint's text with the lines under each ``+ Response`` changed."""
    return "\n".join(_mapped(text.splitlines(), change)) + "\n"


def double_bodies(lines: Sequence[str]) -> Iterator[int]:
    """Yield the indices of the lines of bodies that a structure describes as well."""
    for start, end in _responses(lines):
        if any(lines[n].startswith(STRUCTURE) for n in range(start, end)):
            inside = False
            for n in range(start, end):
                if lines[n].startswith("    + "):
                    inside = lines[n].startswith(BODY)
                if inside:
                    yield n


def _responses(lines: Sequence[str]) -> Iterator[tuple[int, int]]:
    for at, line in enumerate(lines):
        if RESPONSE.match(line):
            yield at + 1, end_of_section(lines, at + 1)


def _mapped(lines: list[str], change: Callable[[list[str]], list[str]]) -> Iterator[str]:
    done = 0
    for start, end in _responses(lines):
        yield from lines[done:start]
        yield from change(lines[start:end])
        done = end
    yield from lines[done:]
