"""Documented limits and malformed requests: refused in a sentence, before anything happens."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from typing import Any

import pytest
from falcon.testing import create_environ
from gunicorn.http.body import Body, ChunkedReader
from gunicorn.http.errors import InvalidHeaderName
from gunicorn.http.unreader import IterUnreader
from sqlalchemy import Engine

from openevent.app import WebApp
from openevent.http.receiving import CrowdedError, StalledError
from openevent.jsonapi.documents import MAX_DEPTH
from openevent.jsonapi.endpoints import MEDIA_TYPE
from openevent.settings import Settings
from tests.areas.documents import document, linkage
from tests.conftest import Client
from tests.http.test_negotiation import rows_of

FAQ = document("faq", None, {"question": "Q?", "answer": "A."}, event=("event", 1))
Send = Callable[..., tuple[int, dict[str, Any]]]


@pytest.fixture
def send(client: Client, app: WebApp) -> Send:
    """Makes a POST of an FAQ from bytes as a server hands them on, without a true length."""

    def post(body: bytes, length: str | None = None, **extra: Any) -> tuple[int, dict[str, Any]]:
        headers = {
            "Content-Type": MEDIA_TYPE,
            "Authorization": f"JWT {client.token('organizer')}",
        }
        environ = create_environ("/v1/faqs", method="POST", headers=headers)
        environ.update({"wsgi.input": io.BytesIO(body), **extra})
        environ.pop("CONTENT_LENGTH", None)
        if length is not None:
            environ["CONTENT_LENGTH"] = length
        answered: list[Any] = []
        answer = b"".join(app(environ, lambda status, headers: answered.append((status, headers))))
        status, sent = answered[0]
        assert dict(sent)["content-type"] == MEDIA_TYPE
        return int(status[:3]), json.loads(answer)

    return post


CHUNKED: dict[str, Any] = {"HTTP_TRANSFER_ENCODING": "chunked", "wsgi.input_terminated": True}


def test_chunked_body_is_read_to_its_end(send: Send) -> None:
    status, answer = send(json.dumps(FAQ).encode(), **CHUNKED)
    assert (status, answer["data"]["attributes"]["answer"]) == (201, "A.")


def test_body_over_the_limit_is_413_with_a_length(
    client: Client, engine: Engine, settings: Settings
) -> None:
    before = rows_of(engine)
    body = json.dumps(FAQ | {"meta": {"x": "x" * settings.body_limit_bytes}})
    answer = client.post("/v1/faqs", body, as_="organizer")
    assert answer.status_code == 413
    assert answer.json["errors"][0]["code"] == "too-large"
    assert client.rpc("/v1/auth/login", body).status_code == 413
    assert rows_of(engine) == before


def test_body_over_the_limit_is_413_without_a_length(
    send: Send, engine: Engine, settings: Settings
) -> None:
    before = rows_of(engine)
    body = json.dumps(FAQ).encode() + b" " * settings.body_limit_bytes
    status, answer = send(body, **CHUNKED)
    assert (status, answer["errors"][0]["code"]) == (413, "too-large")
    assert rows_of(engine) == before


def test_length_that_lies_is_not_believed(send: Send, settings: Settings) -> None:
    body = json.dumps(FAQ).encode()
    assert send(body, str(settings.body_limit_bytes + 1))[0] == 413
    assert send(body, str(len(body) - 1))[0] == 400
    assert send(body, str(len(body) + 1000))[0] == 201, "what came was whole"
    for length in ("-1", "abc", "1e3", "٣", "0x10"):
        assert send(body, length)[0] == 400


@pytest.mark.parametrize(
    "body", [b"zz\r\nabc\r\n", b"3\r\nabcXX", b"-1\r\na\r\n0\r\n\r\n", b"0\r\nBad name: x\r\n\r\n"]
)
def test_malformed_chunks_are_400(send: Send, engine: Engine, body: bytes) -> None:
    class Message:
        """What reads the trailers, as gunicorn's request does."""

        def parse_headers(self, data: bytes, *, from_trailer: bool) -> None:
            raise InvalidHeaderName(str(data))

    before = rows_of(engine)
    whole = json.dumps(FAQ).encode()
    sent = b"%x\r\n%b\r\n%b" % (len(whole), whole, body)
    chunks = Body(ChunkedReader(Message(), IterUnreader([sent])))
    status, answer = send(b"", **CHUNKED | {"wsgi.input": chunks})
    assert (status, answer["errors"][0]["code"]) == (400, "bad-request")
    assert "malformed" in answer["errors"][0]["detail"]
    assert rows_of(engine) == before


