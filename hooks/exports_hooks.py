"""Refusals of imports: a permission that is not given, and a limit that is used up."""

from __future__ import annotations

from typing import Any

from dredd_hooks import before

from openevent.contract import backstage
from openevent.services.rate_limits import IMPORT


@before("Imports > Event Import > Import an Event > Example 4")
def without_the_permission(_: dict[str, Any]) -> None:
    backstage.change_world(
        "UPDATE user_permissions SET unverified_user = false WHERE name = 'create_event'"
    )


@before("Imports > Event Import > Import an Event > Example 6")
def after_imports_of_the_moderator(_: dict[str, Any]) -> None:
    backstage.use_up(IMPORT, account="user 7")
