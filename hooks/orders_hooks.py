"""Refusals of orders that the world as it is gives no reason for: of time, of too many mails."""

from __future__ import annotations

from typing import Any

from dredd_hooks import before

from openevent.contract.backstage import change_world, use_up
from openevent.services.rate_limits import ORDER_MAILS_BY_ACCOUNT


@before("Orders > Mails Again > Send the Mails Again > Example 7")
def after_mails(_: dict[str, Any]) -> None:
    use_up(ORDER_MAILS_BY_ACCOUNT, account="user 4")


@before("Attendees > Receipts > Send Receipts > Example 7")
def after_receipts(_: dict[str, Any]) -> None:
    use_up(ORDER_MAILS_BY_ACCOUNT, account="user 9")


@before("Orders > Order Creation > Create an Order > Example 10")
def after_the_sale(_: dict[str, Any]) -> None:
    change_world("UPDATE tickets SET sales_ends_at = now() - interval '1 day' WHERE id = 2")


@before("Orders > Order Details > Change an Order > Example 9")
def after_its_time(_: dict[str, Any]) -> None:
    change_world("UPDATE orders SET expires_at = now() - interval '1 hour' WHERE id = 3")
