"""What tests of buying start with."""

from __future__ import annotations

import pytest

from openevent.services.rate_limits import RateLimits, RedisStore
from openevent.settings import Settings


@pytest.fixture
def no_attempts_counted(settings: Settings) -> None:
    """Start with nothing counted by the rate limits."""
    RateLimits(RedisStore.from_url(settings.redis_url)).clear()
