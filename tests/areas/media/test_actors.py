"""Pictures that rows name are made in every size, once, and follow what the rows name."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import blurhash
import pytest
from PIL import Image
from sqlalchemy import Engine, select, text

from openevent.app import RESOURCES, WebApp
from openevent.areas.media.actors import make_sizes
from openevent.areas.media.operations import sizes_of
from openevent.jsonapi.resource import ResourceType
from openevent.services.storage import Storage
from openevent.settings import Settings
from openevent.work.jobs import JobRunner
from openevent.work.outbox import OutboxRow
from openevent.work.unit import UnitOfWork
from openevent.worker import worker_ports
from tests.areas.documents import document
from tests.areas.media.conftest import Upload, Work, fetch, kept
from tests.areas.media.pictures import encoded, opened, plain
from tests.conftest import Client
from tests.jsonapi.samples import EVENT

WITH_PICTURES = [resource for resource in RESOURCES if resource.pictures]
SIZES = ("large-image-url", "thumbnail-image-url", "icon-image-url")
PORTRAITS = ("thumbnail-image-url", "small-image-url", "icon-image-url")


def name(client: Client, type_: str, id_: int, as_: str, **attributes: Any) -> Any:
    """Write attributes into an event or user."""
    wire = {key.replace("_", "-"): value for key, value in attributes.items()}
    return client.patch(f"/v1/{type_}s/{id_}", document(type_, id_, wire), as_=as_)


def event(client: Client) -> dict[str, Any]:
    return dict(client.get("/v1/events/1").json["data"]["attributes"])


def version(engine: Engine) -> Any:
    with engine.connect() as connection:
        return connection.scalar(text("SELECT version FROM events WHERE id = 1"))


def test_picture_of_an_event_is_made_in_every_size(
    client: Client, upload: Upload, work: Work
) -> None:
    url = upload(encoded(plain(1600, 800), "JPEG"))
    answer = name(client, "event", 1, "coorganizer", original_image_url=url)
    assert answer.status_code == 200, answer.text
    assert answer.json["data"]["attributes"]["large-image-url"] is None
    assert work() == 1
    shown = event(client)
    assert shown["original-image-url"] == url
    images = {size: opened(fetch(client, shown[size]).content) for size in SIZES}
    assert [images[size].size for size in SIZES] == [(1000, 500), (400, 200), (60, 30)]
    for size, image in images.items():
        assert image.info["progressive"], size
        webp = opened(fetch(client, shown[size], Accept="image/webp").content)
        assert (webp.format, webp.size) == ("WEBP", image.size)
    painted = blurhash.decode(shown["image-placeholder"], 8, 4)
    red, green, blue = painted[2][6]
    assert red < green
    assert red < blue


@pytest.mark.parametrize("resource", WITH_PICTURES, ids=lambda resource: resource.type_name)
def test_what_a_type_declares_about_its_pictures_is_there(
    client: Client, resource: ResourceType, settings: Settings, app: WebApp
) -> None:
    unit = UnitOfWork(open_db=app.background.runner.open_db)
    for picture in resource.pictures:
        attributes = resource.schema.attributes()
        assert not attributes[picture.attribute].dump_only
        assert {*picture.derived, picture.attribute} <= set(resource.model.__table__.c.keys())
        assert {*picture.derived, picture.attribute} <= attributes.keys()
        assert sizes_of(unit, picture.kind, picture.variants).keys() == {*picture.variants.values()}
    unit.close()


def test_every_read_only_picture_is_made_of_one_that_clients_name() -> None:
    for resource in RESOURCES:
        derived = {name for picture in resource.pictures for name in picture.derived}
        shown = {
            name
            for name, field in resource.schema.attributes().items()
            if field.dump_only and name.endswith(("_image_url", "image_placeholder"))
        }
        assert shown <= derived, resource.type_name


def test_photo_of_a_speaker_and_banners_are_made(
    client: Client, upload: Upload, work: Work
) -> None:
    url = upload(encoded(plain(900, 600), "JPEG"))
    for type_, attribute, sizes in (
        ("speaker", "photo-url", ("thumbnail", "small", "icon")),
        ("exhibitor", "banner-url", ("thumbnail",)),
        ("group", "banner-url", ("thumbnail",)),
    ):
        path = f"/v1/{type_}s/1"
        sent = document(type_, 1, {attribute: url})
        assert client.patch(path, sent, as_="organizer").status_code == 200
        work()
        shown = client.get(path, as_="organizer").json["data"]["attributes"]
        assert all("/media/" in shown[f"{size}-image-url"] for size in sizes)
    painted = client.get("/v1/speakers/1").json["data"]["attributes"]["image-placeholder"]
    assert blurhash.decode(painted, 4, 4)


def test_picture_is_never_made_larger(client: Client, upload: Upload, work: Work) -> None:
    name(client, "event", 1, "organizer", original_image_url=upload(encoded(plain(40, 20))))
    work()
    large = fetch(client, event(client)["large-image-url"])
    assert opened(large.content).size == (40, 20)


def test_portrait_of_a_user_is_square(client: Client, upload: Upload, work: Work) -> None:
    url = upload(encoded(plain(900, 600), "JPEG"), as_="registered")
    assert name(client, "user", 9, "registered", avatar_url=url).status_code == 200
    work()
    shown = client.get("/v1/users/9", as_="registered").json["data"]["attributes"]
    assert shown["avatar-url"] == shown["original-image-url"] == url
    assert len(shown["image-placeholder"]) >= 20
    sizes = [opened(fetch(client, shown[size]).content).size for size in PORTRAITS]
    assert sizes == [(500, 500), (50, 50), (35, 35)]


def test_logo_is_made_as_small_as_the_settings_say(
    client: Client, upload: Upload, work: Work
) -> None:
    logo = Image.new("RGBA", (1000, 1000), (0, 0, 0, 0))
    logo.paste("navy", (200, 200, 800, 800))
    name(client, "event", 1, "organizer", logo_url=upload(encoded(logo)))
    work()
    shown = opened(fetch(client, event(client)["logo-url"]).content)
    assert (shown.format, shown.mode, shown.size) == ("PNG", "RGBA", (200, 200))
    assert work() == 0


def test_sizes_are_those_of_the_settings(client: Client, upload: Upload, work: Work) -> None:
    sizes = {"full-width": 300, "full-height": 300, "full-aspect": False}
    sent = document("event-image-size", 1, sizes)
    assert client.patch("/v1/event-image-sizes", sent, as_="admin").status_code == 200
    name(client, "event", 1, "organizer", original_image_url=upload(encoded(plain(800, 400))))
    work()
    large = fetch(client, event(client)["large-image-url"])
    assert opened(large.content).size == (300, 300)


def test_second_delivery_changes_nothing(
    client: Client, upload: Upload, runner: JobRunner, work: Work, engine: Engine, folder: Path
) -> None:
    name(client, "event", 1, "organizer", original_image_url=upload(encoded(plain(800, 400))))
    with engine.connect() as connection:
        arguments = connection.scalar(
            select(OutboxRow.args).where(OutboxRow.actor == make_sizes.name)
        )
    work()
    before = event(client), version(engine), kept(folder)
    assert arguments is not None
    for _ in range(2):
        runner.deliver(make_sizes, arguments, None, request_id=None)
    assert (event(client), version(engine), kept(folder)) == before


def test_other_picture_takes_away_the_sizes_of_the_first(
    client: Client, upload: Upload, work: Work
) -> None:
    name(client, "event", 1, "organizer", original_image_url=upload(encoded(plain(800, 400))))
    work()
    first = event(client)
    second = upload(encoded(plain(800, 400, "gold")))
    answer = name(client, "event", 1, "organizer", original_image_url=second)
    between = answer.json["data"]["attributes"]
    assert [between[size] for size in (*SIZES, "image-placeholder")] == [None] * 4
    work()
    assert all(event(client)[size] not in (None, first[size]) for size in SIZES)


def test_job_of_a_picture_that_was_replaced_meanwhile_does_nothing(
    client: Client, upload: Upload, work: Work
) -> None:
    for colour in ("teal", "gold"):
        url = upload(encoded(plain(800, 400, colour)))
        name(client, "event", 1, "organizer", original_image_url=url)
    assert work() == 2
    large = fetch(client, event(client)["large-image-url"])
    red, green, _ = opened(large.content).convert("RGB").getpixel((700, 300))  # type: ignore[misc]
    assert red > 200
    assert green > 150


def test_clearing_the_picture_clears_its_sizes(client: Client, upload: Upload, work: Work) -> None:
    name(client, "event", 1, "organizer", original_image_url=upload(encoded(plain())))
    work()
    answer = name(client, "event", 1, "organizer", original_image_url=None)
    shown = answer.json["data"]["attributes"]
    assert [shown[size] for size in (*SIZES, "image-placeholder")] == [None] * 4
    assert work() == 0


def test_history_of_an_event_names_what_people_changed(
    client: Client, upload: Upload, work: Work, engine: Engine
) -> None:
    name(client, "event", 1, "organizer", original_image_url=upload(encoded(plain())))
    work()
    with engine.connect() as connection:
        rows = connection.scalars(
            select(OutboxRow.args).where(OutboxRow.actor == "events.note_change")
        )
        assert [row["changed"] for row in rows] == [["original_image_url"]]


def test_new_event_may_name_a_picture_at_once(client: Client, upload: Upload, work: Work) -> None:
    attributes = {
        "name": "With a picture",
        "timezone": "UTC",
        "starts-at": "2031-01-01T10:00:00Z",
        "ends-at": "2031-01-01T12:00:00Z",
        "original-image-url": upload(encoded(plain())),
    }
    made = client.post("/v1/events", document("event", None, attributes), as_="organizer")
    assert made.status_code == 201, made.text
    work()
    path = f"/v1/events/{made.json['data']['id']}"
    shown = client.get(path, as_="organizer").json["data"]["attributes"]
    assert shown["icon-image-url"]


def test_new_event_without_a_picture_has_the_one_of_its_topic(
    client: Client, upload: Upload, work: Work
) -> None:
    url = upload(encoded(plain(900, 600), "JPEG"))
    image = document("event-topic", 1, {"system-image-url": url})
    assert client.patch("/v1/event-topics/1", image, as_="admin").status_code == 200
    sent = document("event", None, EVENT, event_topic=("event-topic", 1))
    made = client.post("/v1/events", sent, as_="owner").json["data"]
    assert made["attributes"]["original-image-url"] == url
    work()
    shown = client.get(f"/v1/events/{made['id']}", as_="owner").json["data"]["attributes"]
    assert "/media/" in shown["large-image-url"]


def test_picture_elsewhere_is_kept_as_it_is_and_never_fetched(client: Client, work: Work) -> None:
    url = "https://images.example.org/elsewhere.jpg"
    name(client, "event", 1, "organizer", original_image_url=url)
    work()  # no connection is allowed in tests: fetching would fail
    assert event(client)["original-image-url"] == url
    assert event(client)["large-image-url"] is None


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("http://169.254.169.254/latest/meta-data", "address-not-public"),
        ("http://localhost:6379/", "address-not-public"),
        ("http://2130706433/picture.jpg", "address-not-public"),
        (f"http://localhost/media/{'0' * 64}/picture.jpg", "no-such-upload"),
    ],
)
@pytest.mark.parametrize("attribute", ["original-image-url", "logo-url"])
def test_picture_that_cannot_be_is_refused(
    client: Client, work: Work, url: str, code: str, attribute: str
) -> None:
    before = event(client)
    answer = client.patch("/v1/events/1", document("event", 1, {attribute: url}), as_="organizer")
    assert answer.status_code == 422, answer.text
    assert answer.json["errors"][0]["code"] == code
    assert answer.json["errors"][0]["source"] == {"pointer": f"/data/attributes/{attribute}"}
    assert work() == 0
    assert event(client) == before


def test_row_or_file_that_is_gone_is_no_failure(
    client: Client, upload: Upload, runner: JobRunner, settings: Settings, work: Work
) -> None:
    url = upload(encoded(plain()))
    name(client, "event", 1, "organizer", original_image_url=url)
    storage: Storage = worker_ports(settings)[Storage]
    digest = url.split("/")[4]
    storage.delete([f"{digest[:2]}/{digest}.jpg"])
    work()
    assert event(client)["large-image-url"] is None
    arguments = {"table": "events", "row_id": 999_999, "attribute": "logo_url", "url": url}
    more = {"kind": "event", "variants": {"logo": "logo_url"}, "placeholder": None}
    runner.deliver(make_sizes, arguments | more, None, request_id=None)
