"""What tells where documents differ tells it shortly, and misses nothing."""

from __future__ import annotations

from typing import Any

import pytest

from tests.jsonapi.differences import difference


def test_equal_documents_do_not_differ() -> None:
    assert difference({"a": [1, {"b": None}]}, {"a": [1, {"b": None}]}) is None


@pytest.mark.parametrize(
    ("found", "expected", "told"),
    [
        ({"a": [{"b": 1}]}, {"a": [{"b": 2}]}, "/a/0/b is 1 and not 2"),
        ({"a": 1}, {"a": 1, "b": 2}, "/b is missing"),
        ({"a": 1, "b": 2}, {"a": 1}, "/b is too much"),
        ([1], [1, 2], "/ is [1] and not [1, 2]"),
        ({"a": None}, {"a": {}}, "/a is None and not {}"),
    ],
)
def test_first_difference_is_told_with_its_place(found: Any, expected: Any, told: str) -> None:
    assert difference(found, expected) == told


def test_what_is_long_is_cut_short() -> None:
    assert len(str(difference("x" * 10**6, "y" * 10**6))) < 600
