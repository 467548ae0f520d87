"""Logs: one line a fact, with the ids that connect a request to its jobs.

JSON by default, text for a terminal. Every line carries the request id, of the request
itself or of the one that caused the job, and the job's own id where there is one. What
looks like a secret is starred out in whatever is logged, tracebacks included: the last
line of defence, since nothing should log one in the first place.
"""

from __future__ import annotations

import logging
import re
import sys
from typing import Any

from pythonjsonlogger.orjson import OrjsonFormatter

from openevent.settings import Settings
from openevent.work.context import JOB, REQUEST_ID

_SECRETS = (
    # A JSON Web Token, wherever it stands.
    (re.compile(r"\beyJ[\w-]{5,}\.[\w-]+\.[\w-]*"), "***"),
    # An Authorization header, as text or as part of a dictionary.
    (re.compile(r"(?i)\b(JWT|Bearer|Basic)\s+[\w.~+/=-]{8,}"), r"\1 ***"),
    # scheme://user:password@host
    (re.compile(r"(\b[a-z][a-z0-9+.-]*://[^\s:/@]*):[^\s/@]+@"), r"\1:***@"),
    # password=…, "token": "…", in query strings, forms, documents, dictionaries.
    (
        re.compile(
            r"(?i)([\w-]*(?:password|passwd|secret|token|api[_-]?key)[\w-]*"
            r"\\?[\"']?\s*[=:]\s*\\?[\"']?)[^\s\"'&,;}\\]+"
        ),
        r"\1***",
    ),
)


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


def without_secrets(line: str) -> str:
    """Return a line with stars for what looks like a secret."""
    for pattern, stars in _SECRETS:
        line = pattern.sub(stars, line)
    return line


def _add_context(record: logging.LogRecord) -> bool:
    record.request_id = REQUEST_ID.get()
    record.job = JOB.get()
    return True


class _JSON(OrjsonFormatter):
    """One JSON object a line; what was passed as ``extra`` becomes members."""

    def __init__(self) -> None:
        super().__init__(
            ["levelname", "name", "message", "request_id", "job"],
            rename_fields={"levelname": "level", "name": "logger", "exc_info": "exception"},
            timestamp="time",
        )

    def process_log_record(self, log_data: dict[str, Any]) -> dict[str, Any]:
        """Leave out the ids of what there is none of."""
        return {key: value for key, value in log_data.items() if value is not None}

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        return without_secrets(super().format(record))


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
