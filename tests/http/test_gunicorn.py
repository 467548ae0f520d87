"""The web server's worker, over sockets: the slow, and those in a rush, wait by themselves."""

from __future__ import annotations

import http.client
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress

import pytest

from openevent.services.passwords import hashes_at_once
from tests.cli.conftest import free_port

THREADS = 4
ADDRESS = ("127.0.0.1", free_port())

#: One process. ``/hold`` and ``POST /log-in`` wait until ``/let-go``; ``/held`` counts them.
APP = f"""
import re, struct, threading
from openevent.cli.serve import Server
from openevent.http import gunicorn, receiving
from openevent.observability.metrics import shared_numbers
from openevent.settings import Settings

gunicorn.WAIT_S, gunicorn.RECEIVE_S, receiving.STALL_S = 2.0, 2.0, 1.0
gunicorn._STALLED = struct.pack("@ll", 0, 250_000)
held, go = [], [threading.Event()]

def app(environ, start_response):
    path, status, answer = environ["PATH_INFO"], "200 OK", b"ok"
    if path in ("/hold", "/log-in"):
        held.append(path)
        go[-1].wait()
        held.remove(path)
    elif path == "/let-go":
        go.append(threading.Event())
        go[-2].set()
    elif path == "/large":
        answer = b"x" * 50_000_000
    elif path == "/held":
        answer = str(len(held)).encode()
    elif path == "/read":
        try:
            answer = str(len(environ["wsgi.input"].read())).encode()
        except TimeoutError as ex:
            status, answer = "400 Bad Request", type(ex).__name__.encode()
    start_response(status, [("Content-Length", str(len(answer)))])
    return [answer]

app.hashing = re.compile(rb"POST /(log-in|let-go)")
settings = Settings(bind="{ADDRESS[0]}:{ADDRESS[1]}", web_workers=1, web_threads={THREADS})
with shared_numbers():
    Server(settings, lambda settings: app).run()
"""


def ask(path: str, method: str = "GET", body: bytes | None = None) -> tuple[int, str, bytes]:
    """Make one request; return the status, the ``Retry-After`` and the body."""
    connection = http.client.HTTPConnection(*ADDRESS, timeout=30)
    try:
        connection.request(method, path, body)
        answer = connection.getresponse()
        return answer.status, answer.getheader("Retry-After", ""), answer.read()
    finally:
        connection.close()


@pytest.fixture(scope="module")
def server() -> Iterator[None]:
    process = subprocess.Popen([sys.executable, "-c", APP], stderr=subprocess.DEVNULL)
    try:
        while process.poll() is None:
            with suppress(OSError):
                ask("/")
                break
            time.sleep(0.05)
        yield
    finally:
        process.terminate()
        process.wait()


def wait_until_held(count: int) -> None:
    while int(ask("/held")[2]) < count:
        time.sleep(0.02)


def test_a_rush_of_log_ins_takes_no_thread_from_others(server: None) -> None:
    at_once = hashes_at_once(1)
    with ThreadPoolExecutor(20) as crowd:
        log_ins = [crowd.submit(ask, "/log-in", "POST") for _ in range(20)]
        wait_until_held(at_once)
        assert [ask("/")[0] for _ in range(THREADS)] == [200] * THREADS
        while sum(x.done() for x in log_ins) < 20 - at_once:  # refused, as long as others hash
            time.sleep(0.05)
        assert ask("/held")[2] == b"%d" % at_once
        ask("/let-go")
        answers = [x.result()[:2] for x in log_ins]
    assert sorted(answers) == [(200, "")] * at_once + [(503, "2")] * (20 - at_once)


def test_who_gets_no_thread_in_time_is_told_to_come_again(server: None) -> None:
    """As those that queue behind a row that is locked for long."""
    with ThreadPoolExecutor(THREADS) as crowd:
        held = [crowd.submit(ask, "/hold") for _ in range(THREADS)]
        while ask("/held")[0] == 200:  # until there is no thread left for it
            time.sleep(0.02)
        assert ask("/")[:2] == (503, "2")
        assert not any(x.done() for x in held)
        assert ask("/let-go", "POST")[0] == 200
        assert [x.result()[0] for x in held] == [200] * THREADS
    assert ask("/")[0] == 200


POST = b"POST /read HTTP/1.1\r\nHost: x\r\n"
GIVEN_UP = {b" 408 "}
READ_BY_A_THREAD = {b"StalledError", b"CrowdedError"}
#: What is sent and not gone on with, and what its client reads in the end.
STALLED = {
    POST: GIVEN_UP,
    POST + b"Content-Length: 9\r\n\r\nabc": GIVEN_UP,
    POST + b"Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n": GIVEN_UP,
    POST + b"Content-Length: 1000000\r\n\r\nabc": READ_BY_A_THREAD,
    POST + b"Content-Length: 9\r\nExpect: 100-continue\r\n\r\n": READ_BY_A_THREAD,
    b"": {b""},
}


def test_clients_that_stall_hold_up_nobody_and_are_not_waited_for_for_ever(server: None) -> None:
    with ExitStack() as stack:
        stalled = []
        for sent in list(STALLED) * 5:
            connection = stack.enter_context(socket.create_connection(ADDRESS, timeout=30))
            connection.sendall(sent)
            stalled.append((sent, connection))
        assert [ask("/read", "POST", b"x" * 1000)[2] for _ in range(3)] == [b"1000"] * 3
        assert ask("/read", "POST", b"x" * 100_000)[0] in (200, 400)  # as many read as may
        for sent, connection in stalled:
            answer = b"".join(iter(lambda: connection.recv(65536), b""))  # noqa: B023  # at once
            assert any(words in answer for words in STALLED[sent]), (sent, answer)
    assert ask("/read", "POST", b"x" * 1_000_000)[2] == b"1000000"


def test_clients_that_do_not_read_their_answers_are_given_up(server: None) -> None:
    with ExitStack() as stack:
        for _ in range(2 * THREADS):
            connection = stack.enter_context(socket.create_connection(ADDRESS, timeout=30))
            connection.sendall(b"GET /large HTTP/1.1\r\nHost: x\r\n\r\n")
        time.sleep(0.1)  # until the threads have them
        while ask("/")[0] != 200:  # it may have waited behind them
            pass


def test_clients_that_do_not_close_their_side_hold_up_nobody(server: None) -> None:
    last = b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    with ExitStack() as stack:
        for _ in range(10):
            connection = stack.enter_context(socket.create_connection(ADDRESS, timeout=30))
            connection.sendall(last)
            while connection.recv(65536):
                pass
        assert ask("/")[0] == 200
