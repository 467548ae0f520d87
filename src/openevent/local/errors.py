"""What keeps an embedded server from starting, in one sentence for people."""

from __future__ import annotations


class LocalServerError(Exception):
    """An embedded server cannot run here; the message says why and what helps."""


class DirectoryInUse(LocalServerError):  # noqa: N818 - read as the refusal it is
    """Another process runs the servers of this data directory."""
