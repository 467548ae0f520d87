"""Rate limits: so many attempts in so long, per address and per account, counted in Redis.

A sliding log: an attempt is refused while the last ``limit`` accepted ones are younger
than the window. Refused attempts do not count, so a limit always ends, and an attempt
that turned out well (a right password) is given back. All limits of one attempt are
tested and counted in one atomic step; of attempts made at once no more get through.

When Redis is away, people can still log in: each process counts for itself until Redis
is back. That is laxer (the limit times the number of processes), never open, and costs
a request at most ``TIMEOUT_S``, once per ``RETRY_S``. It is logged and counted.
"""

from __future__ import annotations

import hashlib
import ipaddress
import logging
import math
import secrets
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final, Protocol

from prometheus_client import Counter
from redis import Redis
from redis.exceptions import RedisError

from openevent.errors import TooManyRequests

logger = logging.getLogger(__name__)

TIMEOUT_S: Final = 0.5
RETRY_S: Final = 5.0
PREFIX: Final = "openevent:limit:"
#: What ``relaxed`` multiplies the limits per address by, for test deployments.
RELAXED_FACTOR: Final = 100

FAILURES: Final = Counter(
    "openevent_rate_limit_store_failures", "Attempts that were counted without Redis"
)


class Scope(StrEnum):
    """What a limit is counted by."""

    ADDRESS = "address"
    ACCOUNT = "account"


@dataclass(frozen=True, slots=True)
class Limit:
    """At most ``attempts`` in ``window_s`` seconds for one address or one account."""

    name: str
    scope: Scope
    attempts: int
    window_s: int


#: Wrong passwords, wherever one is asked for. PyPI's figures.
LOGIN_BY_ACCOUNT: Final = Limit("login", Scope.ACCOUNT, 10, 300)
LOGIN_BY_ADDRESS: Final = Limit("login", Scope.ADDRESS, 10, 300)
RESET_BY_ACCOUNT: Final = Limit("reset-password", Scope.ACCOUNT, 3, 3600)
RESET_BY_ADDRESS: Final = Limit("reset-password", Scope.ADDRESS, 1, 60)
RESEND_BY_ACCOUNT: Final = Limit("resend-verification", Scope.ACCOUNT, 5, 60)
RESEND_BY_ADDRESS: Final = Limit("resend-verification", Scope.ADDRESS, 5, 60)
REGISTRATION: Final = Limit("registration", Scope.ADDRESS, 30, 3600)
UPLOAD: Final = Limit("upload", Scope.ACCOUNT, 100, 600)
#: Whole events that one person sends as archives.
IMPORT: Final = Limit("import", Scope.ACCOUNT, 20, 3600)
#: Invitations: one person's to anybody, and anybody's to one address.
INVITE_BY_SENDER: Final = Limit("invite", Scope.ACCOUNT, 100, 3600)
INVITE_BY_RECIPIENT: Final = Limit("invite-to", Scope.ACCOUNT, 10, 3600)
#: Messages to those who run an event or a group.
CONTACT: Final = Limit("contact", Scope.ACCOUNT, 10, 3600)
#: Mails of an order that somebody wants again: one person's wishes, and those about one order.
ORDER_MAILS_BY_ACCOUNT: Final = Limit("order-mails", Scope.ACCOUNT, 5, 60)
ORDER_MAILS_BY_ADDRESS: Final = Limit("order-mails", Scope.ADDRESS, 60, 60)
ORDER_MAILS_OF_ORDER: Final = Limit("order-mails-of", Scope.ACCOUNT, 10, 3600)
#: Questions whether an order is paid, which Stripe is asked about.
VERIFY_BY_ADDRESS: Final = Limit("verify-payment", Scope.ADDRESS, 60, 60)
VERIFY_BY_ORDER: Final = Limit("verify-payment-of", Scope.ACCOUNT, 30, 60)
CHECK_EMAIL: Final = Limit("check-email", Scope.ADDRESS, 20, 60)