@pytest.mark.parametrize(
    ("error", "expected"), [(OSError, 400), (StalledError, 400), (CrowdedError, 503)]
)
def test_body_that_does_not_come_in_is_refused(
    send: Send, error: type[OSError], expected: int
) -> None:
    class Broken(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            raise error

    status, _ = send(b"", **{**CHUNKED, "wsgi.input": Broken()})
    assert status == expected


def test_body_at_the_limit_is_read(client: Client, settings: Settings) -> None:
    body = json.dumps(FAQ)
    body += " " * (settings.body_limit_bytes - len(body))
    assert client.post("/v1/faqs", body, as_="organizer").status_code == 201


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b" ",
        b"{",
        b"nonsense",
        b"\xff\xfe{}",
        b"\xef\xbb\xbf{}",
        b'{"data":\xed\xa0\x80}',
        b'"\xf5\x80\x80\x80"',
        b"[" * 100_000,
        b"[" * 500_000 + b"]" * 500_000,
        b'{"data":' * 100_000 + b"1" + b"}" * 100_000,
        b'{"data":' * MAX_DEPTH + b"[1]" + b"}" * MAX_DEPTH,
        b"1" * 5000,
        b'{"data":' + b"9" * 5000 + b"}",
        b'{"data":{"type":"faq","attributes":{"position":99999999999999999999}}}',
        b'{"data":NaN}',
        b'{"data":Infinity}',
        b'{"data":-Infinity}',
        b'{"data":1e999}',
        b'{"data":-1e999}',
        b'{"data":{},"data":{}}',
        b'{"data":{"type":"faq","type":"faq"}}',
        b'{"data":"\\ud800"}',
        b'{"data":"\\udc00\\ud800"}',
        b'{"\\ud800":1}',
        b'{"data":"\\u0000"}',
        b'{"a\\u0000":1}',
        b'{"data":"\x00"}',
        b'{"data":"a\nb"}',
        b"{'data':1}",
        b'{"data":1,}',
        b'{"data":01}',
        b'{"data":1}{"data":2}',
        b"undefined",
    ],
)  # fmt: skip
def test_what_is_not_strict_json_is_400(client: Client, engine: Engine, body: bytes) -> None:
    before = rows_of(engine)
    answer = client.post("/v1/faqs", body, as_="organizer")
    assert answer.status_code == 400
    assert answer.json["errors"][0]["code"] == "bad-request"
    patched = client.patch("/v1/faqs/1", body, as_="organizer")
    related = client.patch("/v1/faqs/1/relationships/faq-type", body, as_="organizer")
    assert patched.status_code == related.status_code == 400
    if body.strip():
        answer = client.rpc("/v1/users/check_email", body)
        assert answer.status_code == 400
        assert answer.json["error"] == answer.json["errors"][0]["detail"]
    assert rows_of(engine) == before


def test_depth_up_to_the_limit_is_read(client: Client) -> None:
    body = document("faq", 1, {"answer": "Deep."})
    nested: Any = 1
    for _ in range(MAX_DEPTH - 1):
        nested = [nested]
    assert client.patch("/v1/faqs/1", body | {"meta": nested}, as_="organizer").status_code == 200
    deeper = body | {"meta": [nested]}
    assert client.patch("/v1/faqs/1", deeper, as_="organizer").status_code == 400


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Authorization", "JWT"),
        ("Authorization", "JWT "),
        ("Authorization", "Basic YTpi"),
        ("Authorization", "JWT a.b.c"),
        ("Authorization", "JWT " + "a" * 7000),
        ("Authorization", "JWT \xff\xfe.\x80.\x81"),
        ("Authorization", "JWT eyJhbGciOiJub25lIn0.eyJpZGVudGl0eSI6MX0."),
    ],
)
def test_bad_token_is_401_and_never_anonymous(client: Client, name: str, value: str) -> None:
    for path in ("/v1/events", "/v1/events/1", "/v1/users"):
        answer = client.get(path, headers={name: value})
        assert answer.status_code == 401
        assert answer.json["errors"][0]["status"] == "401"
        assert answer.headers["WWW-Authenticate"].startswith("JWT ")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("If-None-Match", '"' * 5000),
        ("If-None-Match", 'W/"' * 2000),
        ("If-None-Match", "\xff\x80"),
        ("If-Modified-Since", "nonsense"),
        ("Range", "bytes=0-1"),
        ("Expect", "nonsense"),
        ("Cookie", "refresh_token_cookie=\xff; =; ;;"),
        ("X-Forwarded-For", "not an address, ::::, 999.1.1.1"),
        ("Accept-Language", "\xff" * 500),
        ("Content-Length", "0"),
        ("X-HTTP-Method-Override", "DELETE"),
    ],
)
def test_odd_headers_do_not_matter(client: Client, name: str, value: str) -> None:
    answer = client.get("/v1/events/1", headers={name: value})
    assert answer.status_code == 200
    assert answer.json["data"]["id"] == "1"


@pytest.mark.parametrize("accept", [",,,", ";", "a" * 5000, "*/*;q=x", "application/", "\xff"])
def test_odd_accept_is_answered_or_406(client: Client, accept: str) -> None:
    assert client.get("/v1/events", headers={"Accept": accept}).status_code in (200, 406)


def test_deletion_may_have_a_body_of_the_right_type_only(client: Client) -> None:
    body = {"data": [linkage("faq", 1)]}
    path = "/v1/faq-types/1/relationships/faqs"
    sent = {"Content-Type": "text/plain"}
    assert client.delete(path, body, as_="organizer", headers=sent).status_code == 415
    assert client.delete(path, body, as_="organizer").status_code == 200
