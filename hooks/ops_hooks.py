"""The server is well with a worker, and not without."""

from __future__ import annotations

from typing import Any

from dredd_hooks import before

from openevent.settings import Settings
from openevent.work.broker import redis_client
from openevent.work.heartbeat import beat, leave


@before("Health > Health Check > Check Health > Example 1")
def while_a_worker_beats(_: dict[str, Any]) -> None:
    with redis_client(Settings.from_environment().redis_url) as client:
        beat(client, threads=1)


@before("Health > Health Check > Check Health > Example 2")
def while_no_worker_beats(_: dict[str, Any]) -> None:
    with redis_client(Settings.from_environment().redis_url) as client:
        leave(client)
