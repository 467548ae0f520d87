"""States, times, abstracts and colours, decided without a database."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from openevent.areas.programme.rules import (
    NEW,
    TRANSITIONS,
    SessionState,
    Side,
    check_state,
    font_color,
    shorten,
)
from openevent.errors import Conflict, Forbidden
from openevent.jsonapi.html import plain_text

MARKUP = st.text(
    alphabet=st.one_of(
        st.sampled_from("<>&;/!? pbia=\"'#x0lt\n\u200d\u0301"), st.characters(codec="utf-8")
    ),
    max_size=600,
)


@given(MARKUP)
def test_short_abstract_is_short_plain_and_stays_as_it_is(markup: str) -> None:
    short = shorten(plain_text(markup))
    assert len(short) <= 200
    assert "<p" not in short
    assert "</" not in short
    assert "\n" not in short
    assert shorten(plain_text(short)) == short


@given(st.lists(st.text(alphabet="abcdefgh", min_size=1, max_size=30), max_size=60))
def test_abstract_is_cut_after_a_whole_word(words: list[str]) -> None:
    text = " ".join(words)
    short = shorten(text)
    if len(text) <= 200:
        assert short == text
    else:
        assert short.endswith("\u2026")
        kept = short[:-1].split(" ")
        assert kept == words[: len(kept)]
        assert len(" ".join(words[: len(kept) + 1])) > 199


def test_one_endless_word_is_cut_but_no_character_is_taken_apart() -> None:
    assert shorten("a" * 300) == "a" * 199 + "\u2026"
    family = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
    assert shorten("a" * 197 + family) == "a" * 197 + "\u2026"
    assert shorten("a" * 198 + "e\u0301" + "a" * 9) == "a" * 198 + "\u2026"


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>One</p><p>two &amp; three</p>", "One two & three"),
        ("x<br>y <b>bo</b>ld", "x y bold"),
        ("1 < 2 and a <b", "1 < 2 and a < b"),
        ("<script>alert(1)</script>hi", "hi"),
        ("&amp;lt;script&amp;gt;", "< script>"),
        ("Why &lt;div&gt;?", "Why < div>?"),
    ],
)
def test_markup_becomes_text_that_runs_nothing(markup: str, text: str) -> None:
    assert plain_text(markup) == text


@pytest.mark.parametrize(
    ("color", "font"),
    [
        ("#000", "#ffffff"),
        ("#ffffff", "#000000"),
        ("#f2c94c", "#000000"),
        ("#2a6ebb", "#ffffff"),
        ("#0F0", "#000000"),
        ("#00f", "#ffffff"),
    ],
)
def test_font_is_the_one_that_is_read_better(color: str, font: str) -> None:
    assert font_color(color) == font


def test_a_speaker_does_not_say_what_is_in_the_programme() -> None:
    reachable = {new for moves in TRANSITIONS[Side.SPEAKER].values() for new in moves}
    assert reachable == {"draft", "pending", "withdrawn"}
    assert TRANSITIONS[Side.SPEAKER]["withdrawn"] == ()


def test_refusal_tells_what_is_not_theirs_from_what_is_not_possible() -> None:
    with pytest.raises(Forbidden):
        check_state("pending", "accepted", {Side.SPEAKER})
    with pytest.raises(Conflict):
        check_state("draft", "accepted", {Side.ORGANIZER})
    with pytest.raises(Conflict):
        check_state("pending", "canceled", {Side.ORGANIZER, Side.SPEAKER})


class Life(RuleBasedStateMachine):
    """One session, changed by both sides as they like: it only ever takes listed steps."""

    def __init__(self) -> None:
        super().__init__()
        self.state = NEW
        self.path: list[str] = []

    def go(self, new: str, sides: set[Side]) -> None:
        listed = new == self.state or any(new in TRANSITIONS[s][self.state] for s in sides)
        try:
            check_state(self.state, new, sides)
        except (Conflict, Forbidden):
            assert not listed
            return
        assert listed
        if new != self.state:
            self.path.append(new)
        self.state = new

    @rule(new=st.sampled_from(SessionState), side=st.sampled_from(Side))
    def one(self, new: str, side: Side) -> None:
        self.go(new, {side})

    @rule(new=st.sampled_from(SessionState))
    def both(self, new: str) -> None:
        self.go(new, set(Side))

    @precondition(lambda self: self.state != NEW)
    @rule(new=st.sampled_from(SessionState))
    def nobody(self, new: str) -> None:
        before = self.state
        self.go(new, set())
        assert self.state == before

    def teardown(self) -> None:
        # No way leads back to a draft, nor from a proposal straight to being canceled.
        assert "draft" not in self.path[1:]
        for old, new in pairwise(self.path):
            assert (old, new) not in {("pending", "canceled"), ("rejected", "canceled")}


TestLife = Life.TestCase
TestLife.settings = settings(max_examples=40)
