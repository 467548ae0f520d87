"""What keeps an embedded server from starting, in one sentence for people."""

from __future__ import annotations


class LocalServerError(Exception):
    """An embedded server cannot run here; the message says why and what helps."""
