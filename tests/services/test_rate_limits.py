"""Rate limits, on a clock of the test's own: in Redis, in memory, and when Redis goes away."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from redis import Redis

from openevent.errors import TooManyRequests
from openevent.services import rate_limits
from openevent.services.rate_limits import (
    LOGIN_BY_ACCOUNT,
    LOGIN_BY_ADDRESS,
    RESET_BY_ACCOUNT,
    RESET_BY_ADDRESS,
    Limit,
    MemoryStore,
    RateLimits,
    RedisStore,
    Scope,
    Store,
    client_address,
    network_of,
)
from openevent.settings import Settings

THREE = Limit("test", Scope.ADDRESS, 3, 60)
HOME, ELSEWHERE = "192.0.2.1", "192.0.2.2"


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.time = datetime(2030, 5, 1, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.time

    def move(self, seconds: float) -> None:
        self.time += timedelta(seconds=seconds)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(params=["redis", "memory"])
def store(request: pytest.FixtureRequest) -> Iterator[Store]:
    """Both stores keep the same rules."""
    if request.param == "memory":
        yield MemoryStore()
        return
    settings: Settings = request.getfixturevalue("settings")
    with Redis.from_url(settings.redis_url) as redis:
        kept = RedisStore(redis)
        kept.clear()
        yield kept
        kept.clear()


@pytest.fixture
def limits(store: Store, clock: Clock) -> RateLimits:
    return RateLimits(store, now=clock)


def refused(limits: RateLimits, *wanted: Limit, **by: str) -> int:
    """Return after how many seconds to come again."""
    with pytest.raises(TooManyRequests) as error:
        limits.spend(*wanted, **by)
    return int(error.value.headers()["Retry-After"])


def test_attempts_up_to_the_limit_pass_and_the_next_is_refused(limits: RateLimits) -> None:
    for _ in range(3):
        limits.spend(THREE, address=HOME)
    assert refused(limits, THREE, address=HOME) == 60


def test_window_slides(limits: RateLimits, clock: Clock) -> None:
    for _ in range(3):
        limits.spend(THREE, address=HOME)
        clock.move(20)
    limits.spend(THREE, address=HOME)
    assert refused(limits, THREE, address=HOME) == 20


def test_refused_attempts_do_not_count(limits: RateLimits, clock: Clock) -> None:
    for _ in range(3):
        limits.spend(THREE, address=HOME)
    for _ in range(50):
        refused(limits, THREE, address=HOME)
    clock.move(60)
    limits.spend(THREE, address=HOME)


def test_retry_after_is_when_it_works_again(limits: RateLimits, clock: Clock) -> None:
    for _ in range(3):
        limits.spend(THREE, address=HOME)
        clock.move(0.4)
    clock.move(refused(limits, THREE, address=HOME))
    limits.spend(THREE, address=HOME)


def test_addresses_and_accounts_are_counted_apart(limits: RateLimits) -> None:
    for _ in range(10):
        limits.spend(LOGIN_BY_ACCOUNT, LOGIN_BY_ADDRESS, address=HOME, account="a@example.org")
    refused(limits, LOGIN_BY_ACCOUNT, LOGIN_BY_ADDRESS, address=HOME, account="b@example.org")
    refused(limits, LOGIN_BY_ACCOUNT, LOGIN_BY_ADDRESS, address=ELSEWHERE, account="a@example.org")
    limits.spend(LOGIN_BY_ACCOUNT, LOGIN_BY_ADDRESS, address=ELSEWHERE, account="b@example.org")


def test_refusal_by_one_limit_spends_nothing_of_the_others(
    limits: RateLimits, clock: Clock
) -> None:
    limits.spend(RESET_BY_ACCOUNT, RESET_BY_ADDRESS, address=HOME, account="a@example.org")
    for _ in range(5):
        refused(limits, RESET_BY_ACCOUNT, RESET_BY_ADDRESS, address=HOME, account="a@example.org")
    for _ in range(2):
        clock.move(60)
        limits.spend(RESET_BY_ACCOUNT, RESET_BY_ADDRESS, address=HOME, account="a@example.org")


def test_account_is_the_same_in_every_spelling(limits: RateLimits) -> None:
    limit = Limit("test", Scope.ACCOUNT, 1, 60)
    limits.spend(limit, account="Omar@Example.org ")
    refused(limits, limit, account="omar@example.org")


def test_attempt_that_went_well_is_given_back(limits: RateLimits) -> None:
    for _ in range(20):
        limits.refund(limits.spend(THREE, address=HOME))
    for _ in range(3):
        limits.spend(THREE, address=HOME)
    refused(limits, THREE, address=HOME)


def test_relaxed_raises_addresses_a_hundredfold_and_keeps_accounts(
    store: Store, clock: Clock
) -> None:
    limits = RateLimits(store, relaxed=True, now=clock)
    for _ in range(300):
        limits.spend(THREE, address=HOME)
    refused(limits, THREE, address=HOME)
    account = Limit("test", Scope.ACCOUNT, 3, 60)
    for _ in range(3):
        limits.spend(account, account="a@example.org")
    refused(limits, account, account="a@example.org")


def test_nothing_is_counted_where_there_is_no_address(limits: RateLimits) -> None:
    for _ in range(10):
        limits.spend(THREE, address=None)


def test_attempts_at_the_same_time_get_no_more_through(limits: RateLimits) -> None:
    def attempt(_: int) -> bool:
        try:
            limits.spend(THREE, address=HOME)
        except TooManyRequests:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(attempt, range(40))) == 3


def test_redis_keeps_neither_addresses_nor_accounts_in_the_clear(settings: Settings) -> None:
    with Redis.from_url(settings.redis_url) as redis:
        store = RedisStore(redis)
        store.clear()
        RateLimits(store).spend(
            LOGIN_BY_ACCOUNT, LOGIN_BY_ADDRESS, address=HOME, account="omar@example.org"
        )
        keys = [key.decode() for key in redis.keys(f"{rate_limits.PREFIX}*")]
        assert len(keys) == 2
        assert not any("omar" in key or HOME in key for key in keys)
        assert all(0 < redis.ttl(key) <= 300 for key in keys)
        store.clear()
        assert not redis.keys(f"{rate_limits.PREFIX}*")


def test_process_counts_for_itself_while_redis_is_away(
    clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    # A port of the loopback interface that nobody listens on.
    limits = RateLimits(RedisStore.from_url("redis://127.0.0.1:1/0"), now=clock)
    counted = rate_limits.FAILURES._value.get()
    began = time.monotonic()
    for _ in range(3):
        limits.spend(THREE, address=HOME)
    refused(limits, THREE, address=HOME)
    assert time.monotonic() - began < 10
    assert rate_limits.FAILURES._value.get() == counted + 4
    assert caplog.text.count("Redis is away") == 1


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("192.0.2.1", "192.0.2.2", False),
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("::ffff:192.0.2.1", "192.0.2.1", True),
        ("fe80::1%eth0", "fe80::2", True),
        ("unix", "unix", True),
    ],
)
def test_one_hosts_addresses_are_counted_together(one: str, other: str, is_same: bool) -> None:
    assert (network_of(one) == network_of(other)) is is_same


@pytest.mark.parametrize(
    ("forwarded_for", "trusted_proxies", "expected"),
    [
        ("203.0.113.9", 0, "10.0.0.1"),
        (None, 1, "10.0.0.1"),
        ("203.0.113.9", 1, "203.0.113.9"),
        ("198.51.100.66, 203.0.113.9", 1, "203.0.113.9"),
        ("198.51.100.66, 203.0.113.9, 10.0.0.7", 2, "203.0.113.9"),
        ("203.0.113.9", 2, "203.0.113.9"),
        ("not an address", 1, "10.0.0.1"),
        ("203.0.113.9,", 1, "10.0.0.1"),
    ],
)
def test_client_cannot_choose_its_address(
    forwarded_for: str | None, trusted_proxies: int, expected: str
) -> None:
    assert client_address("10.0.0.1", forwarded_for, trusted_proxies=trusted_proxies) == expected
