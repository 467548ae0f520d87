"""gunicorn's worker, as an API on the open internet needs it.

* No thread waits for a slow client, and no request waits for a thread for ever: a request
  comes in in the event loop (:mod:`openevent.http.receiving`), and is told to come again
  when no thread was free for ``WAIT_S``.
* Hashing a password takes a processor for a while. Requests that do have threads of their
  own, about as many as there are processors: in a rush of log-ins those wait, nobody else.
* What is not HTTP never reaches the application: gunicorn would refuse it in HTML, and
  clients of this API read error documents.
"""

from __future__ import annotations

import errno
import logging
import re
import select
import selectors
import socket
import struct
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from threading import BoundedSemaphore
from typing import Any, Final

import orjson
from gunicorn.http import errors
from gunicorn.http.parser import RequestParser
from gunicorn.util import write_nonblock
from gunicorn.workers.gthread import TConn, ThreadWorker

from openevent.http.receiving import KEPT_BYTES, RECEIVE_S, STALL_S, Receiver, is_whole
from openevent.jsonapi.endpoints import MEDIA_TYPE
from openevent.services.passwords import hashes_at_once

logger = logging.getLogger(__name__)

#: How long a server that stops waits for another request on the connections it has kept: a
#: client that is busy makes one within this time, and learns that the connection closes.
LAST_CALL_S: Final = 1.0
_TURN_S: Final = 0.1
#: How long a whole request waits for a thread.
WAIT_S: Final = 5.0
#: How long a thread waits for the next request of the client that it has answered.
LINGER_MS: Final = 20
#: How long a client may take to close its side of a connection that we have closed.
CLOSE_S: Final = 2.0

#: A client that takes nothing of its answer for so long is not sent the rest (a ``timeval``).
_STALLED: Final = struct.pack("@ll", int(STALL_S), 0)

#: What refusals of the parser are answered; all others are 400.
_REFUSALS: Final = {
    errors.LimitRequestLine: (
        *(414, "URI Too Long", "uri-too-long"),
        "The request line is longer than this server reads.",
    ),
    errors.LimitRequestHeaders: (
        *(431, "Request Header Fields Too Large", "headers-too-large"),
        "The request has more, or longer, headers than this server reads.",
    ),
    errors.ExpectationFailed: (
        *(417, "Expectation Failed", "expectation-failed"),
        "This server meets no expectation but 100-continue.",
    ),
}
_MALFORMED: Final = (400, "Bad Request", "malformed-request", "This is not an HTTP request.")
_TOO_SLOW: Final = (
    *(408, "Request Timeout", "request-timeout"),
    f"The request did not come in within {RECEIVE_S:.0f} seconds.",
)
_BUSY: Final = (
    *(503, "Service Unavailable", "unavailable"),
    *("The server is busy; try again in a moment.", 2),
)
_DEFECT: Final = (500, "Internal Server Error", "internal-error", "Something went wrong here.")


