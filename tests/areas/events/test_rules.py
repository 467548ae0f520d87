"""The events area's rules, for all dates, names and texts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import chain, repeat

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openevent.areas.events.rules import (
    LONGEST,
    TIME_ZONES,
    check_dates,
    is_identifier,
    new_identifier,
    new_slug,
)
from openevent.errors import Invalid

moments = st.datetimes(
    min_value=datetime(1970, 1, 1),  # noqa: DTZ001 - the strategy adds the zone
    max_value=datetime(2200, 1, 1),  # noqa: DTZ001
    timezones=st.timezones(),
)
durations = st.timedeltas(min_value=timedelta(microseconds=1), max_value=LONGEST)
texts = st.text(max_size=12)


def _later(start: datetime, duration: timedelta) -> datetime:
    return start.astimezone(UTC) + duration


@given(start=moments, duration=durations)
def test_event_may_last_anything_up_to_twenty_days(start: datetime, duration: timedelta) -> None:
    check_dates(start, _later(start, duration))


@given(start=moments, duration=durations)
def test_event_may_not_end_before_or_when_it_starts(start: datetime, duration: timedelta) -> None:
    for end in (start, _later(start, -duration)):
        with pytest.raises(Invalid) as refusal:
            check_dates(start, end)
        assert refusal.value.error_code == "ends-before-start"
        assert refusal.value.source == {"pointer": "/data/attributes/ends-at"}


@given(start=moments, extra=durations)
def test_event_may_not_last_longer_than_twenty_days(start: datetime, extra: timedelta) -> None:
    with pytest.raises(Invalid) as refusal:
        check_dates(start, _later(start, LONGEST + extra))
    assert refusal.value.error_code == "too-long"


@given(text=st.one_of(texts, st.from_regex(r"[0-9a-f]{8}", fullmatch=True)))
def test_identifier_is_eight_hex_digits_and_never_a_number(text: str) -> None:
    expected = (
        len(text) == 8
        and all(character in "0123456789abcdef" for character in text)
        and any(character in "abcdef" for character in text)
    )
    assert is_identifier(text) is expected


@given(rejected=st.lists(st.sampled_from(["12345678", "", "aaaaaaaa"]), max_size=5))
def test_new_identifier_is_neither_a_number_nor_taken(rejected: list[str]) -> None:
    source = chain(rejected, repeat("0a1b2c3d"))
    assert new_identifier(lambda: next(source), {"aaaaaaaa"}.__contains__) == "0a1b2c3d"


@given(name=st.text(min_size=1, max_size=300), taken=st.booleans())
def test_slug_is_a_short_plain_part_of_an_address(name: str, taken: bool) -> None:
    slug = new_slug(name, lambda: "0a1b2c3d", lambda _: taken)
    assert 1 <= len(slug) <= 100
    assert set(slug) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
    assert slug.endswith("0a1b2c3d") or not taken


def test_slug_of_a_second_topic_of_the_same_name_differs() -> None:
    assert new_slug("Science & Technology", lambda: "0a1b2c3d", lambda _: False) == (
        "science-technology"
    )
    assert new_slug("Science & Technology", lambda: "0a1b2c3d", lambda _: True) == (
        "science-technology-0a1b2c3d"
    )


def test_time_zones_are_known_by_name() -> None:
    assert {"UTC", "Europe/Berlin", "Asia/Kolkata", "US/Eastern"} <= TIME_ZONES
    assert not {"", "Mars/Olympus", "+05:30"} & TIME_ZONES
