"""Lists as CSV (RFC 4180) that spreadsheets open as what it is: text, and no formulas.

UTF-8 with a byte order mark, without which the most common spreadsheet reads another
encoding. Everything is quoted, and a cell that a spreadsheet would take for a formula
gets an apostrophe in front (OWASP, CSV Injection), telephone numbers with a plus too.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any, Final

import orjson

CONTENT_TYPE: Final = "text/csv; charset=utf-8"
MARK: Final = "\N{ZERO WIDTH NO-BREAK SPACE}".encode()
_DANGEROUS: Final = ("=", "+", "-", "@", "\t", "\r", "\n")


def to_csv(rows: Iterable[Sequence[Any]]) -> bytes:
    """Return lines of a CSV file."""
    text = io.StringIO()
    writer = csv.writer(text, quoting=csv.QUOTE_ALL)
    writer.writerows([cell(value) for value in row] for row in rows)
    return text.getvalue().encode()


def cell(value: Any) -> str:
    """Return a JSON value as the text of a cell."""
    text = words(value)
    is_number = isinstance(value, int | float)
    return f"'{text}" if not is_number and text.startswith(_DANGEROUS) else text


def words(value: Any) -> str:
    """Return a JSON value as people read it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float | str):
        return str(value)
    return orjson.dumps(value).decode()
