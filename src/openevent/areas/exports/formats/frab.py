"""The schedule XML of pentabarf and frab, which schedule apps and recording teams read.

Its rules are those of the schema that the video operation centre of the CCC publishes
(``schedule.xml.xsd``): among them days of rooms of talks, ``HH:MM`` for start and duration,
identifiers and slugs that are unique.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime, time, timedelta
from uuid import NAMESPACE_URL, uuid5
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from slugify import slugify

from openevent.areas.exports.formats.schedule import Schedule, Talk, speakable

CONTENT_TYPE = "application/xml; charset=utf-8"
#: A talk before this hour belongs to the night of the day before.
DAY_CHANGE = time(4)
_LONGEST = timedelta(hours=99, minutes=59)
_NO_ROOM = "No room yet"


def to_frab(schedule: Schedule) -> bytes:
    """Return an event's talks as an XML document. Cancelled ones are not in it."""
    root = Element("schedule")
    days = _by_day(schedule)
    _add(root, "version", schedule.version or f"{schedule.changed_at:%Y-%m-%d %H:%M}")
    conference = SubElement(root, "conference")
    _add(conference, "title", schedule.name)
    _add(conference, "acronym", schedule.identifier)
    first, last = (
        at.astimezone(schedule.zone).date() for at in (schedule.starts_at, schedule.ends_at)
    )
    _add(conference, "start", first.isoformat())
    _add(conference, "end", last.isoformat())
    _add(conference, "days", str((last - first).days + 1))
    _add(conference, "timeslot_duration", "00:05")
    # A schedule has at least one day, whether or not something is planned on it.
    for index, day in enumerate(sorted(days) or [first], start=1):
        _add_day(root, schedule, index, day, days.get(day, []))
    indent(root)
    text: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return text


def _by_day(schedule: Schedule) -> dict[date, list[Talk]]:
    change = timedelta(hours=DAY_CHANGE.hour)
    days: dict[date, list[Talk]] = defaultdict(list)
    for talk in schedule.talks:
        if not talk.is_cancelled:
            local = talk.starts_at.astimezone(schedule.zone).replace(tzinfo=None)
            days[(local - change).date()].append(talk)
    return days


def _add_day(root: Element, schedule: Schedule, index: int, day: date, talks: list[Talk]) -> None:
    start = datetime.combine(day, DAY_CHANGE, schedule.zone)
    end = datetime.combine(day + timedelta(days=1), DAY_CHANGE, schedule.zone)
    element = SubElement(
        root,
        "day",
        index=str(index),
        date=day.isoformat(),
        start=start.isoformat(),
        end=end.isoformat(),
    )
    rooms: dict[str, list[Talk]] = defaultdict(list)
    for talk in talks:
        rooms[talk.room or _NO_ROOM].append(talk)
    for name, its in rooms.items():
        room = SubElement(element, "room", name=speakable(name))
        for talk in its:
            _add_talk(room, schedule, name, talk)


def _add_talk(room: Element, schedule: Schedule, room_name: str, talk: Talk) -> None:
    starts_at = talk.starts_at.astimezone(schedule.zone)
    element = SubElement(
        room, "event", id=str(talk.id), guid=str(uuid5(NAMESPACE_URL, schedule.uid_of(talk)))
    )
    _add(element, "date", starts_at.isoformat(timespec="seconds"))
    _add(element, "start", f"{starts_at:%H:%M}")
    _add(element, "duration", _hours_and_minutes(talk.ends_at - talk.starts_at))
    _add(element, "room", room_name)
    _add(element, "slug", slugify(f"{schedule.identifier} {talk.id} {talk.title}", max_length=80))
    _add(element, "title", talk.title)
    _add(element, "subtitle", talk.subtitle)
    _add(element, "track", talk.track)
    _add(element, "type", talk.kind)
    _add(element, "language", talk.language)
    _add(element, "abstract", talk.abstract)
    _add(element, "description", talk.description)
    recording = SubElement(element, "recording")
    _add(recording, "license", "")
    _add(recording, "optout", "false")
    persons = SubElement(element, "persons")
    for person in talk.persons:
        SubElement(persons, "person", id=str(person.id)).text = speakable(person.name)
    links = SubElement(element, "links")
    for link in talk.links:
        SubElement(links, "link", href=speakable(link.href)).text = speakable(link.title)


def _hours_and_minutes(length: timedelta) -> str:
    minutes = min(length, _LONGEST) // timedelta(minutes=1)
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _add(parent: Element, name: str, text: str) -> None:
    SubElement(parent, name).text = speakable(text)
