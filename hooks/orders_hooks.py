"""Refusals for too many mails need a limit that is used up already."""

from __future__ import annotations

from typing import Any

from dredd_hooks import before

from openevent.contract.backstage import use_up
from openevent.services.rate_limits import ORDER_MAILS_BY_ACCOUNT


@before("Orders > Mails Again > Send the Mails Again > Example 7")
def after_mails(_: dict[str, Any]) -> None:
    use_up(ORDER_MAILS_BY_ACCOUNT, account="user 4")


@before("Attendees > Receipts > Send Receipts > Example 7")
def after_receipts(_: dict[str, Any]) -> None:
    use_up(ORDER_MAILS_BY_ACCOUNT, account="user 9")
