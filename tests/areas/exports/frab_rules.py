"""The rules of the published schema of schedule XML, each as a check of its own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime
from itertools import chain
from xml.etree.ElementTree import Element

SCHEDULE = ["version", "conference"]
CONFERENCE = {"title", "acronym", "start", "end", "days", "timeslot_duration"}
NEEDED = {
    *("room", "title", "type", "date", "start", "duration", "abstract", "slug", "subtitle"),
    "track",
}
ALLOWED = NEEDED | {"persons", "language", "description", "recording", "links"}
DURATION = re.compile(r"[0-9]{1,2}:[0-9]{2}|[0-9]{1,2}:[0-9]{2}:[0-9]{1,2}")
START = re.compile(r"[0-2][0-9]:[0-5][0-9]|[0-2][0-9]:[0-5][0-9]:[0-5][0-9]")
POSITIVE = re.compile(r"[1-9][0-9]*")


def broken_rules(root: Element) -> list[str]:
    """Return what is wrong with a document, in words; nothing is as it should be."""
    return [*chain(_of_schedule(root), _of_days(root), _of_uniqueness(root))]


def _of_schedule(root: Element) -> Iterator[str]:
    if root.tag != "schedule":
        yield f"the root is {root.tag}"
    names = [child.tag for child in root]
    days = names[len(SCHEDULE) :]
    if names[: len(SCHEDULE)] != SCHEDULE or set(days) != {"day"}:
        yield f"schedule has {names}"
    conference = root.find("conference")
    members = [] if conference is None else [child.tag for child in conference]
    if len(members) != len(set(members)) or not {"title", "acronym"} <= set(members) <= CONFERENCE:
        yield f"conference has {members}"
    for name in ("start", "end"):
        date.fromisoformat(root.findtext(f"conference/{name}", "2000-01-01"))
    int(root.findtext("conference/days", "1"))
    if not DURATION.fullmatch(root.findtext("conference/timeslot_duration", "00:05")):
        yield "timeslot_duration is no duration"


def _of_days(root: Element) -> Iterator[str]:
    for day in root.iter("day"):
        if {child.tag for child in day} - {"room"}:
            yield "a day has more than rooms"
        date.fromisoformat(day.get("date", ""))
        datetime.fromisoformat(day.get("start", ""))
        datetime.fromisoformat(day.get("end", ""))
        if not POSITIVE.fullmatch(day.get("index", "")):
            yield "the index of a day is not positive"
        for room in day:
            if {child.tag for child in room} - {"event"}:
                yield "a room has more than events"
            for event in room:
                yield from _of_event(event, room.get("name", ""))


def _of_event(event: Element, room: str) -> Iterator[str]:
    members = [child.tag for child in event]
    if len(members) != len(set(members)) or not set(members) >= NEEDED or set(members) - ALLOWED:
        yield f"event has {members}"
    if not POSITIVE.fullmatch(event.get("id", "")):
        yield "the id of an event is not positive"
    if event.findtext("room") != room:
        yield "an event names another room than the one it is in"
    datetime.fromisoformat(event.findtext("date", ""))
    if not START.fullmatch(event.findtext("start", "")):
        yield f"start is {event.findtext('start')!r}"
    if not DURATION.fullmatch(event.findtext("duration", "")):
        yield f"duration is {event.findtext('duration')!r}"
    for person in event.iterfind("persons/*"):
        if person.tag != "person" or not POSITIVE.fullmatch(person.get("id", "")):
            yield "a person has no id"


def _of_uniqueness(root: Element) -> Iterator[str]:
    events = [*root.iter("event")]
    for name, values in (
        ("id", [event.get("id") for event in events]),
        ("guid", [event.get("guid") for event in events]),
        ("slug", [event.findtext("slug") for event in events]),
    ):
        if len(values) != len(set(values)):
            yield f"two events have the same {name}"
