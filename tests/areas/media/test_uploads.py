"""What may be uploaded, how, by whom; and that what is refused leaves nothing behind."""

from __future__ import annotations

import io
import json
import re
import struct
import tempfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import Engine, text

from openevent.settings import Settings
from tests.areas.media.conftest import Upload, fetch, kept
from tests.areas.media.pictures import data_uri, encoded, form, opened, plain
from tests.conftest import Client

URL = re.compile(r"http://127\.0\.0\.1:\d+/media/[0-9a-f]{64}/[a-z0-9-]+\.[a-z0-9]+")
FILES = "/v1/upload/files"
IMAGE = "/v1/upload/image"


def rows(engine: Engine) -> int:
    with engine.connect() as connection:
        return int(connection.scalar(text("SELECT count(*) FROM media_files")) or 0)


@pytest.fixture
def nothing_left(
    client: Client, engine: Engine, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    """Neither a file, nor a row, nor anything in the folder for temporary files."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    before = kept(folder), rows(engine)
    yield
    assert (kept(folder), rows(engine)) == before
    assert list(tmp_path.iterdir()) == []


def refused(answer: Any, status: int, code: str) -> None:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/json"
    assert answer.json["error"] == answer.json["errors"][0]["detail"]
    assert answer.json["errors"][0]["code"] == code


def png(width: int, height: int) -> bytes:
    """Return a PNG that says it is that large, and holds next to nothing."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)

    def chunk(name: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        )

    data = zlib.compress(b"\0" * 1000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def bomb(format_: str) -> bytes:
    """Return an animation whose pictures are small and many."""
    frames = [plain(400, 400, colour) for colour in ("red", "green", "blue")] * 30
    return encoded(frames[0], format_, save_all=True, append_images=frames[1:])


def test_picture_is_taken_as_phones_send_it(client: Client) -> None:
    photograph = encoded(plain(400, 300), "JPEG")
    answer = client.rpc(IMAGE, data_uri(photograph), as_="registered")
    assert answer.status_code == 200, answer.text
    assert URL.fullmatch(answer.json["url"])
    shown = opened(fetch(client, answer.json["url"]).content)
    assert (shown.format, shown.size) == ("JPEG", (400, 300))
    assert shown.info["progressive"]


@pytest.mark.parametrize(
    "spell",
    [
        lambda body: body.replace(r"\n", r"\r\n"),
        lambda body: body.replace("/", r"\/").replace("=", r"\u003d").replace("+", r"\u002B"),
        lambda body: body.replace('{"data": ', '{\n"name": "me",\n"data" : '),
        lambda body: body.replace(r"\n", "").rstrip('"}').rstrip("=") + '"}',
    ],
    ids=["carriage returns", "escapes", "another member", "no padding"],
)
def test_base64_is_read_however_it_is_spelled(client: Client, spell: Any) -> None:
    body = spell(json.dumps(data_uri(encoded(plain()), type_="image/png")))
    assert client.rpc(IMAGE, body, as_="registered").status_code == 200


def test_large_data_uri_is_decoded_in_pieces(client: Client) -> None:
    noise = encoded(Image.effect_noise((1500, 1000), 90).convert("RGB"), "PNG")
    assert len(noise) > 1_000_000
    answer = client.rpc(IMAGE, data_uri(noise), as_="registered")
    assert opened(fetch(client, answer.json["url"]).content).size == (1500, 1000)


def test_same_picture_has_one_address_in_each_way_of_sending(
    client: Client, upload: Upload, engine: Engine
) -> None:
    content = encoded(plain())
    body, type_ = form(("picture", "../../etc/Das Foto.PNG", content))
    sent = client.request("POST", IMAGE, body, as_="registered", content_type=type_).json["url"]
    before = rows(engine)
    assert sent.endswith("/das-foto.jpg")
    assert upload(content).split("/")[4] == sent.split("/")[4]
    assert rows(engine) == before


def test_what_a_photograph_says_of_its_taking_is_left_out(client: Client, upload: Upload) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by 90 degrees
    exif[0x010E] = "at home"
    exif.get_ifd(0x8825)[1] = "N"
    photograph = encoded(
        plain(40, 20), "JPEG", exif=exif, comment=b"secret comment", xmp=b"<x>secret place</x>"
    )
    assert b"at home" in photograph
    url = upload(photograph)
    for accept in ("image/jpeg", "image/webp"):
        content = fetch(client, url, Accept=accept).content
        shown = opened(content)
        assert shown.size == (20, 40)
        assert not shown.getexif()
        assert b"secret" not in content
        red, green, _ = shown.convert("RGB").getpixel((19, 0))  # type: ignore[misc]
        assert red > 150 > green  # its top left corner is top right now


def test_transparent_picture_stays_transparent(client: Client, upload: Upload) -> None:
    image = Image.new("RGBA", (30, 30), (200, 10, 10, 0))
    url = upload(encoded(image))
    assert url.endswith(".png")
    for accept in ("*/*", "image/webp"):
        shown = opened(fetch(client, url, Accept=accept).content).convert("RGBA")
        assert shown.getpixel((3, 3))[3] == 0  # type: ignore[index]


def test_picture_is_kept_no_larger_than_screens_are(client: Client, upload: Upload) -> None:
    url = upload(encoded(plain(3000, 1000), "JPEG"))
    assert opened(fetch(client, url).content).size == (2560, 853)


def test_animation_becomes_its_first_picture(client: Client, upload: Upload) -> None:
    for format_ in ("GIF", "WEBP"):
        shown = opened(fetch(client, upload(bomb(format_))).content)
        assert (shown.format, shown.size) == ("JPEG", (400, 400))


def test_polyglot_ends_as_a_picture(client: Client, upload: Upload) -> None:
    script = b"<script>alert(document.cookie)</script>"
    comment = encoded(plain(), "GIF", comment=script) + script
    archive = encoded(plain(), "JPEG") + b"PK\x03\x04" + script
    for content in (comment, archive):
        url = upload(content)
        for accept in ("*/*", "image/webp"):
            served = fetch(client, url, Accept=accept)
            assert script not in served.content
            assert served.headers["x-content-type-options"] == "nosniff"


@pytest.mark.usefixtures("nothing_left")
@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "not-a-picture"),
        (b"hello", "not-a-picture"),
        (
            b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
            "not-a-picture",
        ),
        (b"GIF89a", "not-a-picture"),
        (b"%PDF-1.4 a document that calls itself a picture", "not-a-picture"),
        (encoded(plain(), "TIFF"), "not-a-picture"),
        (encoded(plain(), "BMP"), "not-a-picture"),
        (encoded(plain(300, 300), "JPEG")[:-200], "corrupt"),
        (encoded(plain(300, 300), "PNG")[:-30], "corrupt"),
        (encoded(plain(300, 300), "WEBP")[:-30], "corrupt"),
        (png(60_000, 60_000), "too-many-pixels"),
        (png(7_100, 7_100), "too-many-pixels"),
        (png(7_000, 7_000), "corrupt"),
    ],
    ids=[
        *("empty", "text", "svg", "gif head", "pdf", "tiff", "bmp"),
        *("cut jpeg", "cut png", "cut webp", "bomb", "just too many", "just allowed"),
    ],
)
def test_hostile_picture_is_refused(client: Client, content: bytes, code: str) -> None:
    body, type_ = form(("file", "kitten.jpg", content))
    refused(client.rpc(IMAGE, data_uri(content), as_="registered"), 422, code)
    sent = {"as_": "registered", "content_type": "image/jpeg"}
    refused(client.request("POST", IMAGE, content, **sent), 422, code)
    refused(client.request("POST", IMAGE, body, as_="registered", content_type=type_), 422, code)


