"""When a request that comes in piece by piece is one that a thread can answer."""

from __future__ import annotations

import pytest

from openevent.http.receiving import KEPT_BYTES, is_whole

GET = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
POST = b"POST / HTTP/1.1\r\nHost: x\r\n"
CHUNKED = POST + b"Transfer-Encoding: chunked\r\n\r\n"


@pytest.mark.parametrize(
    "whole",
    [
        GET,
        POST + b"Content-Length: 0\r\n\r\n",
        POST + b"content-length:4\r\n\r\nbody",
        CHUNKED + b"4\r\nbody\r\n0\r\n\r\n",
        CHUNKED + b"4;a=b\r\n0\r\n\r\r\n00;c\r\nTrailer: y\r\n\r\n",
        CHUNKED + b"0\r\n\r\n",
    ],
)
def test_a_request_is_whole_with_its_last_byte_and_not_before(whole: bytes) -> None:
    assert [n for n in range(len(whole) + 1) if is_whole(whole[:n])] == [len(whole)]


@pytest.mark.parametrize(
    "beginning",
    [
        POST + b"Content-Length: %d\r\n\r\n" % (KEPT_BYTES + 1),
        POST + b"Content-Length: 4\r\nExpect: 100-continue\r\n\r\n",
        CHUNKED + b"x" * (KEPT_BYTES + 1),
        b"x" * (KEPT_BYTES + 1),
        POST + b"Content-Length: ten\r\n\r\n",
        POST + b"Content-Length: 9999999999999999999999999\r\n\r\n",
        POST + b"Transfer-Encoding: magic\r\n\r\n",
    ],
    ids=["long", "to be asked for", "long chunks", "long head", "no length", "huge", "no coding"],
)
def test_what_is_not_worth_waiting_for_is_handed_on(beginning: bytes) -> None:
    assert is_whole(beginning)
