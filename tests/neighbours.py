"""The order of tests that hold for all types: random, with those of one type side by side.

A statement is built and planned for the first test that asks for it. Neighbours that ask
the same find it made, in the application and on its connections, which keep the newest.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain

import pytest

from openevent.jsonapi.resource import ResourceType
from tests.jsonapi.catalogue import Link


def side_by_side(items: Sequence[pytest.Item]) -> list[pytest.Item]:
    """Return the items with those of one type where the first of them was.

    Items that are about no type keep their places, and so do those that share a fixture
    with the rest of their module.
    """
    groups: dict[str, list[pytest.Item]] = {}
    places: list[int] = []
    for place, item in enumerate(items):
        if (subject := _subject(item)) is not None:
            groups.setdefault(subject, []).append(item)
            places.append(place)
    ordered = list(items)
    for place, item in zip(places, chain.from_iterable(groups.values()), strict=True):
        ordered[place] = item
    return ordered


def _subject(item: pytest.Item) -> str | None:
    """Return the path of the type that a test is about."""
    if not isinstance(item, pytest.Function) or _shares_with_its_module(item):
        return None
    call = getattr(item, "callspec", None)  # only those with parameters have one
    for value in call.params.values() if call else ():
        if isinstance(value, ResourceType):
            return value.path
        if isinstance(value, Link):
            return value.owner.path
        if isinstance(value, str) and value.startswith("/v1/"):
            return "/".join(value.split("/")[:3])
    return None


def _shares_with_its_module(item: pytest.Function) -> bool:
    fixtures = item._fixtureinfo.name2fixturedefs.values()
    return any(each.scope == "module" for definitions in fixtures for each in definitions)
