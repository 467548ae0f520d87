"""The web pages that links in mails lead to: another program than this server."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode


@dataclass(frozen=True, slots=True)
class Frontend:
    """Where the front end is reached; empty when there is none that we know of."""

    url: str = ""

    def link(self, path: str, **query: str) -> str:
        """Return the URL of a page, or nothing without a front end."""
        if not self.url:
            return ""
        parameters = f"?{urlencode(query, safe='()')}" if query else ""
        return f"{self.url.rstrip('/')}/{path}{parameters}"
