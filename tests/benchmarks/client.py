"""A lean client: a few kept-alive connections, one thread, requests prepared beforehand."""

from __future__ import annotations

import selectors
import socket
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import cycle

CONNECTIONS = 8
_TIMEOUT_S = 30


class BenchmarkError(Exception):
    """A server did not answer as it should; the message shows how it did."""


@dataclass(frozen=True, slots=True)
class Request:
    """One request as bytes, and the status its answer must have."""

    raw: bytes
    status: int = 200

    @classmethod
    def make(
        cls,
        path: str,
        *,
        token: str = "",
        method: str = "GET",
        body: bytes = b"",
        status: int = 200,
    ) -> Request:
        """Return a request; one with a body has the media type of JSON:API."""
        lines = [
            f"{method} {path} HTTP/1.1",
            "Host: localhost",
            "Accept: application/vnd.api+json",
        ]
        if token:
            lines.append(f"Authorization: JWT {token}")
        if body:
            lines += ["Content-Type: application/vnd.api+json", f"Content-Length: {len(body)}"]
        return cls("\r\n".join([*lines, "", ""]).encode() + body, status)


@dataclass(slots=True)
class Answer:
    """A response as it came."""

    head: bytes
    body: bytes


@dataclass(slots=True)
class Load:
    """What a round of requests took, as the client saw it."""

    seconds: float = 0.0
    latencies: list[float] = field(default_factory=list)

    @property
    def count(self) -> int:
        """How many requests were answered."""
        return len(self.latencies)


class _Connection:
    def __init__(self, address: tuple[str, int]) -> None:
        self.socket = socket.create_connection(address, timeout=_TIMEOUT_S)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.received = bytearray()
        self.sent_at = 0.0
        self.request = Request(b"")

    def send(self, request: Request) -> None:
        self.request, self.sent_at = request, time.perf_counter()
        self.received.clear()
        self.socket.sendall(request.raw)

    def receive(self) -> Answer | None:
        """Take what has arrived; return the answer once it is whole."""
        chunk = self.socket.recv(262_144)
        if not chunk:
            raise BenchmarkError(f"The server hung up on {self.request.raw[:200]!r}.")
        self.received += chunk
        end = self.received.find(b"\r\n\r\n")
        if end < 0:
            return None
        head = bytes(self.received[:end])
        _, _, rest = head.lower().partition(b"content-length:")
        length = int(rest.partition(b"\r\n")[0] or 0)
        if len(self.received) < end + 4 + length:
            return None
        answer = Answer(head, bytes(self.received[end + 4 :]))
        if int(head[9:12]) != self.request.status:
            raise BenchmarkError(
                f"{self.request.raw.partition(b' HTTP')[0].decode()} was answered"
                f" {head[9:40]!r}: {answer.body[:500]!r}"
            )
        return answer


def fetch(address: tuple[str, int], request: Request) -> Answer:
    """Return the answer to one request."""
    connection = _Connection(address)
    try:
        connection.send(request)
        while (answer := connection.receive()) is None:
            pass
        return answer
    finally:
        connection.socket.close()


def drive(address: tuple[str, int], requests: Sequence[Request], seconds: float) -> Load:
    """Keep all connections busy for so long, then wait for what is under way."""
    connections = [_Connection(address) for _ in range(CONNECTIONS)]
    queue: Iterator[Request] = cycle(requests)
    load = Load()
    with selectors.DefaultSelector() as selector:
        for connection in connections:
            selector.register(connection.socket, selectors.EVENT_READ, connection)
        start = time.perf_counter()
        end = start + seconds
        for connection in connections:
            connection.send(next(queue))
        busy = len(connections)
        while busy:
            ready = selector.select(_TIMEOUT_S)
            if not ready:
                raise BenchmarkError(f"No answer within {_TIMEOUT_S} s.")
            for key, _ in ready:
                connection = key.data
                if connection.receive() is None:
                    continue
                now = time.perf_counter()
                load.latencies.append(now - connection.sent_at)
                if now < end:
                    connection.send(next(queue))
                else:
                    busy -= 1
        load.seconds = time.perf_counter() - start
    for connection in connections:
        connection.socket.close()
    return load
