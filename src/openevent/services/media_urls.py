"""The addresses of what is kept: ``<server>/media/<hash of the content>/<name>``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

#: Of the hash and the extension, which together say what is meant; the rest is for people.
PATH: Final = re.compile(
    r"/media/(?P<digest>[0-9a-f]{64})/[a-z0-9-]{1,80}\.(?P<extension>[a-z0-9]{2,5})", re.ASCII
)

#: How the storage spells them.
KEY: Final = re.compile(
    r"[0-9a-f]{2}/(?P<digest>[0-9a-f]{64})\.(?P<extension>[a-z0-9]{2,5})", re.ASCII
)


@dataclass(frozen=True, slots=True)
class MediaName:
    """What names one file: the hash of its content, and its kind as an extension."""

    digest: str
    extension: str

    @property
    def key(self) -> str:
        """Where the storage keeps it."""
        return f"{self.digest[:2]}/{self.digest}.{self.extension}"


@dataclass(frozen=True, slots=True)
class MediaURLs:
    """Makes and recognises the addresses of this server's files."""

    base_url: str

    def of(self, name: MediaName, title: str) -> str:
        """Return the address of a file, called ``title``."""
        return f"{self.base_url}/media/{name.digest}/{title}.{name.extension}"

    def find(self, url: str) -> tuple[str, MediaName] | None:
        """Return a URL as this server would write it, and what it names.

        A server is known by several names: behind a proxy, in an emulator, on a phone.
        The hash is what counts; nobody guesses one.
        """
        at = url.find("/media/")
        match = PATH.fullmatch(url, at) if at > 0 else None
        if match is None:
            return None
        return self.base_url + url[at:], MediaName(match["digest"], match["extension"])
