"""Where uploads are kept: on the local disk, or on an S3-compatible server by setting.

Keys are made by us from content hashes, never from what clients send. What is put is
whole or not there at all: the disk's files are renamed into place, S3 shows no half
objects. Putting the same again changes nothing that a reader could see.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO, Final, Protocol
from urllib.parse import urlsplit

import obstore
from obstore.exceptions import BaseError, NotFoundError
from obstore.store import LocalStore, ObjectStore, S3Store

from openevent.errors import Unavailable
from openevent.settings import Settings, SettingsError

#: What is read into memory of an object at a time.
CHUNK_BYTES: Final = 256 * 1024
#: S3 answers in a moment or is away; a request does not wait for longer.
TIMEOUT: Final = "10s"
CONNECT_TIMEOUT: Final = "2s"


@dataclass(frozen=True, slots=True)
class Content:
    """An object, or a part of one: the size of all of it, and its bytes, read as they are sent."""

    size: int
    chunks: Iterator[bytes]


class Storage(Protocol):
    """Keeps bytes under keys."""

    def put(self, key: str, content: bytes | BinaryIO) -> None:
        """Keep the content under the key; it is all there when this returns."""

    def size(self, key: str) -> int | None:
        """Return the size of an object; ``None``: there is none."""

    def open(self, key: str, start: int = 0, end: int | None = None) -> Content | None:
        """Return an object, or its bytes from ``start`` to before ``end``; ``None``: not there."""

    def delete(self, keys: Iterable[str]) -> None:
        """Forget objects; those that are not there are no matter."""

    def older_than(self, moment: datetime) -> Iterator[str]:
        """Yield the keys of objects that were put before."""


class ObjectStorage:
    """Every kind of storage that obstore speaks to."""

    def __init__(self, store: ObjectStore) -> None:
        self._store = store

    def put(self, key: str, content: bytes | BinaryIO) -> None:
        with _available():
            obstore.put(self._store, key, content)

    def size(self, key: str) -> int | None:
        with _available():
            try:
                return obstore.head(self._store, key)["size"]
            except (FileNotFoundError, NotFoundError):
                return None

    def open(self, key: str, start: int = 0, end: int | None = None) -> Content | None:
        with _available():
            try:
                if end is None:
                    found = obstore.get(self._store, key)
                else:
                    found = obstore.get(self._store, key, options={"range": (start, end)})
            except (FileNotFoundError, NotFoundError):
                return None
            stream = found.stream(min_chunk_size=CHUNK_BYTES)
            return Content(found.meta["size"], (bytes(chunk) for chunk in stream))

    def delete(self, keys: Iterable[str]) -> None:
        for key in keys:
            with _available():
                try:
                    obstore.delete(self._store, key)
                except (FileNotFoundError, NotFoundError):
                    continue

    def older_than(self, moment: datetime) -> Iterator[str]:
        with _available():
            for page in obstore.list(self._store):
                yield from (item["path"] for item in page if item["last_modified"] < moment)


@contextmanager
def _available() -> Iterator[None]:
    try:
        yield
    except (BaseError, OSError) as ex:
        raise Unavailable("The storage of pictures and files is not available.") from ex


def make_storage(settings: Settings) -> Storage:
    """Return the storage that the settings ask for."""
    if not settings.storage_url:
        folder = settings.data_dir.resolve() / "media"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return ObjectStorage(LocalStore(folder))
    parts = urlsplit(settings.storage_url)
    if parts.scheme != "s3" or not parts.hostname:
        raise SettingsError("OPENEVENT_STORAGE_URL must be like s3://bucket/folder")
    credentials = {}
    if settings.storage_key_id:
        credentials = {
            "access_key_id": settings.storage_key_id,
            "secret_access_key": settings.storage_secret,
        }
    if settings.storage_endpoint:
        credentials["endpoint"] = settings.storage_endpoint.rstrip("/")
    return ObjectStorage(
        S3Store(
            parts.hostname,
            prefix=parts.path.strip("/") or None,
            region=settings.storage_region,
            client_options={
                "allow_http": settings.storage_endpoint.startswith("http:"),
                "timeout": TIMEOUT,
                "connect_timeout": CONNECT_TIMEOUT,
            },
            retry_config={"max_retries": 2},
            **credentials,  # type: ignore[arg-type]  # strings, all of them
        )
    )
