"""How what is kept is served: for weak networks, and never as something it is not."""

from __future__ import annotations

import pytest

from openevent.areas.media.endpoints import range_of, reads_webp
from openevent.areas.media.world import FILE, PICTURE
from openevent.errors import RangeNotSatisfiable
from tests.areas.media.conftest import fetch
from tests.conftest import Client

SHOWN = f"/media/{PICTURE.digest}/summit.jpg"
SAVED = f"/media/{FILE.digest}/keynote.txt"


def test_picture_may_be_kept_for_ever(client: Client) -> None:
    answer = fetch(client, SHOWN)
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["etag"] == f'"{PICTURE.digest}-jpg"'
    assert answer.headers["content-type"] == "image/jpeg"
    assert answer.headers["vary"] == "Accept"
    assert "content-disposition" not in answer.headers
    assert int(answer.headers["content-length"]) == len(answer.content)


def test_webp_goes_to_those_who_say_they_read_it(client: Client) -> None:
    jpeg, webp = fetch(client, SHOWN, Accept="image/*"), fetch(client, SHOWN, Accept="image/webp")
    assert webp.headers["content-type"] == "image/webp"
    assert webp.headers["etag"] != jpeg.headers["etag"]
    assert len(webp.content) < len(jpeg.content)
    assert fetch(client, SHOWN.replace(".jpg", ".webp")).content == webp.content


@pytest.mark.parametrize(
    ("accept", "does"),
    [
        (None, False),
        ("*/*", False),
        ("image/*", False),
        ("image/avif,image/webp,image/apng,image/*,*/*;q=0.8", True),
        ("image/webp;q=0.5", True),
        ("image/webp;q=0", False),
        ("image/webp; q=0.000", False),
    ],
)
def test_accept_header_says_who_reads_webp(accept: str | None, does: bool) -> None:
    assert reads_webp(accept) is does


@pytest.mark.parametrize("path", [SHOWN, SAVED])
def test_known_content_is_not_sent_again(client: Client, path: str) -> None:
    etag = fetch(client, path).headers["etag"]
    for header in (etag, f'"other", {etag}', "*"):
        answer = fetch(client, path, If_None_Match=header)
        assert (answer.status_code, answer.content) == (304, b"")
        assert answer.headers["etag"] == etag
        assert "immutable" in answer.headers["cache-control"]
    assert fetch(client, path, If_None_Match='"other"').status_code == 200


def test_download_that_broke_off_is_continued(client: Client) -> None:
    whole = fetch(client, SHOWN)
    etag = whole.headers["etag"]
    first = fetch(client, SHOWN, Range="bytes=0-999")
    rest = fetch(client, SHOWN, Range="bytes=1000-", If_Range=etag)
    last = fetch(client, SHOWN, Range="bytes=-10")
    assert {answer.status_code for answer in (first, rest, last)} == {206}
    assert first.content + rest.content == whole.content
    assert last.content == whole.content[-10:]
    size = len(whole.content)
    assert first.headers["content-range"] == f"bytes 0-999/{size}"
    assert rest.headers["content-range"] == f"bytes 1000-{size - 1}/{size}"
    assert first.headers["content-length"] == "1000"


def test_content_that_is_another_now_is_sent_whole(client: Client) -> None:
    for condition in ('"other"', 'W/"other"', "Wed, 21 Oct 2015 07:28:00 GMT"):
        answer = fetch(client, SHOWN, Range="bytes=0-9", If_Range=condition)
        assert answer.status_code == 200


def test_part_behind_the_end_is_refused(client: Client) -> None:
    answer = fetch(client, SHOWN, Range="bytes=100000-")
    assert answer.status_code == 416
    assert answer.headers["content-range"].startswith("bytes */")
    assert answer.json["errors"][0]["code"] == "range-not-satisfiable"


@pytest.mark.parametrize(
    ("header", "part"),
    [
        ("bytes=0-0", (0, 1)),
        ("bytes=5-", (5, 10)),
        ("bytes=5-100", (5, 10)),
        ("bytes=-3", (7, 10)),
        ("bytes=-100", (0, 10)),
        ("bytes=9-5", None),
        ("bytes=-", None),
        ("bytes=0-1,3-4", None),
        ("lines=1-2", None),
        ("bytes=a-b", None),
        ("bytes=0-99999999999999999999999", None),
    ],
)
def test_range_header_is_read(header: str, part: tuple[int, int] | None) -> None:
    assert range_of(header, 10) == part


@pytest.mark.parametrize("header", ["bytes=10-", "bytes=10-11", "bytes=-0"])
def test_range_header_behind_the_end(header: str) -> None:
    with pytest.raises(RangeNotSatisfiable):
        range_of(header, 10)


def test_head_says_what_get_would(client: Client) -> None:
    for path in (SHOWN, SAVED):
        head, get = client.request("HEAD", path), fetch(client, path)
        assert (head.status_code, head.content) == (200, b"")
        for name in ("content-length", "content-type", "etag", "cache-control", "accept-ranges"):
            assert head.headers[name] == get.headers[name]


def test_file_is_for_saving(client: Client) -> None:
    answer = fetch(client, SAVED)
    assert answer.headers["content-disposition"] == 'attachment; filename="keynote.txt"'
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-security-policy"] == "default-src 'none'; sandbox"


@pytest.mark.parametrize(
    "path",
    [
        f"/media/{'0' * 64}/summit.jpg",
        f"/media/{PICTURE.digest}/summit.png",
        f"/media/{PICTURE.digest}/summit.html",
        f"/media/{PICTURE.digest}/summit",
        f"/media/{PICTURE.digest.upper()}/summit.jpg",
        f"/media/{PICTURE.digest}/%2e%2e%2fsecret-key.jpg",
        f"/media/{PICTURE.digest}/summit.jpg%00.txt",
        f"/media/{PICTURE.digest}/a%0d%0aSet-Cookie:x.jpg",
        "/media/..%2f..%2fsecret-key/summit.jpg",
        "/media/../secret-key",
        "/media/%2e%2e/secret-key.txt",
        "/media/",
    ],
)
def test_nothing_else_is_served(client: Client, path: str) -> None:
    answer = fetch(client, path)
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/vnd.api+json"
    assert "immutable" not in answer.headers.get("cache-control", "")
