"""The storage of the tests' server, and what lies in it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import falcon.testing
import pytest
from sqlalchemy import Engine, select

from openevent.app import WebApp
from openevent.areas.media.actors import make_sizes
from openevent.areas.media.world import FILE, PICTURE
from openevent.settings import Settings
from openevent.work.jobs import Job, JobRunner
from openevent.work.outbox import OutboxRow
from openevent.worker import worker_ports
from tests.conftest import Client

Upload = Callable[..., str]
Work = Callable[..., int]


@pytest.fixture
def folder(settings: Settings) -> Path:
    """Where the tests' server keeps uploads."""
    return settings.data_dir / "media"


@pytest.fixture(autouse=True)
def _only_the_world(folder: Path) -> None:
    """Begin with the files of the demo world: what other tests put has lost its rows."""
    for path in folder.rglob("*"):
        if path.is_file() and path.name.partition(".")[0] not in (PICTURE.digest, FILE.digest):
            path.unlink()


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


@pytest.fixture
def runner(app: WebApp, settings: Settings) -> JobRunner:
    return replace(app.background.runner, ports=worker_ports(settings))


@pytest.fixture
def work(runner: JobRunner, engine: Engine) -> Work:
    """Do what waits for a job, the pictures' one, and return how many deliveries there were."""

    def run(job: Job = make_sizes) -> int:
        waiting = select(OutboxRow.id, OutboxRow.args).where(OutboxRow.actor == job.name)
        with engine.connect() as connection:
            deliveries = list(connection.execute(waiting.order_by(OutboxRow.id)))
        for id_, arguments in deliveries:
            runner.deliver(job, arguments, id_, request_id=None)
        return len(deliveries)

    return run