@dataclass(frozen=True, slots=True)
class Use:
    """One attempt counted against one limit: by whom, and under which key."""

    limit: Limit
    key: str


class Store(Protocol):
    """Counts attempts; the real one is Redis, :class:`MemoryStore` is a process's own."""

    def spend(self, keys: Sequence[str], limits: Sequence[Limit], now_ms: int, member: str) -> int:
        """Count one attempt under every key; return 0, or after how many ms to come again."""

    def refund(self, keys: Sequence[str], member: str) -> None:
        """Forget that attempt."""

    def clear(self) -> None:
        """Forget every attempt."""


@dataclass(frozen=True, slots=True)
class Permit:
    """An attempt that was let through, so that it can be given back."""

    keys: tuple[str, ...]
    member: str


class RateLimits:
    """Counts attempts and refuses those over a limit."""

    def __init__(
        self,
        store: Store,
        *,
        relaxed: bool = False,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._store = store
        self._factor = RELAXED_FACTOR if relaxed else 1
        self._now = now

    def spend(
        self, *limits: Limit, address: str | None = None, account: str | None = None
    ) -> Permit:
        """Count one attempt against each limit, or against none and refuse it.

        A limit by address does not hold where there is none: in jobs, in the shell.

        Raises:
            TooManyRequests: with the seconds after which it makes sense to try again.
        """
        by = {
            Scope.ADDRESS: address and network_of(address),
            Scope.ACCOUNT: account and account.strip().lower(),
        }
        held = [(limit, value) for limit in limits if (value := by[limit.scope])]
        keys = tuple(
            f"{PREFIX}{limit.name}:{limit.scope}:{_digest(value)}" for limit, value in held
        )
        if not keys:
            return Permit((), "")
        scaled = [self._scaled(limit) for limit, _ in held]
        member = secrets.token_hex(8)
        wait_ms = self._store.spend(keys, scaled, int(self._now().timestamp() * 1000), member)
        if wait_ms:
            raise TooManyRequests(
                "Too many attempts. Wait a little before you try again.",
                retry_after_s=max(1, math.ceil(wait_ms / 1000)),
            )
        return Permit(keys, member)

    def refund(self, permit: Permit) -> None:
        """Give an attempt back that is not to count: the password was right."""
        if permit.keys:
            self._store.refund(permit.keys, permit.member)

    def clear(self) -> None:
        """Forget all attempts of everybody, as a reset of the demo world does."""
        self._store.clear()

    def _scaled(self, limit: Limit) -> Limit:
        if limit.scope is Scope.ACCOUNT or self._factor == 1:
            return limit
        return Limit(limit.name, limit.scope, limit.attempts * self._factor, limit.window_s)


class MemoryStore:
    """Attempts of this process alone: the stand-in for Redis, and the store of tests."""

    _MOST_KEYS: Final = 10_000

    def __init__(self) -> None:
        self._attempts: dict[str, list[tuple[int, str]]] = {}
        self._lock = threading.Lock()

    def spend(self, keys: Sequence[str], limits: Sequence[Limit], now_ms: int, member: str) -> int:
        with self._lock:
            for key, limit in zip(keys, limits, strict=True):
                since = now_ms - limit.window_s * 1000
                young = [a for a in self._attempts.get(key, ()) if a[0] > since]
                self._attempts[key] = young
                if len(young) >= limit.attempts:
                    return young[0][0] - since
            for key in keys:
                self._attempts[key].append((now_ms, member))
            while len(self._attempts) > self._MOST_KEYS:
                del self._attempts[next(iter(self._attempts))]
            return 0

    def refund(self, keys: Sequence[str], member: str) -> None:
        with self._lock:
            for key in keys:
                kept = [a for a in self._attempts.get(key, ()) if a[1] != member]
                self._attempts[key] = kept

    def clear(self) -> None:
        with self._lock:
            self._attempts.clear()


# KEYS: one log a limit. ARGV: now in ms, the attempt, then attempts and window in ms a limit.
_SPEND: Final = """
local now = tonumber(ARGV[1])
for i, key in ipairs(KEYS) do
  local attempts, window = tonumber(ARGV[1 + 2 * i]), tonumber(ARGV[2 + 2 * i])
  redis.call('ZREMRANGEBYSCORE', key, '-inf', now - window)
  if redis.call('ZCARD', key) >= attempts then
    local oldest = redis.call('ZRANGE', key, 0, 0, 'WITHSCORES')
    return math.max(1, tonumber(oldest[2]) + window - now)
  end
end
for i, key in ipairs(KEYS) do
  redis.call('ZADD', key, now, ARGV[2])
  redis.call('PEXPIRE', key, ARGV[2 + 2 * i])
end
return 0
"""


class RedisStore:
    """Attempts of all processes in Redis; of this one alone while Redis is away."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._spend = redis.register_script(_SPEND)
        self._fallback = MemoryStore()
        self._away_until_s = 0.0

    @classmethod
    def from_url(cls, url: str) -> RedisStore:
        """Return a store that waits for Redis no longer than ``TIMEOUT_S``."""
        return cls(Redis.from_url(url, socket_timeout=TIMEOUT_S, socket_connect_timeout=TIMEOUT_S))

    def spend(self, keys: Sequence[str], limits: Sequence[Limit], now_ms: int, member: str) -> int:
        if not self._is_away():
            arguments: list[int | str] = [now_ms, member]
            for limit in limits:
                arguments += [limit.attempts, limit.window_s * 1000]
            try:
                return int(self._spend(keys=list(keys), args=arguments))
            except RedisError as ex:
                self._turn_away(ex)
        FAILURES.inc()
        return self._fallback.spend(keys, limits, now_ms, member)

    def refund(self, keys: Sequence[str], member: str) -> None:
        self._fallback.refund(keys, member)
        if self._is_away():
            return
        try:
            pipeline = self._redis.pipeline(transaction=False)
            for key in keys:
                pipeline.zrem(key, member)
            pipeline.execute()
        except RedisError as ex:
            # The attempt counts although it went well: stricter, and over with the window.
            self._turn_away(ex)

    def clear(self) -> None:
        self._fallback.clear()
        for key in self._redis.scan_iter(match=f"{PREFIX}*", count=1000):
            self._redis.delete(key)

    def _is_away(self) -> bool:
        return time.monotonic() < self._away_until_s

    def _turn_away(self, error: RedisError) -> None:
        self._away_until_s = time.monotonic() + RETRY_S
        logger.warning(
            "Redis is away (%s): rate limits are counted per process for %.0f s",
            type(error).__name__,
            RETRY_S,
        )


def network_of(address: str) -> str:
    """Return what an address is counted as: itself, or its /64, which one host owns whole."""
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped is not None:
            return str(parsed.ipv4_mapped)
        return str(ipaddress.ip_network((int(parsed), 64), strict=False))
    return str(parsed)


def client_address(peer: str, forwarded_for: str | None, *, trusted_proxies: int) -> str:
    """Return the address of the client behind ``trusted_proxies`` reverse proxies.

    Each proxy appends the address it was called from, so only the last so many entries of
    ``X-Forwarded-For`` are theirs; whatever stands before them the client wrote itself.
    """
    if trusted_proxies <= 0 or not forwarded_for:
        return peer
    hops = [hop.strip() for hop in forwarded_for.split(",")]
    candidate = hops[-trusted_proxies] if len(hops) >= trusted_proxies else hops[0]
    try:
        return str(ipaddress.ip_address(candidate))
    except ValueError:
        return peer


def _digest(value: str) -> str:
    """Return a short key; addresses of people do not lie in Redis in the clear."""
    return hashlib.sha256(value.encode("utf-8", "surrogatepass")).hexdigest()[:24]
