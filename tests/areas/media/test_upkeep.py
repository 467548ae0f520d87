"""What nothing names is swept, what anything names is kept, and no file is ever missed."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, text

from openevent.app import WebApp
from openevent.areas.media import operations
from openevent.areas.media.actors import discard, find_lost, forget_unnamed
from openevent.areas.media.queries import named_digests
from openevent.areas.media.rules import Retention
from openevent.db.engine import session_factory
from openevent.errors import Invalid
from openevent.services.media_urls import MediaURLs
from openevent.services.storage import Storage
from openevent.settings import Settings
from openevent.work.jobs import JobRunner
from openevent.work.unit import UnitOfWork
from openevent.worker import worker_ports
from tests.areas.documents import document
from tests.areas.media.conftest import Upload, Work, fetch, kept
from tests.areas.media.pictures import encoded, form, plain
from tests.conftest import Client

DAY = "UPDATE media_files SET used_at = used_at - interval '25 hours' WHERE used_at < '2099-01-01'"


@pytest.fixture
def age(engine: Engine) -> Callable[[], None]:
    """Let a day go by for everything that was uploaded."""

    def pass_() -> None:
        with engine.begin() as connection:
            connection.execute(text(DAY))

    return pass_


@pytest.fixture
def sweep(runner: JobRunner, work: Work) -> Callable[[], int]:
    """Run the sweep and what follows from it; return how many domain events there were."""

    def run() -> int:
        runner.deliver(forget_unnamed, {}, None, request_id=None)
        return work(discard)

    return run


def name(client: Client, url: str | None, attribute: str = "original-image-url") -> Any:
    sent = document("event", 1, {attribute: url})
    return client.patch("/v1/events/1", sent, as_="organizer")


def test_upload_that_nothing_names_is_gone_after_a_day(
    client: Client, upload: Upload, age: Any, sweep: Any, folder: Path, engine: Engine
) -> None:
    before = kept(folder)
    url = upload(encoded(plain(31, 17)))
    body, type_ = form(("file", "a.txt", b"nobody names me"))
    client.request("POST", "/v1/upload/files", body, as_="registered", content_type=type_)
    assert len(kept(folder) - before) == 3
    assert sweep() == 0
    assert len(kept(folder) - before) == 3
    age()
    assert sweep() == 1
    assert kept(folder) == before
    assert fetch(client, url).status_code == 404
    refused = name(client, url)
    assert refused.status_code == 422
    assert "upload it again" in refused.json["errors"][0]["detail"]
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM media_files")) == 2


def test_everything_that_is_named_is_kept(
    client: Client, upload: Upload, work: Work, age: Any, sweep: Any, folder: Path
) -> None:
    name(client, upload(encoded(plain(300, 200))))
    name(client, upload(encoded(plain(900, 400, "gold"))), "logo-url")
    words = f'<p>See <a href="{upload(encoded(plain(50, 50)))}">this</a></p>'
    name(client, words, "description")
    link = {"name": "plan", "link": upload(encoded(plain(60, 60)))}
    sent = document("event", 1, {"document-links": [link]})
    assert client.patch("/v1/events/1", sent, as_="organizer").status_code == 200
    assert work() == 2
    before = kept(folder)
    age()
    # The logo as it was uploaded: the smaller one has taken its place.
    assert sweep() == 1
    assert len(before - kept(folder)) == 2
    shown = client.get("/v1/events/1").json["data"]["attributes"]
    for attribute in ("original", "large", "thumbnail", "icon"):
        assert fetch(client, shown[f"{attribute}-image-url"]).status_code == 200
    assert fetch(client, shown["logo-url"]).status_code == 200
    assert fetch(client, link["link"]).status_code == 200


def test_sizes_of_a_picture_that_was_replaced_are_swept(
    client: Client, upload: Upload, work: Work, age: Any, sweep: Any, folder: Path
) -> None:
    before = kept(folder)
    name(client, upload(encoded(plain(800, 400))))
    work()
    name(client, upload(encoded(plain(800, 400, "gold"))))
    work()
    both = kept(folder)
    age()
    assert sweep() == 1
    assert len(both - kept(folder)) == 8
    name(client, None)
    age()
    assert sweep() == 1
    assert kept(folder) == before


def test_picture_of_a_deleted_event_is_kept_while_it_may_come_back(
    client: Client, upload: Upload, age: Any, sweep: Any, engine: Engine
) -> None:
    url = upload(encoded(plain(70, 70)))
    name(client, url)
    assert client.delete("/v1/events/1", as_="super-admin").status_code == 200
    age()
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM outbox"))
    assert sweep() == 0
    assert fetch(client, url).status_code == 200
    with engine.begin() as connection:
        connection.execute(text("UPDATE events SET deleted_at = now() - interval '31 days'"))
    assert sweep() == 1
    assert fetch(client, url).status_code == 404


def test_file_that_no_row_names_is_found(
    client: Client, runner: JobRunner, work: Work, settings: Settings, folder: Path
) -> None:
    """A server may end after the file is put and before its row is committed."""
    before = kept(folder)
    storage: Storage = worker_ports(settings)[Storage]
    digest = "ab" * 32
    for extension in ("jpg", "webp", "pdf"):
        storage.put(f"ab/{digest}.{extension}", b"lost")
    storage.put("notes/of-the-operator.txt", b"not ours")
    runner.deliver(find_lost, {}, None, request_id=None)
    assert work(discard) == 0  # it may be an upload that is under way
    later = replace(runner, ports={**runner.ports, Retention: Retention(hours=-1)})
    later.deliver(find_lost, {}, None, request_id=None)
    assert work(discard) == 1
    assert kept(folder) - before == {"of-the-operator.txt"}
    storage.delete(["notes/of-the-operator.txt"])


def test_refused_commit_leaves_only_what_the_sweep_finds(
    client: Client, runner: JobRunner, work: Work, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = kept(folder)
    monkeypatch.setattr(
        "openevent.work.outbox.Outbox.commit", lambda *_: (_ for _ in ()).throw(RuntimeError())
    )
    content = encoded(plain(33, 44))
    answer = client.request(
        "POST", "/v1/upload/image", content, as_="organizer", content_type="image/png"
    )
    assert answer.status_code == 500
    monkeypatch.undo()
    assert len(kept(folder) - before) == 2
    later = replace(runner, ports={**runner.ports, Retention: Retention(hours=-1)})
    later.deliver(find_lost, {}, None, request_id=None)
    work(discard)
    assert kept(folder) == before


def test_discarding_what_was_uploaded_again_meanwhile_keeps_it(
    client: Client, upload: Upload, age: Any, runner: JobRunner, work: Work
) -> None:
    content = encoded(plain(90, 30))
    url = upload(content)
    age()
    runner.deliver(forget_unnamed, {}, None, request_id=None)
    assert upload(content) == url
    assert work(discard) == 1
    assert fetch(client, url).status_code == 200


def test_naming_and_sweeping_at_once_never_loses_a_named_picture(
    app: WebApp, settings: Settings, engine: Engine, upload: Upload, age: Any
) -> None:
    """Whoever comes first wins: the picture is kept, or naming it is refused."""
    open_db = session_factory(engine)
    ports = worker_ports(settings)
    urls = operations.UploadURLs(MediaURLs(settings.base_url))
    for _ in range(3):
        url = upload(encoded(plain(45, 45)))
        age()
        barrier = threading.Barrier(2)
        accepted: list[bool] = []

        def naming(url: str = url, barrier: Any = barrier, accepted: Any = accepted) -> None:
            work = UnitOfWork(open_db=open_db, ports=ports)
            barrier.wait()
            try:
                urls.accept(work, url, pointer="/data")
                named = text("UPDATE events SET logo_url = :url WHERE id = 1")
                work.db.execute(named, {"url": url})
                work.db.commit()
                accepted.append(True)
            except Invalid:
                accepted.append(False)
            finally:
                work.close()

        thread = threading.Thread(target=naming)
        thread.start()
        work = UnitOfWork(open_db=open_db, ports=ports)
        barrier.wait()
        operations.forget_unnamed(work)
        work.db.commit()
        work.close()
        thread.join()
        with engine.connect() as connection:
            row = text("SELECT count(*) FROM media_files WHERE digest = :digest")
            is_kept = connection.scalar(row, {"digest": url.split("/")[4]}) == 1
        assert is_kept == accepted[0]


def test_every_text_that_can_name_a_file_is_looked_through(
    client: Client, engine: Engine, settings: Settings
) -> None:
    digests = [f"{number:064x}" for number in range(4)]
    statements = (
        "UPDATE users SET details = 'x /media/{0}/a.jpg and /media/{1}/b.pdf' WHERE id = 13",
        'UPDATE events SET document_links = \'[{{"link": "http://x/media/{2}/c.txt"}}]\'',
        "UPDATE faqs SET answer = '/media/{3}/d.txt', deleted_at = now() - interval '40 days'",
    )
    with engine.begin() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement.format(*digests))
        deleted = text("UPDATE users SET deleted_at = :at WHERE id = 13")
        connection.execute(deleted, {"at": datetime.now(UTC) - timedelta(days=1)})
    with session_factory(engine)() as db:
        assert named_digests(db, datetime.now(UTC)) & set(digests) == set(digests[:3])
