"""Each refusal for too many uploads needs a limit that is used up already."""

from __future__ import annotations

from typing import Any

from dredd_hooks import before

from openevent.errors import TooManyRequests
from openevent.services.rate_limits import UPLOAD, RateLimits, RedisStore
from openevent.settings import Settings

MODERATOR = "user 7"


@before("Uploads > Image Upload > Upload a Picture > Example 7")
@before("Uploads > File Upload > Upload Files > Example 6")
def after_uploads_of_the_moderator(_: dict[str, Any]) -> None:
    limits = RateLimits(RedisStore.from_url(Settings.from_environment().redis_url))
    try:
        while True:
            limits.spend(UPLOAD, account=MODERATOR)
    except TooManyRequests:
        return
