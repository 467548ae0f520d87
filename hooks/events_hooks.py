"""An event for which somebody has a ticket stays: another one is deleted."""

from __future__ import annotations

from typing import Any

from dredd_hooks import before

from openevent.contract import backstage


@before("Events > Event Details > Delete an Event > Example 1")
def without_sold_tickets(_: dict[str, Any]) -> None:
    backstage.change_world("UPDATE tickets SET sold = 0 WHERE event_id = 1")
