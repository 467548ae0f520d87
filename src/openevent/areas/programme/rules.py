"""Pure decisions about the programme: states, times, abstracts, colours."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from enum import StrEnum
from typing import Final

from openevent.errors import Conflict, Forbidden, Invalid

#: Of an order made by hand.
MAX_POSITION: Final = 1_000_000
#: Longest ``short-abstract``, in characters.
MAX_SHORT_ABSTRACT: Final = 200


class SessionState(StrEnum):
    """How far a session is on its way from a proposal into the programme."""

    DRAFT = "draft"
    PENDING = "pending"
    ACCEPTED = "accepted"
    CONFIRMED = "confirmed"
    REJECTED = "rejected"
    CANCELED = "canceled"
    WITHDRAWN = "withdrawn"


class Level(StrEnum):
    """How much a session expects its audience to know."""

    BEGINNER = "Beginner"
    INTERMEDIATE = "Intermediate"
    ADVANCED = "Advanced"
    EXPERT = "Expert"


#: What the public sees.
PUBLIC: Final = (SessionState.ACCEPTED, SessionState.CONFIRMED)
#: What takes up its room: what is in the programme, and what may still come into it.
OCCUPYING: Final = (SessionState.PENDING, *PUBLIC)
#: What speakers can be told of by mail.
MAILED: Final = frozenset(SessionState) - {SessionState.DRAFT, SessionState.PENDING}

_ELLIPSIS: Final = "\u2026"
#: What joins the character before it with the one after: nothing is cut there.
_JOINER: Final = "\u200d"


class Side(StrEnum):
    """As what somebody changes a session: who runs the event, or who speaks in it."""

    ORGANIZER = "organizer"
    SPEAKER = "speaker"


#: Where a session begins that is not there yet.
NEW: Final = "new"

_DRAFT, _PENDING, _ACCEPTED, _CONFIRMED, _REJECTED, _CANCELED, _WITHDRAWN = SessionState

#: Side -> state -> the states it may be brought into. The one table for new sessions and
#: for changes, for the server and, at ``/v1/sessions/states``, for its clients.
TRANSITIONS: Final[Mapping[Side, Mapping[str, tuple[SessionState, ...]]]] = {
    Side.ORGANIZER: {
        NEW: (_DRAFT, _PENDING, _ACCEPTED, _CONFIRMED),
        _DRAFT: (),
        _PENDING: (_WITHDRAWN, _ACCEPTED, _REJECTED, _CONFIRMED),
        _ACCEPTED: (_PENDING, _WITHDRAWN, _REJECTED, _CONFIRMED, _CANCELED),
        _CONFIRMED: (_PENDING, _WITHDRAWN, _ACCEPTED, _REJECTED, _CANCELED),
        _REJECTED: (_PENDING, _WITHDRAWN, _ACCEPTED, _CONFIRMED),
        _CANCELED: (_PENDING, _WITHDRAWN, _ACCEPTED, _REJECTED, _CONFIRMED),
        _WITHDRAWN: (_PENDING, _WITHDRAWN, _ACCEPTED, _REJECTED, _CANCELED),
    },
    Side.SPEAKER: {
        NEW: (_DRAFT, _PENDING),
        _DRAFT: (_PENDING,),
        _PENDING: (_WITHDRAWN,),
        _ACCEPTED: (_WITHDRAWN,),
        _CONFIRMED: (_WITHDRAWN,),
        _REJECTED: (_WITHDRAWN,),
        _CANCELED: (_WITHDRAWN,),
        _WITHDRAWN: (),
    },
}


def check_state(old: str, new: str, sides: Iterable[Side]) -> None:
    """Refuse to bring a session into a state that none of these sides may bring it into."""
    if old == new:
        return
    allowed = {state for side in sides for state in TRANSITIONS[side][old]}
    if new in allowed:
        return
    refusal = Forbidden if new in TRANSITIONS[Side.ORGANIZER][old] else Conflict
    raise refusal(
        f"You may not make a session {new} that is {old}. "
        f"What you may make it: {', '.join(sorted(allowed)) or 'nothing'}.",
        code="state-refused",
        pointer="/data/attributes/state",
    )


def check_times(starts_at: datetime | None, ends_at: datetime | None) -> None:
    """Refuse a session that ends before it starts."""
    if starts_at is not None and ends_at is not None and ends_at <= starts_at:
        raise Invalid(
            "The session must end after it starts.",
            code="ends-before-start",
            pointer="/data/attributes/ends-at",
        )


def check_is_ahead(starts_at: datetime | None, now: datetime) -> None:
    """Refuse a new session that has started already."""
    if starts_at is not None and starts_at <= now:
        raise Invalid(
            "A new session starts in the future.",
            code="in-the-past",
            pointer="/data/attributes/starts-at",
        )


def check_fields(names: Iterable[str], *, organizers_only: Mapping[str, str]) -> None:
    """Refuse changes that only those make who run the event."""
    for name in names:
        if name in organizers_only:
            raise Forbidden(
                f"Only those who run the event decide on {organizers_only[name]}.",
                code="organizers-only",
                pointer=_pointer(name),
            )


def _pointer(name: str) -> str:
    kind = "relationships" if name.endswith("_id") else "attributes"
    return f"/data/{kind}/{name.removesuffix('_id').replace('_', '-')}"


def shorten(words: str) -> str:
    """Return text of at most 200 characters: cut after a word, and marked with an ellipsis.

    Only a word that fills all of it is cut itself, and that never within a character
    that consists of several.
    """
    if len(words) <= MAX_SHORT_ABSTRACT:
        return words
    room = MAX_SHORT_ABSTRACT - len(_ELLIPSIS)
    at = words.rfind(" ", 0, room + 1)
    if at <= 0:
        at = room
        while at > 1 and (words[at - 1] == _JOINER or _continues(words[at])):
            at -= 1
    return words[:at].rstrip(" ,.;:-\u2013\u2014") + _ELLIPSIS


def _continues(character: str) -> bool:
    return character == _JOINER or unicodedata.category(character).startswith("M")


def font_color(color: str) -> str:
    """Return black or white, whichever is read better on a colour (WCAG 2 § 1.4.3)."""
    digits = color.removeprefix("#")
    if len(digits) == 3:
        digits = "".join(digit * 2 for digit in digits)
    red, green, blue = (_linear(int(digits[at : at + 2], 16) / 255) for at in (0, 2, 4))
    luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    return "#000000" if luminance > 0.179 else "#ffffff"


def _linear(share: float) -> float:
    return share / 12.92 if share <= 0.04045 else float(((share + 0.055) / 1.055) ** 2.4)


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """One session of a published schedule: what it is called, when and where it is."""

    id: int
    title: str
    starts_at: datetime
    ends_at: datetime | None = None
    microlocation_id: int | None = None
    room: str | None = None

    @property
    def place(self) -> tuple[datetime, datetime | None, int | None, str | None]:
        """When and where it is."""
        return self.starts_at, self.ends_at, self.microlocation_id, self.room


@dataclass(frozen=True, slots=True)
class ScheduleDiff:
    """What two versions of a schedule differ in; pairs are of the older and the newer slot."""

    added: tuple[Slot, ...]
    removed: tuple[Slot, ...]
    moved: tuple[tuple[Slot, Slot], ...]
    renamed: tuple[tuple[Slot, Slot], ...]


def difference(old: Iterable[Slot], new: Iterable[Slot]) -> ScheduleDiff:
    """Return what has changed between two versions of a schedule, by time."""
    before = {slot.id: slot for slot in old}
    after = {slot.id: slot for slot in sorted(new, key=_by_time)}
    both = [(before[id_], slot) for id_, slot in after.items() if id_ in before]
    return ScheduleDiff(
        added=tuple(slot for id_, slot in after.items() if id_ not in before),
        removed=tuple(sorted((s for s in before.values() if s.id not in after), key=_by_time)),
        moved=tuple((a, b) for a, b in both if a.place != b.place),
        renamed=tuple((a, b) for a, b in both if a.title != b.title),
    )


def _by_time(slot: Slot) -> tuple[datetime, int]:
    return slot.starts_at, slot.id


def told(diff: ScheduleDiff, zone: tzinfo) -> list[str]:
    """Return a difference in sentences, with the times of the event's zone."""
    return [
        *(f"New: {_named(s)}, {_placed(s, zone)}." for s in diff.added),
        *(f"Gone: {_named(s)}, which was {_placed(s, zone)}." for s in diff.removed),
        *(
            f"Moved: {_named(b)}, from {_placed(a, zone)} to {_placed(b, zone)}."
            for a, b in diff.moved
        ),
        *(f"Renamed: {_named(a)} is now {_named(b)}." for a, b in diff.renamed),
    ]


def _named(slot: Slot) -> str:
    return f"\u201c{slot.title}\u201d"


def _placed(slot: Slot, zone: tzinfo) -> str:
    start = slot.starts_at.astimezone(zone)
    words = f"{start.day} {start:%B %Y}, {start:%H:%M}"
    if slot.ends_at is not None:
        words += f"\u2013{slot.ends_at.astimezone(zone):%H:%M}"
    return f"{words} in {slot.room}" if slot.room else words