@pytest.mark.usefixtures("nothing_left")
@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ("", 400, "bad-request"),
        ("{", 400, "bad-request"),
        ("[]", 400, "bad-request"),
        ('{"data": 5}', 400, "bad-request"),
        ('{"data": "https://example.org/kitten.jpg"}', 400, "bad-request"),
        ('{"data": "data:image/png,plain"}', 400, "bad-request"),
        ('{"data": "data:image/png;base64,$$$$"}', 422, "not-base64"),
        ('{"data": "data:image/png;base64,\\u0000AAA"}', 422, "not-base64"),
        ('{"data": "data:image/png;base64,"}', 422, "not-a-picture"),
        ('{"data": "' + "x" * 2_000_000 + '", "more": 1}', 400, "bad-request"),
    ],
)
def test_broken_document_is_refused(client: Client, body: str, status: int, code: str) -> None:
    refused(client.rpc(IMAGE, body, as_="registered"), status, code)


@pytest.mark.usefixtures("nothing_left")
@pytest.mark.parametrize("path", [IMAGE, FILES])
@pytest.mark.parametrize(
    "body", [b"", b"--edge", b"no form at all", b"--edge\r\n\r\n\r\n--edge--\r\n", b"--edge--\r\n"]
)
def test_broken_form_is_refused(client: Client, path: str, body: bytes) -> None:
    type_ = "multipart/form-data; boundary=edge"
    refused(
        client.request("POST", path, body, as_="registered", content_type=type_),
        400,
        "bad-request",
    )


@pytest.mark.usefixtures("nothing_left")
def test_body_that_says_it_is_too_large_is_not_read(client: Client, settings: Settings) -> None:
    class Unread(io.RawIOBase):
        def readable(self) -> bool:
            return True

        def readinto(self, buffer: Any) -> int:
            raise AssertionError("somebody reads it")

    for path, type_ in (
        (IMAGE, "image/jpeg"),
        (IMAGE, "application/json"),
        (FILES, "multipart/form-data; boundary=edge"),
    ):
        answer = client.request(
            "POST",
            path,
            as_="registered",
            content_type=type_,
            headers={"Content-Length": str(100_000_000)},
            extras={"wsgi.input": Unread()},
        )
        refused(answer, 413, "too-large")
        assert str(settings.upload_limit_bytes) in answer.json["error"]


