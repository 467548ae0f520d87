"""An event has one call for speakers at a time: another is made when there is none."""

from __future__ import annotations

from typing import Any

from dredd_hooks import before

from openevent.contract import backstage


@before("Speakers Calls > Speakers Call Collection > Create a Speakers Call > Example 1")
def without_a_call(_: dict[str, Any]) -> None:
    backstage.change_world("DELETE FROM speakers_calls WHERE event_id = 1")
