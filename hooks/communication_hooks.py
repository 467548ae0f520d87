"""A refusal for too many messages needs a limit that is used up already."""

from __future__ import annotations

from typing import Any

from dredd_hooks import before

from openevent.contract.backstage import use_up
from openevent.services.rate_limits import CONTACT


@before("Messages to Organizers > Message to the Organizers > Write to the Organizers > Example 5")
def after_messages(_: dict[str, Any]) -> None:
    use_up(CONTACT, account="9")
