"""When two names of FAQ types are one, for all names."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from openevent.areas.faq.rules import name_key

words = st.lists(
    st.text(st.characters(codec="utf-8", exclude_categories=("Z", "C")), min_size=1, max_size=8),
    min_size=1,
    max_size=5,
)
spaces = st.text(" \t\n\u00a0\u2003", min_size=1, max_size=4)


@given(words=words, space=spaces, around=spaces)
def test_white_space_does_not_tell_names_apart(words: list[str], space: str, around: str) -> None:
    assert name_key(around + space.join(words) + around) == name_key(" ".join(words))


@given(name=st.text())
def test_case_does_not_tell_names_apart(name: str) -> None:
    assert name_key(name_key(name)) == name_key(name)
    assert name_key(name.casefold()) == name_key(name)


@given(
    one=st.from_regex(r"[a-z]{1,9}", fullmatch=True),
    other=st.from_regex(r"[a-z]{1,9}", fullmatch=True),
)
def test_different_letters_tell_names_apart(one: str, other: str) -> None:
    assert (name_key(one) == name_key(other)) is (one == other)


def test_names_that_read_the_same_are_the_same() -> None:
    assert name_key("  TICKETS\u00a0&\tPrices ") == name_key("Tickets & prices")
    assert name_key("Straße") == name_key("STRASSE")
    assert name_key("Tickets") != name_key("Tick ets")
