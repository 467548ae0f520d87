"""The same on an S3-compatible server, and what happens when it is away."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from moto.server import ThreadedMotoServer
from sqlalchemy import Engine, text

from openevent.app import WebApp, create_app
from openevent.areas.media.actors import discard, forget_unnamed, make_sizes
from openevent.errors import Unavailable
from openevent.services.storage import Storage, make_storage
from openevent.services.tokens import TokenSigner
from openevent.settings import Settings, SettingsError
from openevent.work.jobs import JobRunner
from tests.areas.documents import document
from tests.areas.media.conftest import Work, fetch, kept
from tests.areas.media.pictures import encoded, opened, plain
from tests.areas.media.test_upkeep import DAY
from tests.conftest import Client


@pytest.fixture(scope="module")
def bucket() -> Iterator[Any]:
    """An empty bucket on a server of this test's own."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        client = boto3.resource(
            "s3",
            endpoint_url=f"http://{host}:{port}",
            region_name="eu-central-1",
            aws_access_key_id="key",
            aws_secret_access_key="secret",
        )
        yield client.create_bucket(
            Bucket="media", CreateBucketConfiguration={"LocationConstraint": "eu-central-1"}
        )
    finally:
        server.stop()


@pytest.fixture(scope="module")
def on_s3(settings: Settings, bucket: Any) -> Settings:
    return settings.replace(
        storage_url="s3://media/demo",
        storage_endpoint=bucket.meta.client.meta.endpoint_url,
        storage_region="eu-central-1",
        storage_key_id="key",
        storage_secret="secret",
    )


@pytest.fixture(scope="module")
def app(on_s3: Settings) -> Iterator[WebApp]:
    app = create_app(on_s3)
    yield app
    app.close()


@pytest.fixture
def runner(app: WebApp, on_s3: Settings, runner: JobRunner) -> JobRunner:
    return replace(runner, ports={**runner.ports, Storage: make_storage(on_s3)})


@pytest.fixture
def client(app: WebApp, on_s3: Settings) -> Client:
    return Client(app, TokenSigner(on_s3.secret_key))


def keys(bucket: Any) -> set[str]:
    return {item.key for item in bucket.objects.all()}


def send(client: Client, content: bytes) -> Any:
    return client.request(
        "POST", "/v1/upload/image", content, as_="organizer", content_type="image/png"
    )


def test_picture_lives_in_the_bucket_from_upload_to_sweep(
    client: Client, bucket: Any, work: Work, runner: JobRunner, engine: Engine, folder: Any
) -> None:
    before = kept(folder)
    url = send(client, encoded(plain(900, 450))).json["url"]
    digest = url.split("/")[4]
    pair = {f"demo/{digest[:2]}/{digest}.{extension}" for extension in ("jpg", "webp")}
    assert keys(bucket) == pair
    assert kept(folder) == before
    sent = document("event", 1, {"original-image-url": url})
    assert client.patch("/v1/events/1", sent, as_="organizer").status_code == 200
    assert work(make_sizes) == 1
    shown = client.get("/v1/events/1").json["data"]["attributes"]
    large = fetch(client, shown["large-image-url"])
    assert opened(large.content).size == (900, 450)
    part = fetch(client, shown["large-image-url"], Range="bytes=10-19")
    assert (part.status_code, part.content) == (206, large.content[10:20])
    webp = fetch(client, shown["large-image-url"], Accept="image/webp")
    assert opened(webp.content).format == "WEBP"
    head = client.request("HEAD", "/" + url.split("/", 3)[3])
    assert head.headers["content-length"] == str(len(fetch(client, url).content))
    assert fetch(client, url.replace(digest, "0" * 64)).status_code == 404
    sent = document("event", 1, {"original-image-url": None})
    assert client.patch("/v1/events/1", sent, as_="organizer").status_code == 200
    with engine.begin() as connection:
        connection.execute(text(DAY))
    runner.deliver(forget_unnamed, {}, None, request_id=None)
    assert work(discard) == 1
    assert keys(bucket) == set()


def test_large_content_arrives_whole_and_in_pieces(on_s3: Settings, bucket: Any) -> None:
    storage = make_storage(on_s3)
    content = bytes(range(256)) * 40_000
    storage.put("aa/large.bin", content)
    found = storage.open("aa/large.bin")
    assert found is not None
    assert found.size == len(content)
    assert b"".join(found.chunks) == content
    later = datetime.now(UTC) + timedelta(minutes=1)
    assert list(storage.older_than(later)) == ["aa/large.bin"]
    assert list(storage.older_than(later - timedelta(hours=1))) == []
    storage.delete(["aa/large.bin", "aa/never-there.bin"])
    assert storage.open("aa/large.bin") is None
    assert storage.size("aa/large.bin") is None


def test_storage_that_is_away_is_told_and_nothing_is_stored(
    on_s3: Settings, engine: Engine
) -> None:
    away = on_s3.replace(storage_endpoint="http://127.0.0.1:9")
    app = create_app(away)
    try:
        client = Client(app, TokenSigner(on_s3.secret_key))
        answer = send(client, encoded(plain()))
        assert answer.status_code == 503
        assert answer.json["error"] == "The storage of pictures and files is not available."
        assert "127.0.0.1" not in answer.text
        assert fetch(client, f"http://x/media/{'0' * 64}/a.jpg").status_code == 503
        with engine.connect() as connection:
            assert connection.scalar(text("SELECT count(*) FROM media_files")) == 2
    finally:
        app.close()


def test_wrong_key_is_told_without_details(on_s3: Settings) -> None:
    storage = make_storage(on_s3.replace(storage_url="s3://no-such-bucket"))
    with pytest.raises(Unavailable):
        storage.put("aa/a.bin", b"x")


def test_storage_of_another_kind_is_refused(settings: Settings) -> None:
    for url in ("https://media.example.org", "s3://", "file:///etc"):
        with pytest.raises(SettingsError):
            make_storage(settings.replace(storage_url=url))
