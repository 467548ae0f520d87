"""gunicorn's worker, which answers requests that cannot be read as the API answers all others.

What is not HTTP never reaches the application: gunicorn refuses it, and would say so in
HTML. Clients of this API read error documents.
"""

from __future__ import annotations

import logging
import selectors
import time
from functools import partial
from typing import Any, Final

import orjson
from gunicorn.http import errors
from gunicorn.util import write_nonblock
from gunicorn.workers.gthread import ThreadWorker

from openevent.jsonapi.endpoints import MEDIA_TYPE

logger = logging.getLogger(__name__)

#: How long a server that stops waits for another request on the connections it has kept: a
#: client that is busy makes one within this time, and learns that the connection closes.
LAST_CALL_S: Final = 1.0
_TURN_S: Final = 0.1

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
_DEFECT: Final = (500, "Internal Server Error", "internal-error", "Something went wrong here.")


class Worker(ThreadWorker):
    """A worker with threads whose refusals are error documents, and which misses no request."""

    #: When the connections that are idle are closed, once we were told to stop.
    _last_call: float | None = None

    def handle(self, conn: Any) -> Any:
        """Answer a request, and those that were read from the socket with the end of it.

        gunicorn waits until the socket has something to read. Of a body that nobody asked
        for it reads the rest after the answer, and with it the next request of a client
        that was quick: that one would wait for ever.
        """
        while (kept := super().handle(conn)) is True and self.alive:
            if not conn.parser.unreader.buf.getbuffer().nbytes:
                break
        return kept

    def finish_request(self, conn: Any, fs: Any) -> None:
        """Keep a connection that was promised to stay, also when we were told to stop meanwhile.

        gunicorn would close it, maybe under the client's next request. That request is
        answered, and says that the connection closes.
        """
        if self.alive or fs.cancelled() or fs.exception() or fs.result() is not True:
            super().finish_request(conn, fs)
            return
        conn.sock.setblocking(False)
        conn.set_timeout()
        self.keepalived_conns.append(conn)
        ready = partial(self.on_client_socket_readable, conn)
        self.poller.register(conn.sock, selectors.EVENT_READ, ready)

    def murder_keepalived(self) -> None:
        """Close connections that nobody has used for long; when we stop, for a moment."""
        if not self.alive:
            self._last_call = self._last_call or time.monotonic() + LAST_CALL_S
            for conn in self.keepalived_conns:
                conn.timeout = min(conn.timeout or self._last_call, self._last_call)
        super().murder_keepalived()

    def wait_for_and_dispatch_events(self, timeout: float | None) -> None:
        """Wait for events, and when we stop no longer than until connections are closed."""
        super().wait_for_and_dispatch_events(timeout if self.alive else _TURN_S)

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


def answer(status: int, reason: str, code: str, detail: str) -> bytes:
    """Return a whole response that closes the connection."""
    error = {
        "status": str(status),
        "code": code,
        "title": reason,
        "detail": detail,
        "source": {},
    }
    body = orjson.dumps({"errors": [error], "jsonapi": {"version": "1.0"}})
    head = (
        f"HTTP/1.1 {status} {reason}\r\nConnection: close\r\nContent-Type: {MEDIA_TYPE}\r\n"
        f"Cache-Control: no-store\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body
