"""Receiving requests: no thread waits for a client that is slow to send what it announced.

The worker's event loop takes in what arrives, and hands a request to a thread once it is
there as a whole. Bodies that are too large to be kept in memory meanwhile are read by the
thread itself, which waits only so long, and only in so many threads at a time.
"""

from __future__ import annotations

import re
import socket
import time
from threading import BoundedSemaphore
from typing import Any, Final

from gunicorn.http.unreader import SocketUnreader

#: How long a request may take to come in; a long one has a second more for each so many bytes.
RECEIVE_S: Final = 30.0
BYTES_PER_S: Final = 16_384
#: How long a thread waits for the next bytes of a long body, or for room for an answer.
STALL_S: Final = 10.0
#: Heads and bodies up to this size are taken in by the event loop.
KEPT_BYTES: Final = 65_536

_LENGTH: Final = re.compile(rb"\r\ncontent-length:[ \t]*(\d{1,18})[ \t]*\r\n", re.IGNORECASE)
_CHUNKED: Final = re.compile(rb"\r\ntransfer-encoding:[^\r\n]*chunked", re.IGNORECASE)
_EXPECTS: Final = re.compile(rb"\r\nexpect:", re.IGNORECASE)
_LAST_CHUNK: Final = re.compile(rb"(?:\A|\r\n)0+[ \t]*(?:;[^\r\n]*)?\r\n(?:[^\r\n]+\r\n)*\r\n")


class StalledError(TimeoutError):
    """The client did not send the rest of its request in time."""


class CrowdedError(TimeoutError):
    """As many threads as may wait for the bodies of slow clients do already."""


def is_whole(data: bytes) -> bool:
    """Whether a thread can answer what has arrived without waiting for more of it.

    Also where waiting is the thread's: for a body that is longer than ``KEPT_BYTES``, or that
    is sent only once it is asked for. What is no HTTP is for the parser to refuse.
    """
    end = data.find(b"\r\n\r\n")
    if end < 0:
        return len(data) > KEPT_BYTES
    head, length = data[: end + 2], len(data) - end - 4
    if length > KEPT_BYTES or _EXPECTS.search(head):
        return True
    if announced := _LENGTH.search(head):
        return length >= int(announced[1]) or int(announced[1]) > KEPT_BYTES
    return not _CHUNKED.search(head) or _LAST_CHUNK.search(data[end + 4 :]) is not None


class Receiver(SocketUnreader):
    """The bytes of a connection: those that came in already, then those still on their way.

    ``slots`` are the threads that may wait for the latter at the same time.
    """

    def __init__(self, sock: socket.socket, slots: BoundedSemaphore) -> None:
        super().__init__(sock)
        self._slots = slots
        self._has_slot = False
        self._ends_at = 0.0
        #: Whether the client will send no more.
        self.is_over = False

    @property
    def waiting(self) -> bytes:
        """What has arrived and was not read yet."""
        return bytes(self.buf.getbuffer())

    def take(self) -> bool:
        """Take in what has arrived; whether there is no need to wait for more."""
        try:
            data = self.sock.recv(KEPT_BYTES, socket.MSG_DONTWAIT)
        except BlockingIOError:
            return False
        except OSError:
            data = b""  # as of one that hung up
        self.is_over = not data
        self.buf.seek(0, 2)
        self.buf.write(data)
        return self.is_over or is_whole(self.waiting)

    def chunk(self) -> Any:
        """Wait for more, in a thread."""
        if self.is_over:
            return b""
        now = time.monotonic()
        if not self._has_slot:
            if not self._slots.acquire(blocking=False):
                raise CrowdedError
            self._has_slot, self._ends_at = True, now + RECEIVE_S
        before = self.sock.gettimeout()
        wait_s = min(STALL_S, self._ends_at - now, STALL_S if before is None else before)
        if wait_s <= 0:
            raise StalledError
        self.sock.settimeout(wait_s)
        try:
            data = self.sock.recv(self.mxchunk)
        except TimeoutError as ex:
            raise StalledError from ex
        finally:
            self.sock.settimeout(before)
        self._ends_at += len(data) / BYTES_PER_S
        return data

    def done(self) -> None:
        """Have the thread wait no more."""
        if self._has_slot:
            self._has_slot = False
            self._slots.release()
