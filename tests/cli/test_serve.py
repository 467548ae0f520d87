"""``openevent serve`` stops without cutting anybody off."""

from __future__ import annotations

import http.client
import json
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Thread

import click
import pytest

from openevent.cli.serve import refuse_taken_address
from tests.cli.conftest import free_port

pytestmark = pytest.mark.long

SLOW_APP = """
import sys, time
from openevent.cli.serve import Server
from openevent.observability.metrics import shared_numbers
from openevent.settings import Settings

def app(environ, start_response):
    time.sleep(float(environ["PATH_INFO"].removeprefix("/")))
    start_response("200 OK", [("Content-Length", "2")])
    return [b"ok"]

settings = Settings(bind=sys.argv[1], web_workers=2, web_threads=4, graceful_timeout_s=3)
with shared_numbers():
    Server(settings, lambda settings: app).run()
"""


@contextmanager
def slow_server() -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """Serve an app whose path says how many seconds it takes."""
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-c", SLOW_APP, f"127.0.0.1:{port}"], stderr=subprocess.DEVNULL
    )
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            if ask(port, 0) == b"ok":
                break
        except OSError:
            time.sleep(0.1)
    try:
        yield process, port
    finally:
        process.kill()
        process.wait()


def ask(port: int, seconds: float) -> bytes:
    """Make one request on a connection of its own."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        # What proxies may tell gunicorn otherwise, who asks on this machine may tell too.
        connection.request("GET", f"/{seconds}", headers={"SCRIPT_NAME": "/elsewhere"})
        return connection.getresponse().read()
    finally:
        connection.close()


def ask_in_vain(port: int) -> None:
    """Make a request that takes longer than the server may take to stop."""
    with suppress(OSError, http.client.HTTPException):
        ask(port, 60)


def test_requests_in_flight_finish_when_it_is_stopped() -> None:
    with slow_server() as (process, port):
        answers: list[bytes] = []
        clients = [Thread(target=lambda: answers.append(ask(port, 1.5))) for _ in range(6)]
        for client in clients:
            client.start()
        time.sleep(0.7)
        process.send_signal(signal.SIGTERM)
        for client in clients:
            client.join()
        assert answers == [b"ok"] * 6
        assert process.wait(20) == 0


def test_busy_clients_are_told_that_their_connections_close() -> None:
    """None has to find out by a request that fails."""

    def work(told: list[str]) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        while True:
            connection.request("GET", "/0.05")
            answer = connection.getresponse()
            assert answer.read() == b"ok"
            if answer.getheader("Connection") == "close":
                told.append("close")
                connection.close()
                return

    with slow_server() as (process, port):
        told: list[str] = []
        idle = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        idle.request("GET", "/0")
        assert idle.getresponse().read() == b"ok"
        clients = [Thread(target=work, args=(told,)) for _ in range(6)]
        for client in clients:
            client.start()
        time.sleep(0.7)
        process.send_signal(signal.SIGTERM)
        for client in clients:
            client.join()
        assert told == ["close"] * 6
        assert process.wait(20) == 0
        assert idle.sock.recv(1) == b""
        idle.close()


def test_a_request_that_takes_too_long_does_not_hold_up_the_stop() -> None:
    with slow_server() as (process, port):
        client = Thread(target=ask_in_vain, args=(port,))
        client.start()
        time.sleep(0.7)
        began = time.monotonic()
        process.send_signal(signal.SIGTERM)
        process.wait(30)
        client.join()
        assert time.monotonic() - began < 15


def test_a_taken_port_is_one_sentence() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        address = f"127.0.0.1:{other.getsockname()[1]}"
        with pytest.raises(click.ClickException, match="another program listens there"):
            refuse_taken_address(address)


def test_an_address_of_another_machine_is_one_sentence() -> None:
    with pytest.raises(click.ClickException, match="set OPENEVENT_BIND to another address"):
        refuse_taken_address("203.0.113.7:8000")


def test_a_free_address_is_not_refused() -> None:
    refuse_taken_address(f"127.0.0.1:{free_port()}")


def raw(port: int, sent: bytes) -> tuple[int, dict[str, str], bytes]:
    """Send bytes that may be no HTTP; return status, headers and body of the answer."""
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        connection.sendall(sent)
        received = b""
        with suppress(ConnectionResetError):  # it does not read all that we sent
            while chunk := connection.recv(65_536):
                received += chunk
    head, _, body = received.partition(b"\r\n\r\n")
    line, *lines = head.decode().split("\r\n")
    headers = dict(line.lower().split(": ", 1) for line in lines)
    return int(line.split(" ")[1]), headers, body


HOST = b"Host: localhost\r\n"
UNREADABLE = {
    "no HTTP at all": (b"hello\r\n\r\n", 400),
    "a request line over the limit": (b"GET /" + b"a" * 9000 + b" HTTP/1.1\r\n\r\n", 414),
    "too many headers": (
        b"GET /0 HTTP/1.1\r\n" + HOST + b"".join(b"X-%d: y\r\n" % n for n in range(150)) + b"\r\n",
        431,
    ),
    "a header over the limit": (
        b"GET /0 HTTP/1.1\r\n" + HOST + b"X-Long: " + b"y" * 9000 + b"\r\n\r\n",
        431,
    ),
    "a length that is no number": (
        b"POST /0 HTTP/1.1\r\n" + HOST + b"Content-Length: ten\r\n\r\n",
        400,
    ),
    "a negative length": (b"POST /0 HTTP/1.1\r\n" + HOST + b"Content-Length: -1\r\n\r\n", 400),
    "two lengths": (
        b"POST /0 HTTP/1.1\r\n" + HOST + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\nab",
        400,
    ),
    "a length and chunks": (
        b"POST /0 HTTP/1.1\r\n"
        + HOST
        + b"Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        400,
    ),
    "an unknown transfer coding": (
        b"POST /0 HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: magic\r\n\r\n",
        400,
    ),
    "a version there is not": (b"GET /0 HTTP/9.9\r\n" + HOST + b"\r\n", 400),
    "no host": (b"GET /0 HTTP/1.1\r\n\r\n", 400),
    "two hosts": (b"GET /0 HTTP/1.1\r\n" + HOST + HOST + b"\r\n", 400),
    "a header with a blank in its name": (b"GET /0 HTTP/1.1\r\n" + HOST + b"X y: z\r\n\r\n", 400),
}


def test_requests_that_cannot_be_read_are_answered_with_error_documents() -> None:
    with slow_server() as (_, port):
        for name, (sent, expected) in UNREADABLE.items():
            status, headers, body = raw(port, sent)
            assert (name, status) == (name, expected)
            assert headers["content-type"] == "application/vnd.api+json", name
            assert headers["connection"] == "close", name
            (error,) = json.loads(body)["errors"]
            assert (error["status"], error["source"]) == (str(expected), {}), name
            assert {"code", "title", "detail"} <= error.keys(), name
        assert ask(port, 0) == b"ok"


@pytest.mark.parametrize("first", [b"GET /0 HTTP/1.1\r\n", b"POST /0 HTTP/1.1\r\n"])
def test_a_request_that_arrives_with_the_rest_of_the_one_before_is_answered(first: bytes) -> None:
    """As when a write is refused before its body is read, and the client goes on at once."""
    body = b"unread" if first.startswith(b"POST") else b""
    length = b"Content-Length: %d\r\n\r\n" % len(body)
    last = b"GET /0 HTTP/1.1\r\n" + HOST + b"Connection: close\r\n\r\n"
    with slow_server() as (_, port):
        _, _, rest = raw(port, first + HOST + length + body + last)
        assert b"HTTP/1.1 200 OK" in rest
