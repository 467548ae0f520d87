"""The one hook that every documented request needs: the pristine world, a real token."""

from __future__ import annotations

from typing import Any

from dredd_hooks import before_each

from openevent.contract import backstage


@before_each
def begin_in_the_pristine_world(transaction: dict[str, Any]) -> None:
    backstage.prepare(transaction)
