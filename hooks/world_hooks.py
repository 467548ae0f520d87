"""What every documented request needs: the pristine world, a real token, a fair comparison."""

from __future__ import annotations

from typing import Any

from dredd_hooks import before_each, before_each_validation

from openevent.contract import backstage


@before_each
def begin_in_the_pristine_world(transaction: dict[str, Any]) -> None:
    backstage.prepare(transaction)


@before_each_validation
def compare_words_not_line_ends(transaction: dict[str, Any]) -> None:
    backstage.level(transaction)
