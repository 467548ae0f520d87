"""Password hashing: argon2id with the figures of the OWASP cheat sheet, in a bounded pool.

One hash costs 19 MiB and tens of milliseconds, so a flood of log-ins could take the
memory and the processors of everybody else. Only a few hashes run at once; of those that
come meanwhile a few wait for a place, and the others are told to come back. Under gunicorn
a rush waits before it has threads (:mod:`openevent.http.gunicorn`), and hardly anybody here.
Verifying costs the same whether or not there is an account, so that the time of an answer
tells nothing.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from argon2 import PasswordHasher as Argon2
from argon2.exceptions import InvalidHashError, VerificationError

from openevent.db.engine import CONNECTIONS_BESIDE
from openevent.errors import Unavailable

#: OWASP Password Storage Cheat Sheet: argon2id, m = 19 MiB, t = 2, p = 1.
MEMORY_KIB: Final = 19 * 1024
ITERATIONS: Final = 2
LANES: Final = 1

#: ASVS 5.0 § 6.2: at least 8, at least 64 accepted, an upper bound before hashing.
MIN_LENGTH: Final = 8
MAX_LENGTH: Final = 128


def hashes_at_once(processes: int) -> int:
    """Return how many hashes each of so many processes makes at a time on this machine.

    One a processor, and one more, since a log-in also waits for the database; but no more
    than a process has connections to it beside those of its threads.
    """
    return min((os.cpu_count() or 1) // max(processes, 1) + 1, CONNECTIONS_BESIDE)


class PasswordHasher:
    """Hashes and verifies passwords, at most ``slots`` at a time in this process.

    ``waiting`` threads wait for one of them, for ``patience_s`` at most.
    """

    def __init__(
        self,
        *,
        memory_kib: int = MEMORY_KIB,
        iterations: int = ITERATIONS,
        slots: int = 2,
        waiting: int = 2,
        patience_s: float = 5.0,
    ) -> None:
        self._argon2 = Argon2(time_cost=iterations, memory_cost=memory_kib, parallelism=LANES)
        self._slots = threading.BoundedSemaphore(slots)
        self._patience_s = patience_s
        self._present = threading.BoundedSemaphore(slots + waiting)
        self._nobody = self._argon2.hash(b"nobody has this password")

    def hash(self, password: str) -> str:
        """Return the hash to store, with its salt and parameters."""
        if len(password) > MAX_LENGTH:
            raise ValueError(f"a password has at most {MAX_LENGTH} characters")
        with self._place():
            return self._argon2.hash(_bytes(password))

    def verify(self, stored: str | None, password: str) -> bool:
        """Whether ``password`` is the one that ``stored`` was made from.

        ``None`` stands for an account that does not exist or has no password: the same
        work is done, and the answer is no. Too long a password is never hashed.
        """
        fits = len(password) <= MAX_LENGTH
        with self._place():
            try:
                matches = self._argon2.verify(
                    stored or self._nobody, _bytes(password if fits else "")
                )
            except (VerificationError, InvalidHashError):
                return False
        return matches and fits and stored is not None

    def is_outdated(self, stored: str) -> bool:
        """Whether the parameters have risen since ``stored`` was made."""
        return self._argon2.check_needs_rehash(stored)

    @contextmanager
    def _place(self) -> Iterator[None]:
        with _held(self._present, 0), _held(self._slots, self._patience_s):
            yield


@contextmanager
def _held(places: threading.Semaphore, patience_s: float) -> Iterator[None]:
    if not places.acquire(timeout=patience_s):
        raise Unavailable("Too many people are logging in at this moment. Try again shortly.")
    try:
        yield
    finally:
        places.release()


def _bytes(password: str) -> bytes:
    # A lone surrogate has no UTF-8; it must be a wrong password, not an error.
    return password.encode("utf-8", "surrogatepass")
