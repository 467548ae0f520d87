"""An event's programme as the formats below see it: plain values, no rows, no HTML."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

#: What neither XML 1.0 (§ 2.2) nor iCalendar (RFC 5545 § 3.1) can carry.
_UNSPEAKABLE = re.compile(
    "[^\t\n\r\u0020-\u007e\u0085\u00a0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"
)


@dataclass(frozen=True, slots=True)
class Person:
    """Who speaks."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class Link:
    """A page about a talk."""

    title: str
    href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Talk:
    """A session with a time. ``sequence`` grows with every change (RFC 5545 § 3.8.7.4)."""

    id: int
    sequence: int
    changed_at: datetime
    starts_at: datetime
    ends_at: datetime
    title: str
    subtitle: str = ""
    abstract: str = ""
    description: str = ""
    room: str = ""
    track: str = ""
    kind: str = ""
    language: str = ""
    url: str = ""
    persons: tuple[Person, ...] = ()
    links: tuple[Link, ...] = ()
    #: It was in the schedule once, and will not take place.
    is_cancelled: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """An event and its talks, in the order of their times."""

    identifier: str
    sequence: int
    changed_at: datetime
    starts_at: datetime
    ends_at: datetime
    timezone: str
    name: str
    version: str = ""
    description: str = ""
    location: str = ""
    geo: tuple[float, float] | None = None
    url: str = ""
    talks: tuple[Talk, ...] = ()

    @property
    def zone(self) -> ZoneInfo:
        """The zone of the clocks at the venue."""
        return ZoneInfo(self.timezone)

    @property
    def uid(self) -> str:
        """The name of the event in calendars. It never changes."""
        return f"event-{self.identifier}@openevent"

    def uid_of(self, talk: Talk) -> str:
        """Return the name of a talk in calendars. It never changes."""
        return f"session-{talk.id}-{self.identifier}@openevent"


def speakable(text: str) -> str:
    """Return a text without the characters that the formats cannot carry."""
    return _UNSPEAKABLE.sub("", text)
