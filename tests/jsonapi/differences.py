"""Where two documents differ, in a line: comparing them whole prints them whole."""

from __future__ import annotations

from typing import Any


def difference(found: Any, expected: Any, path: str = "") -> str | None:
    """Return the first place where two documents differ and what is there; none: ``None``."""
    if isinstance(found, dict) and isinstance(expected, dict):
        for name in [*expected, *(name for name in found if name not in expected)]:
            if name not in found or name not in expected:
                return f"{path}/{name} is {'missing' if name not in found else 'too much'}"
            if told := difference(found[name], expected[name], f"{path}/{name}"):
                return told
        return None
    if isinstance(found, list) and isinstance(expected, list) and len(found) == len(expected):
        pairs = enumerate(zip(found, expected, strict=True))
        told = (difference(*pair, f"{path}/{number}") for number, pair in pairs)
        return next(filter(None, told), None)
    if found == expected:
        return None
    return f"{path or '/'} is {_short(found)} and not {_short(expected)}"


def _short(value: Any) -> str:
    words = repr(value)
    return words if len(words) < 200 else f"{words[:200]}… ({len(words)} characters)"
