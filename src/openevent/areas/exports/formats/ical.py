"""iCalendar (RFC 5545): an event, its talks, or some of them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import chain

from icalendar import Calendar, Event, vText

from openevent.areas.exports.formats.schedule import Schedule, Talk, speakable

CONTENT_TYPE = "text/calendar; charset=utf-8"
#: The name of the program that wrote it (RFC 5545 § 3.7.3).
_PRODUCT = "-//Open Event//Open Event API Server//EN"
#: How far the rules of a time zone are written beyond the first and the last time.
_MARGIN = timedelta(days=1)


def to_ical(calendar: Calendar) -> bytes:
    """Return the text that calendar programs read."""
    text: bytes = calendar.to_ical()
    return text


def event_calendar(schedule: Schedule) -> Calendar:
    """Return a calendar with one entry: the whole event."""
    return _calendar(schedule.name, [_whole(schedule)])


def schedule_calendar(schedule: Schedule) -> Calendar:
    """Return a calendar with the event and an entry for each talk."""
    return _calendar(
        schedule.name,
        [_whole(schedule), *(_entry(schedule, talk) for talk in schedule.talks)],
    )


def talks_calendar(name: str, schedules: Iterable[Schedule]) -> Calendar:
    """Return a calendar with the talks of one or several events, without the events."""
    entries = ((_entry(schedule, talk) for talk in schedule.talks) for schedule in schedules)
    return _calendar(name, list(chain.from_iterable(entries)))


def _calendar(name: str, entries: list[Event]) -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", _PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    # Read by the published programs of Apple, Google, Microsoft and Mozilla.
    calendar.add("x-wr-calname", vText(speakable(name)))
    for entry in entries:
        calendar.add_component(entry)
    times = [at for entry in entries for at in (entry.start, entry.end) if isinstance(at, datetime)]
    if times:
        calendar.add_missing_timezones((min(times) - _MARGIN).date(), (max(times) + _MARGIN).date())
    return calendar


def _whole(schedule: Schedule) -> Event:
    entry = _stamped(schedule.uid, schedule.sequence, schedule.changed_at)
    entry.add("summary", speakable(schedule.name))
    entry.add("dtstart", schedule.starts_at.astimezone(schedule.zone))
    entry.add("dtend", schedule.ends_at.astimezone(schedule.zone))
    entry.add("status", "CONFIRMED")
    # The event as a whole leaves its visitors' time free for its talks.
    entry.add("transp", "TRANSPARENT")
    _add_text(entry, "description", schedule.description)
    _add_text(entry, "location", schedule.location)
    _add_text(entry, "url", schedule.url)
    if schedule.geo:
        entry.add("geo", schedule.geo)
    return entry


def _entry(schedule: Schedule, talk: Talk) -> Event:
    entry = _stamped(schedule.uid_of(talk), talk.sequence, talk.changed_at)
    entry.add("summary", speakable(talk.title))
    entry.add("dtstart", talk.starts_at.astimezone(schedule.zone))
    entry.add("dtend", talk.ends_at.astimezone(schedule.zone))
    entry.add("status", "CANCELLED" if talk.is_cancelled else "CONFIRMED")
    entry.add("transp", "TRANSPARENT" if talk.is_cancelled else "OPAQUE")
    names = ", ".join(person.name for person in talk.persons)
    texts = (talk.subtitle, names, talk.abstract or talk.description)
    _add_text(entry, "description", "\n\n".join(text for text in texts if text))
    _add_text(entry, "location", ", ".join(part for part in (talk.room, schedule.location) if part))
    _add_text(entry, "url", talk.url)
    if labels := [speakable(label) for label in (talk.track, talk.kind) if label]:
        entry.add("categories", labels)
    if schedule.geo:
        entry.add("geo", schedule.geo)
    return entry


def _stamped(uid: str, sequence: int, changed_at: datetime) -> Event:
    """Return an entry with what calendars tell its versions apart by.

    DTSTAMP is the time of the last change too (RFC 5545 § 3.8.7.2 allows it without a
    METHOD), so that the same programme gives the same bytes, and clients a 304.
    """
    entry = Event()
    entry.add("uid", uid)
    entry.add("dtstamp", changed_at)
    entry.add("last-modified", changed_at)
    entry.add("sequence", sequence)
    return entry


def _add_text(entry: Event, name: str, text: str) -> None:
    if text:
        entry.add(name, speakable(text))