@pytest.mark.usefixtures("nothing_left")
def test_body_without_a_length_is_counted_while_it_is_read(client: Client) -> None:
    class Endless(io.RawIOBase):
        read_bytes = 0

        def readable(self) -> bool:
            return True

        def readinto(self, buffer: Any) -> int:
            self.read_bytes += len(buffer)
            assert self.read_bytes < 40_000_000
            return len(buffer)

    form_type = "multipart/form-data; boundary=never"
    for path, type_ in ((IMAGE, "image/jpeg"), (IMAGE, "application/json"), (FILES, form_type)):
        answer = client.request(
            "POST",
            path,
            as_="registered",
            content_type=type_,
            headers={"Transfer-Encoding": "chunked"},
            extras={"wsgi.input": Endless(), "wsgi.input_terminated": True, "CONTENT_LENGTH": ""},
        )
        refused(answer, 413, "too-large")


@pytest.mark.usefixtures("nothing_left")
def test_file_in_a_form_is_counted(client: Client, settings: Settings) -> None:
    body, type_ = form(("file", "a.txt", b"a" * (settings.upload_limit_bytes + 1)))
    answer = client.request("POST", FILES, body, as_="registered", content_type=type_)
    refused(answer, 413, "too-large")


@pytest.mark.usefixtures("nothing_left")
def test_nobody_uploads_without_logging_in(client: Client) -> None:
    refused(client.rpc(IMAGE, data_uri(encoded(plain()))), 401, "unauthenticated")
    body, type_ = form(("file", "a.txt", b"hello"))
    refused(client.request("POST", FILES, body, content_type=type_), 401, "unauthenticated")


@pytest.mark.usefixtures("nothing_left")
def test_other_media_types_are_refused(client: Client) -> None:
    for path, type_ in ((IMAGE, "text/html"), (FILES, "image/png"), (IMAGE, "video/mp4")):
        answer = client.request("POST", path, b"x", as_="registered", content_type=type_)
        refused(answer, 415, "unsupported-media-type")


@pytest.mark.parametrize(
    ("name", "content", "ending"),
    [
        ("Keynote (final).PDF", b"%PDF-1.7\n1 0 obj\n", "/keynote-final.pdf"),
        ("talk.pptx", b"PK\x03\x04\x14\0\0\0", "/talk.pptx"),
        ("talk.exe", b"PK\x03\x04\x14\0\0\0", "/talk.zip"),
        ("..\\..\\boot.ini", b"notes", "/boot.txt"),
        ("../../../etc/passwd", b"root:x:0:0", "/passwd.txt"),
        ("r\u00e9sum\u00e9.md", "caf\u00e9".encode(), "/resume.md"),
        ("\u200b", b"nothing to call it by", "/file.txt"),
        ("kitten.pdf", encoded(plain()), "/kitten.jpg"),
        ("x" * 300 + ".csv", b"a,b\n1,2\n", f"/{'x' * 60}.csv"),
    ],
)
def test_file_is_kept_as_what_it_is_under_a_harmless_name(
    client: Client, name: str, content: bytes, ending: str
) -> None:
    body, type_ = form(("file", name, content))
    answer = client.request("POST", FILES, body, as_="registered", content_type=type_)
    assert answer.status_code == 200, answer.text
    assert answer.json["url"].endswith(ending)
    assert fetch(client, answer.json["url"]).status_code == 200


def test_several_files_get_a_list_in_their_order(client: Client) -> None:
    body, type_ = form(("files[]", "b.txt", b"two"), ("files[]", "a.txt", b"one"))
    answer = client.request("POST", FILES, body, as_="registered", content_type=type_)
    assert [fetch(client, url).content for url in answer.json["url"]] == [b"two", b"one"]


@pytest.mark.usefixtures("nothing_left")
@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"MZ\x90\0\x03\0\0\0" + b"\0" * 100,
        b"\x7fELF\x02\x01\x01" + b"\0" * 100,
        b"<!DOCTYPE html><script>alert(1)</script>",
        b"\xef\xbb\xbf \n<html><body onload=alert(1)>",
        b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'/>",
        b"#!/bin/sh\0rm -rf /",
        bytes(range(256)),
    ],
)
def test_file_of_another_kind_is_refused(client: Client, content: bytes) -> None:
    body, type_ = form(("file", "slides.pdf", content))
    answer = client.request("POST", FILES, body, as_="registered", content_type=type_)
    refused(answer, 422, "kind-not-allowed" if content else "empty")
