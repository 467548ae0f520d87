"""Password hashes: their strength, their bounds, and what their time does not tell."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from argon2 import PasswordHasher as Argon2
from argon2 import extract_parameters
from argon2.low_level import Type

from openevent.db.engine import CONNECTIONS_BESIDE
from openevent.errors import Unavailable
from openevent.services.passwords import (
    MAX_LENGTH,
    MIN_LENGTH,
    PasswordHasher,
    hashes_at_once,
)


@pytest.fixture(scope="module")
def cheap() -> PasswordHasher:
    """A hasher with low costs, for rules that are not about costs."""
    return PasswordHasher(memory_kib=64, iterations=1)


def test_hashes_have_the_owasp_parameters() -> None:
    parameters = extract_parameters(PasswordHasher().hash("a password"))
    assert parameters.type is Type.ID
    assert (parameters.memory_cost, parameters.time_cost, parameters.parallelism) == (19456, 2, 1)


def test_right_password_verifies_and_others_do_not(cheap: PasswordHasher) -> None:
    stored = cheap.hash("correct horse")
    assert cheap.verify(stored, "correct horse")
    assert not cheap.verify(stored, "Correct horse")
    assert not cheap.verify(stored, "")
    assert stored != cheap.hash("correct horse")


@pytest.mark.parametrize("length", [MIN_LENGTH, 64, 72, 73, MAX_LENGTH])
def test_no_password_is_cut_short(cheap: PasswordHasher, length: int) -> None:
    password = "ä" * (length - 1)
    stored = cheap.hash(password + "x")
    assert cheap.verify(stored, password + "x")
    assert not cheap.verify(stored, password + "y")


def test_longest_password_accepted_is_at_least_64() -> None:
    assert MIN_LENGTH == 8
    assert MAX_LENGTH >= 64


def test_overlong_password_is_never_hashed(cheap: PasswordHasher) -> None:
    with pytest.raises(ValueError, match="at most 128"):
        cheap.hash("x" * 129)
    assert not cheap.verify(cheap.hash("x" * 128), "x" * 1_000_000)
    assert not cheap.verify(cheap.hash(""), "x" * 1_000_000)


def test_lone_surrogate_is_a_wrong_password_and_no_error(cheap: PasswordHasher) -> None:
    assert not cheap.verify(cheap.hash("a password"), "\ud800 password")


class Recorder:
    """Stands before argon2 and notes what it is asked, and how much at once."""

    def __init__(self, real: Argon2, pause_s: float = 0) -> None:
        self.real, self.pause_s = real, pause_s
        self.calls = self.running = self.most = 0
        self.lock = threading.Lock()

    def verify(self, stored: str, password: bytes) -> bool:
        self.calls += 1
        return self.real.verify(stored, password)

    def hash(self, password: bytes) -> str:
        with self.lock:
            self.running += 1
            self.most = max(self.most, self.running)
        threading.Event().wait(self.pause_s)
        with self.lock:
            self.running -= 1
        return self.real.hash(password)


def test_unknown_account_costs_a_hash_too() -> None:
    hasher = PasswordHasher(memory_kib=64, iterations=1)
    hasher._argon2 = recorder = Recorder(hasher._argon2)
    assert not hasher.verify(None, "a password")
    assert not hasher.verify(None, "nobody has this password")
    assert not hasher.verify(None, "x" * 500)
    assert recorder.calls == 3


def test_hash_made_with_lower_parameters_is_outdated(cheap: PasswordHasher) -> None:
    assert PasswordHasher().is_outdated(cheap.hash("a password"))
    assert not cheap.is_outdated(cheap.hash("a password"))


def test_damaged_hash_verifies_nothing(cheap: PasswordHasher) -> None:
    assert not cheap.verify("$argon2id$nonsense", "a password")


def test_log_ins_leave_the_threads_their_connections_on_many_processors(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: 64)
    assert hashes_at_once(2) == CONNECTIONS_BESIDE
    assert hashes_at_once(64) == 2


def test_only_so_many_hashes_run_at_once() -> None:
    hasher = PasswordHasher(memory_kib=64, iterations=1, slots=2, waiting=6)
    hasher._argon2 = recorder = Recorder(hasher._argon2, pause_s=0.02)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(hasher.hash, ["a password"] * 16))
    assert recorder.most == 2


def test_who_waits_too_long_for_a_place_is_told_to_come_back() -> None:
    hasher = PasswordHasher(memory_kib=64, iterations=1, slots=1, patience_s=0.05)
    with hasher._place(), pytest.raises(Unavailable) as refused:
        hasher.hash("a password")
    assert int(refused.value.headers()["Retry-After"]) > 0
    hasher.hash("a password")


def test_a_flood_takes_no_more_threads_than_may_wait() -> None:
    hasher = PasswordHasher(memory_kib=64, iterations=1, slots=1, waiting=0, patience_s=60)
    with hasher._place(), pytest.raises(Unavailable):
        hasher.hash("a password")
    hasher.hash("a password")
