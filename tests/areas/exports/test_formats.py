"""What calendar programs and schedule apps read: held against parsers that are not ours."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from xml.etree.ElementTree import Element, fromstring

import pytest
import vobject
from hypothesis import given, settings

from openevent.areas.exports.formats.frab import to_frab
from openevent.areas.exports.formats.ical import (
    event_calendar,
    schedule_calendar,
    talks_calendar,
    to_ical,
)
from openevent.areas.exports.formats.schedule import Schedule, Talk, speakable
from openevent.areas.exports.formats.xcal import to_xcal
from tests.areas.exports.frab_rules import broken_rules
from tests.areas.exports.programmes import BEGIN, CHANGED, schedules

XCAL = "{urn:ietf:params:xml:ns:icalendar-2.0}"
TALK = Talk(
    id=1,
    sequence=3,
    changed_at=CHANGED,
    starts_at=BEGIN,
    ends_at=BEGIN + timedelta(minutes=45),
    title="Commas, semicolons; and\nlines",
    room="Aula",
    track="Science",
)
SCHEDULE = Schedule(
    identifier="a5b1c2d3",
    sequence=7,
    changed_at=CHANGED,
    starts_at=BEGIN,
    ends_at=BEGIN + timedelta(days=2),
    timezone="Europe/Berlin",
    name="Open Tech Summit",
    geo=(52.5, 13.25),
    talks=(TALK,),
)


def entries_of(text: bytes) -> dict[str, vobject.base.Component]:
    calendar = vobject.readOne(text.decode())
    return {entry.uid.value: entry for entry in calendar.contents.get("vevent", [])}


@settings(max_examples=30)
@given(schedules())
def test_icalendar_reads_back_as_it_was_written(schedule: Schedule) -> None:
    entries = entries_of(to_ical(schedule_calendar(schedule)))
    assert set(entries) == {schedule.uid, *(schedule.uid_of(talk) for talk in schedule.talks)}
    for talk in schedule.talks:
        entry = entries[schedule.uid_of(talk)]
        assert entry.dtstart.value == talk.starts_at
        assert entry.dtend.value == talk.ends_at
        assert entry.status.value == ("CANCELLED" if talk.is_cancelled else "CONFIRMED")
        assert int(entry.sequence.value) == talk.sequence


def test_lines_are_folded_at_75_octets() -> None:
    long = replace(SCHEDULE, talks=(replace(TALK, title="Ümläute " * 40),))
    lines = to_ical(schedule_calendar(long)).split(b"\r\n")
    assert max(map(len, lines)) <= 75


def test_titles_keep_commas_semicolons_and_line_ends() -> None:
    (entry,) = entries_of(to_ical(talks_calendar("Mine", [SCHEDULE]))).values()
    assert entry.summary.value == TALK.title


def test_times_are_on_the_clocks_of_the_venue_with_their_zone() -> None:
    text = to_ical(talks_calendar("Mine", [SCHEDULE])).decode()
    assert "DTSTART;TZID=Europe/Berlin:20300501T110000\r\n" in text
    assert "BEGIN:VTIMEZONE\r\nTZID:Europe/Berlin\r\n" in text


def test_zones_change_their_clocks_within_an_event() -> None:
    at = datetime(2030, 3, 30, 12, tzinfo=UTC)
    before, after = (
        replace(
            TALK, id=n, starts_at=at + timedelta(days=n), ends_at=at + timedelta(days=n, hours=1)
        )
        for n in (0, 1)
    )
    entries = entries_of(
        to_ical(talks_calendar("Mine", [replace(SCHEDULE, talks=(before, after))]))
    )
    assert [entry.dtstart.value.hour for entry in entries.values()] == [13, 14]


def test_the_whole_event_does_not_block_its_visitors_time() -> None:
    (entry,) = entries_of(to_ical(event_calendar(SCHEDULE))).values()
    assert entry.transp.value == "TRANSPARENT"


def test_the_same_programme_gives_the_same_bytes() -> None:
    assert to_ical(schedule_calendar(SCHEDULE)) == to_ical(schedule_calendar(SCHEDULE))
    assert to_frab(SCHEDULE) == to_frab(SCHEDULE)


@settings(max_examples=30)
@given(schedules())
def test_xcal_says_what_icalendar_says(schedule: Schedule) -> None:
    calendar = schedule_calendar(schedule)
    entries = entries_of(to_ical(calendar))
    root = fromstring(to_xcal(calendar))  # noqa: S314 - our own
    found = [*root.iter(f"{XCAL}vevent")]
    assert [text_of(entry, "uid/text") for entry in found] == [*entries]
    for entry in found:
        twin = entries[text_of(entry, "uid/text")]
        assert text_of(entry, "status/text") == twin.status.value
        assert text_of(entry, "sequence/integer") == twin.sequence.value
        start = text_of(entry, "dtstart/date-time").removesuffix("Z")
        assert start == twin.dtstart.value.replace(tzinfo=None).isoformat()


def test_xcal_writes_places_in_two_members() -> None:
    (entry,) = fromstring(to_xcal(event_calendar(SCHEDULE))).iter(f"{XCAL}vevent")  # noqa: S314
    assert text_of(entry, "geo/latitude") == "52.5"
    assert text_of(entry, "geo/longitude") == "13.25"


def text_of(entry: Element, path: str) -> str:
    steps = "/".join(f"{XCAL}{step}" for step in ("properties", *path.split("/")))
    return entry.findtext(steps) or ""


@settings(max_examples=30)
@given(schedules())
def test_schedule_xml_keeps_the_rules_of_its_schema(schedule: Schedule) -> None:
    root = fromstring(to_frab(schedule))  # noqa: S314 - our own
    assert broken_rules(root) == []
    shown = {talk.id for talk in schedule.talks if not talk.is_cancelled}
    assert {int(event.get("id", "0")) for event in root.iter("event")} == shown


def test_schedule_xml_puts_the_night_with_the_day_before() -> None:
    late = replace(
        TALK, starts_at=BEGIN.replace(hour=23), ends_at=BEGIN.replace(hour=23, minute=50)
    )
    root = fromstring(to_frab(replace(SCHEDULE, talks=(late,))))  # noqa: S314
    (day,) = root.iter("day")
    assert day.get("date") == "2030-05-01"
    assert root.findtext("day/room/event/date") == "2030-05-02T01:00:00+02:00"
    assert root.findtext("day/room/event/start") == "01:00"


@pytest.mark.parametrize("break_it", ["slug", "start", "title"])
def test_the_rules_of_schedule_xml_can_be_broken(break_it: str) -> None:
    root = fromstring(to_frab(SCHEDULE))  # noqa: S314
    event = next(root.iter("event"))
    if break_it == "start":
        event.find("start").text = "noon"
    else:
        event.remove(event.find(break_it))
    assert broken_rules(root) != []


def test_characters_that_no_format_can_carry_are_left_out() -> None:
    assert speakable("a\x00b\x0bc\ud800d\ufffee\tf🎉") == "abcde\tf🎉"
