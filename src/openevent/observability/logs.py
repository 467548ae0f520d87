"""Logs: one line a fact, with the ids that connect a request to its jobs.

JSON by default, text for a terminal. Every line carries the request id, of the request
itself or of the one that caused the job, and the job's own id where there is one. What
looks like a secret is starred out in whatever is logged, tracebacks included: the last
line of defence, since nothing should log one in the first place.
"""

from __future__ import annotations

import json
import logging
import re
import sys
from datetime import UTC, datetime
from typing import Any

import orjson

from openevent.settings import Settings
from openevent.work.context import JOB, REQUEST_ID

# Looking for these words first costs a microsecond; the patterns cost a hundred.
_HINTS = ("eyj", "jwt", "bearer", "basic", "@", "pass", "secret", "token", "key")
_SECRETS = (
    # A JSON Web Token, wherever it stands.
    (re.compile(r"\beyJ[\w-]{5,}\.[\w-]+\.[\w-]*"), "***"),
    # An Authorization header, as text or as part of a dictionary.
    (re.compile(r"(?i)\b(JWT|Bearer|Basic)\s+[\w.~+/=-]{8,}"), r"\1 ***"),
    # scheme://user:password@host
    (re.compile(r"(://[^\s:/@]*):[^\s/@]+@"), r"\1:***@"),
    # password=…, "token": "…", in query strings, forms, documents, dictionaries.
    (
        re.compile(
            r"(?i)((?:password|passwd|secret|token|api[_-]?key)[\w-]*"
            r"\\?[\"']?\s*[=:]\s*\\?[\"']?)[^\s\"'&,;}\\]+"
        ),
        r"\1***",
    ),
)
# What a record has by itself; anything else was passed as ``extra``.
_OWN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "ids"}


def configure(settings: Settings) -> None:
    """Send every logger's lines to standard error in the format of the settings."""
    handler = logging.StreamHandler(sys.stderr)
    handler.addFilter(_add_context)
    handler.setFormatter(_JSON() if settings.log_format == "json" else _Text())
    root = logging.getLogger()
    for old in root.handlers[:]:
        root.removeHandler(old)
    root.addHandler(handler)
    root.setLevel(settings.log_level)
    logging.captureWarnings(capture=True)
    # Nobody reads these of a record, and collecting them takes half of its time ("Optimization"
    # in Python's logging how-to).
    logging._srcfile = None
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False


def without_secrets(line: str) -> str:
    """Return a line with stars for what looks like a secret."""
    lower = line.lower()
    if not any(hint in lower for hint in _HINTS):
        return line
    for pattern, stars in _SECRETS:
        line = pattern.sub(stars, line)
    return line


def _add_context(record: logging.LogRecord) -> bool:
    record.request_id = REQUEST_ID.get()
    record.job = JOB.get()
    return True


class _JSON(logging.Formatter):
    """One JSON object a line; what was passed as ``extra`` becomes members.

    Made for the access line, which every request pays for: 4 µs, where the formatter of
    python-json-logger takes 100.
    """

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        members: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        members |= {
            name: value
            for name, value in vars(record).items()
            if name not in _OWN and value is not None
        }
        if record.exc_info:
            members["exception"] = self.formatException(record.exc_info)
        if record.stack_info:
            members["stack"] = record.stack_info
        try:
            line = orjson.dumps(members, default=str).decode()
        except orjson.JSONEncodeError:  # half a character, in what somebody has sent
            line = json.dumps(members, default=str)
        return without_secrets(line)


class _Text(logging.Formatter):
    """A line for reading in a terminal."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)-7s %(message)s%(ids)s", "%H:%M:%S")

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        ids = [
            f"{name}={value}"
            for name in ("request_id", "job")
            if (value := getattr(record, name, None)) is not None
        ]
        record.ids = f" [{' '.join(ids)}]" if ids else ""
        return without_secrets(super().format(record))
