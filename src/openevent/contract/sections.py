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


def without_double(section: list[str]) -> list[str]:
    """Return a response without its body where a structure says what it is (for Dredd)."""
    described = any(line.startswith(STRUCTURE) for line in section)
    return without_body(section) if described else section


def without_structure(section: list[str]) -> list[str]:
    """Return a response without its structure where a body shows it (for readers)."""
    shown = any(line.startswith(BODY) for line in section)
    return [line for line in section if not (shown and line.startswith(STRUCTURE))]


def map_responses(text: str, change: Callable[[list[str]], list[str]]) -> str:
    """Return a blueprint's text with the lines under each ``+ Response`` changed."""
    return "\n".join(_mapped(text.splitlines(), change)) + "\n"


def _mapped(lines: list[str], change: Callable[[list[str]], list[str]]) -> Iterator[str]:
    at = 0
    while at < len(lines):
        yield lines[at]
        at += 1
        if RESPONSE.match(lines[at - 1]):
            end = end_of_section(lines, at)
            yield from change(lines[at:end])
            at = end
