"""A tax is refused where taxes are switched off, which no event of the world has."""

from __future__ import annotations

from typing import Any

from dredd_hooks import before

from openevent.contract.backstage import change_world


@before("Taxes > Taxes Collection > Create a Tax > Example 8")
def without_taxes(_: dict[str, Any]) -> None:
    change_world("UPDATE events SET is_tax_enabled = false WHERE id = 3")
