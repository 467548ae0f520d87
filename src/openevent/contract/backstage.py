"""What happens before each replayed request: the world is put back, names become tokens.

``hooks/world_hooks.py`` calls this; everything in it is the same for all transactions.
"""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from redis import Redis
from sqlalchemy import Engine, text

from openevent import world
from openevent.contract.exchange import Tokens, UnknownPrincipal, with_bytes
from openevent.contract.spelling import as_written
from openevent.db.engine import make_engine
from openevent.errors import TooManyRequests
from openevent.services.rate_limits import Limit, RateLimits, RedisStore
from openevent.settings import Settings


@dataclass(frozen=True, slots=True)
class Stage:
    """The server's database and key, and which transactions ask for another path."""

    engine: Engine
    keeper: world.Keeper
    redis: Redis
    tokens: Tokens
    paths: dict[str, str]


_open: list[Stage] = []


def open_stage(settings: Settings, plan: Path) -> None:
    """Connect to the server's database; ``plan`` is a JSON file of ``{transaction: path}``."""
    engine = make_engine(settings)
    _open[:] = [
        Stage(
            engine=engine,
            keeper=world.Keeper(engine),
            redis=Redis.from_url(settings.redis_url),
            tokens=Tokens(settings.secret_key),
            paths=json.loads(plan.read_text(encoding="utf-8")),
        )
    ]


def change_world(sql: str) -> None:
    """Change the world for one request, which needs another state of it."""
    with _open[0].engine.begin() as connection:
        connection.execute(text(sql))


def close_stage() -> None:
    """Let go of the server's database."""
    for stage in _open:
        stage.keeper.close()
        stage.engine.dispose()
        stage.redis.close()
    _open.clear()


def prepare(transaction: dict[str, Any]) -> None:
    """Put the world back and make the request what the blueprint says it is.

    A mistake in the blueprint fails the transaction; an exception would end the replay.
    """
    stage = _open[0]
    stage.keeper.reset(redis=stage.redis)
    shown = as_written(transaction["fullPath"])
    transaction["fullPath"] = stage.paths.get(transaction["name"], shown)
    request = transaction["request"]
    if (content := with_bytes(str(request.get("body", "")))) is not None:
        request["body"], request["bodyEncoding"] = base64.b64encode(content).decode(), "base64"
    headers = request["headers"]
    try:
        headers.update({name: stage.tokens.fill(value) for name, value in headers.items()})
    except UnknownPrincipal as ex:
        transaction["fail"] = str(ex)


def level(transaction: dict[str, Any]) -> None:
    """Bring the line ends of text files to those that a blueprint can hold.

    Calendars end their lines with CRLF; Dredd compares texts to the last character.
    """
    for side in ("expected", "real"):
        answer = transaction.get(side) or {}
        headers = {name.lower(): value for name, value in answer.get("headers", {}).items()}
        if "json" not in headers.get("content-type", "json"):
            answer["body"] = "\n".join((answer.get("body") or "").strip().splitlines())


def use_up(limit: Limit, **by: str) -> None:
    """Spend what is left of a rate limit, as the replayed server counts it."""
    settings = Settings.from_environment()
    limits = RateLimits(
        RedisStore.from_url(settings.redis_url), relaxed=settings.rate_limits == "relaxed"
    )
    try:
        while True:
            limits.spend(limit, **by)
    except TooManyRequests:
        return
