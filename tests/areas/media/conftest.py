"""The storage of the tests' server, and what lies in it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import falcon.testing
import pytest

from openevent.settings import Settings
from tests.conftest import Client

Upload = Callable[..., str]


@pytest.fixture
def folder(settings: Settings) -> Path:
    """Where the tests' server keeps uploads."""
    return settings.data_dir / "media"


def kept(folder: Path) -> set[str]:
    """Return the names of all files that are kept."""
    return {path.name for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def upload(client: Client) -> Upload:
    """Upload a picture as it is, and return its path."""

    def send(content: bytes, *, as_: str = "organizer") -> str:
        answer = client.request(
            "POST", "/v1/upload/image", content, as_=as_, content_type="image/png"
        )
        assert answer.status_code == 200, answer.text
        return str(answer.json["url"])

    return send


def fetch(client: Client, url: str, **headers: str) -> falcon.testing.Result:
    """Get a URL of the server."""
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    return client.get(urlsplit(url).path, headers=sent)