class Worker(ThreadWorker):
    """Answers whole requests in threads; waits for slow clients, and for threads, in its loop.

    A connection is in one place at a time: with clients that are asked for nothing
    (``keepalived_conns``), with those that are sending a request (``pending_conns``), queued
    for a thread or in one (``_queued``), or being closed (``_closing``). What is found on the
    application as ``hashing`` are the beginnings of requests that hash a password, which takes
    a processor a while: they have a few threads of their own, and take none from others.
    """

    #: When the connections that are idle are closed, once we were told to stop.
    _last_call: float | None = None

    def init_process(self) -> None:
        self._slots = BoundedSemaphore(max(self.cfg.threads // 2, 1))
        self._hashing = ThreadPoolExecutor(hashes_at_once(self.cfg.workers))
        self._queued: deque[tuple[float, Any, Future[bool]]] = deque()
        self._closing: deque[Any] = deque()
        super().init_process()

    # -- the event loop ----------------------------------------------------------------

    def accept(self, listener: Any) -> None:
        """Accept a connection, and wait for its first request."""
        try:
            client, address = listener.accept()
        except OSError as ex:
            if ex.errno in (errno.EAGAIN, errno.ECONNABORTED):
                return
            raise
        self.nr_conns += 1
        client.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, _STALLED)
        conn = TConn(self.cfg, client, address, listener.getsockname())
        conn.parser = parser = RequestParser(self.cfg, client, address)
        parser.unreader = Receiver(client, self._slots)
        conn.data_ready = True
        self._await_request(conn)

    def _await_request(self, conn: Any) -> None:
        """Wait for the rest of a request, of which nothing or something has arrived."""
        conn.timeout = time.monotonic() + RECEIVE_S
        self.pending_conns.append(conn)
        ready = partial(self.on_pending_socket_readable, conn)
        self._watch(conn, ready)

    def _watch(self, conn: Any, ready: Callable[[Any], None]) -> None:
        conn.sock.setblocking(False)
        self.poller.register(conn.sock, selectors.EVENT_READ, ready)

    def on_pending_socket_readable(self, conn: Any, client: Any) -> None:
        """Take in more of a request; have it answered once it is whole."""
        if conn.parser.unreader.take():
            self.poller.unregister(client)
            self.pending_conns.remove(conn)
            self._have_answered(conn)

    def on_client_socket_readable(self, conn: Any, client: Any) -> None:
        """Take in the beginning of another request, or the end of the connection."""
        self.poller.unregister(client)
        self.keepalived_conns.remove(conn)
        if conn.parser.unreader.take():
            self._have_answered(conn)
        else:
            self._await_request(conn)

    def _have_answered(self, conn: Any) -> None:
        receiver: Receiver = conn.parser.unreader
        if receiver.is_over and not receiver.waiting:
            self._close(conn)
            return
        hashing: re.Pattern[bytes] | None = getattr(self.wsgi, "hashing", None)
        is_hashing = hashing is not None and hashing.match(receiver.waiting)
        future = (self._hashing if is_hashing else self.tpool).submit(self.handle, conn)
        self._queued.append((time.monotonic() + WAIT_S, conn, future))
        future.add_done_callback(
            lambda done: self.method_queue.defer(self.finish_request, conn, done)
        )

    def finish_request(self, conn: Any, fs: Future[bool]) -> None:
        """Keep a connection that was promised to stay, also when we were told to stop meanwhile.

        Were it closed now, then maybe under the client's next request. That request is
        answered, and says that the connection closes.
        """
        if fs.cancelled() or fs.exception() or not fs.result():
            self._close(conn)
        elif conn.parser.unreader.waiting:
            self._await_request(conn)
        else:
            conn.set_timeout()
            self.keepalived_conns.append(conn)
            self._watch(conn, partial(self.on_client_socket_readable, conn))

    def _close(self, conn: Any) -> None:
        """Close a connection once its client has (RFC 9112 § 9.6), without waiting for it here."""
        with suppress(OSError):
            conn.sock.shutdown(socket.SHUT_WR)
            conn.timeout = time.monotonic() + CLOSE_S
            conn.parser.unreader.take_buffered()
            self._closing.append(conn)
            self._watch(conn, partial(self._drop, conn))
            return
        self.nr_conns -= 1
        conn.close()

    def _drop(self, conn: Any, client: Any) -> None:
        """Throw away what still comes; without it the client might not read our last answer."""
        receiver: Receiver = conn.parser.unreader
        receiver.take()
        if receiver.is_over or len(receiver.waiting) > KEPT_BYTES:
            self._closing.remove(conn)
            self._end(conn)

    def _end(self, conn: Any) -> None:
        self.poller.unregister(conn.sock)
        self.nr_conns -= 1
        conn.close()

    def murder_keepalived(self) -> None:
        """Close connections that nobody has used for long; when we stop, for a moment."""
        if not self.alive:
            self._last_call = self._last_call or time.monotonic() + LAST_CALL_S
            waiting: tuple[Any, ...] = (*self.keepalived_conns, *self.pending_conns)
            for conn in waiting:
                conn.timeout = min(conn.timeout or self._last_call, self._last_call)
        super().murder_keepalived()

    def murder_pending(self) -> None:
        """Give up on requests that do not come in, that get no thread, and on slow farewells."""
        now = time.monotonic()
        pending: deque[Any] = self.pending_conns
        while pending and pending[0].timeout <= now:
            conn = pending.popleft()
            self.poller.unregister(conn.sock)
            if conn.parser.unreader.waiting:
                self._tell(conn, *(_TOO_SLOW if self.alive else _BUSY))
            self._close(conn)
        while self._queued and (self._queued[0][0] <= now or self._queued[0][2].done()):
            _, conn, future = self._queued.popleft()
            if future.cancel():  # as long as no thread has begun; finish_request closes it
                self._tell(conn, *_BUSY)
        while self._closing and self._closing[0].timeout <= now:
            self._end(self._closing.popleft())

    def wait_for_and_dispatch_events(self, timeout: float | None) -> None:
        """Wait for events, and when we stop no longer than until connections are closed."""
        super().wait_for_and_dispatch_events(timeout if self.alive else _TURN_S)

    # -- the threads -------------------------------------------------------------------

    def handle(self, conn: Any) -> bool:
        """Answer a request, and those that follow it at once; whether the connection stays.

        Handing a connection to the loop and back to a thread costs as much CPU as a small
        answer. Busy clients send their next request within moments: while there are threads
        enough, this one waits for it.
        """
        receiver: Receiver = conn.parser.unreader
        try:
            while super().handle(conn):
                receiver.done()
                if not self.alive or not (is_whole(receiver.waiting) or self._comes_soon(conn)):
                    return True
            return False
        finally:
            receiver.done()

    def handle_request(self, req: Any, conn: Any) -> bool:
        """Answer a request that names a host (RFC 9112 § 3.2); two have been refused before."""
        if req.version >= (1, 1) and all(name != "HOST" for name, _ in req.headers):
            raise errors.InvalidHeader("HOST")
        return bool(super().handle_request(req, conn))

    def _comes_soon(self, conn: Any) -> bool:
        """Whether the client sends another whole request while nobody waits for this thread."""
        idle = len(self.keepalived_conns) + len(self.pending_conns) + len(self._closing)
        if self.nr_conns - idle > self.cfg.threads:
            return False
        poll = select.poll()
        poll.register(conn.sock, select.POLLIN)
        receiver: Receiver = conn.parser.unreader
        return bool(poll.poll(LINGER_MS)) and receiver.take() and not receiver.is_over

    def _tell(self, conn: Any, *refusal: Any) -> None:
        try:
            write_nonblock(conn.sock, answer(*refusal))
        except OSError:
            logger.debug("The client of a request that is not answered is gone")

    def handle_error(self, req: Any, client: Any, addr: Any, exc: BaseException) -> None:
        """Answer what could not be read, or could not be answered, and log why."""
        if isinstance(exc, errors.ParseException | errors.ForbiddenProxyRequest):
            refusal = _REFUSALS.get(type(exc), _MALFORMED)
            # The text repeats what was sent: %r keeps it on one line.
            logger.warning("An unreadable request of %s: %r", (addr or ("?",))[0], str(exc)[:500])
        else:
            refusal = _DEFECT
            logger.error("A request failed outside of the application", exc_info=exc)
        try:
            write_nonblock(client, answer(*refusal))
        except OSError:
            logger.debug("The client of an unreadable request is gone")


def answer(
    status: int, reason: str, code: str, detail: str, retry_after_s: int | None = None
) -> bytes:
    """Return a whole response that closes the connection."""
    error = {
        "status": str(status),
        "code": code,
        "title": reason,
        "detail": detail,
        "source": {},
    }
    body = orjson.dumps({"errors": [error], "jsonapi": {"version": "1.0"}})
    retry = "" if retry_after_s is None else f"Retry-After: {retry_after_s}\r\n"
    head = (
        f"HTTP/1.1 {status} {reason}\r\nConnection: close\r\nContent-Type: {MEDIA_TYPE}\r\n"
        f"Cache-Control: no-store\r\n{retry}Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body
