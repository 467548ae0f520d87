"""Decisions at the door: pure functions of what is scanned and what was scanned before."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from zoneinfo import ZoneInfo

from openevent.areas.checkin.models import Direction, StationType, Verdict
from openevent.areas.orders.models import OrderStatus
from openevent.services.signing import PREFIX, Refusal, verify

#: The lane of everybody's way in and out of the event itself.
DOOR: Final = "door"
#: Most moments in one of the lists that published clients send.
MAX_MOMENTS: Final = 1000

_CLASSIC: Final = re.compile(r"([0-9A-Za-z][0-9A-Za-z-]{0,63})-([1-9][0-9]{0,18})", re.ASCII)
_UNPAID: Final = frozenset({OrderStatus.INITIALIZING, OrderStatus.PENDING, OrderStatus.PLACED})


@dataclass(frozen=True, slots=True)
class Seen:
    """An accepted scan, as what comes later is compared with it."""

    id: int
    turn: int
    happened_at: datetime

    @property
    def direction(self) -> Direction:
        """Odd turns go in, even ones out."""
        return Direction.IN if self.turn % 2 else Direction.OUT


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict, with the turn that an accepted scan takes or what a duplicate comes after."""

    verdict: Verdict
    turn: int | None = None
    first_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What is scanned claims: whose ticket it is, of which order, and which issue of it.

    ``verdict`` is what speaks against it already, before anybody is looked up.
    """

    attendee_id: int | None = None
    order_identifier: str | None = None
    revision: int = 0
    verdict: Verdict | None = None


_REFUSED: Final = {
    Refusal.MALFORMED: Verdict.UNKNOWN,
    Refusal.UNKNOWN_KEY: Verdict.UNKNOWN,
    Refusal.FORGED: Verdict.UNKNOWN,
    Refusal.WRONG_EVENT: Verdict.WRONG_EVENT,
    Refusal.REVOKED: Verdict.REVOKED,
    Refusal.NOT_YET_VALID: Verdict.NOT_VALID_NOW,
    Refusal.EXPIRED: Verdict.NOT_VALID_NOW,
}


def judge(
    direction: Direction, happened_at: datetime, history: Sequence[Seen], *, is_offline: bool
) -> Judgement:
    """Return what becomes of a scan, after what was accepted in the same lane, by turn.

    Whoever is out may go in, and whoever is in may go out. A scan that was made without
    network, and before the last accepted one, comes too late to change anything: history
    is not rewritten, and nobody is taken back to where they were. So the verdict depends
    on what was accepted and on the scan, never on which device is asked.
    """
    last = history[-1] if history else None
    came_too_late = is_offline and last is not None and happened_at < last.happened_at
    present = Direction.OUT if last is None else last.direction
    if direction is not present and not came_too_late:
        return Judgement(Verdict.ACCEPTED, turn=1 if last is None else last.turn + 1)
    same = [seen for seen in history if seen.direction is direction]
    if not same:
        return Judgement(Verdict.NOT_CHECKED_IN)
    return Judgement(Verdict.DUPLICATE, first_id=same[-1].id)


def admission(status: str, *, is_deleted: bool) -> Verdict | None:
    """Return why an attendee of an order may not be let in; ``None``: may."""
    if is_deleted or status in (OrderStatus.CANCELLED, OrderStatus.EXPIRED):
        return Verdict.REVOKED
    return Verdict.NOT_PAID if status in _UNPAID else None


def read_code(text: str) -> Claim:
    """Return what a classic QR code claims: ``<order identifier>-<attendee id>``."""
    found = _CLASSIC.fullmatch(text.strip())
    if found is None or int(found[2]) > 2**63 - 1:
        return Claim(verdict=Verdict.UNKNOWN)
    return Claim(attendee_id=int(found[2]), order_identifier=found[1])


def is_signed(text: str) -> bool:
    """Whether what was scanned is meant to prove itself."""
    return text.startswith(PREFIX)


def read_signed(text: str, keys: Mapping[str, bytes], moment: datetime, event_id: int) -> Claim:
    """Return what a signed ticket claims, as far as its signature and its times allow."""
    found = verify(text, keys, moment, event_id=event_id)
    if isinstance(found, Refusal):
        return Claim(verdict=_REFUSED[found])
    return Claim(
        attendee_id=found.attendee_id,
        order_identifier=found.order_identifier,
        revision=found.revision,
    )


def lane_of(
    station_type: str | None, session_id: int | None, moment: datetime, timezone: str
) -> str:
    """Return the lane of a scan: at stations, each day of the event's time zone is its own."""
    if station_type is None:
        return DOOR
    day = moment.astimezone(ZoneInfo(timezone)).date().isoformat()
    if station_type in (StationType.REGISTRATION, StationType.DAILY):
        return f"{station_type} {day}"
    return f"session {session_id} {day}"


def direction_at(station_type: str) -> Direction:
    """Return which way people go at a station."""
    return Direction.OUT if station_type == StationType.CHECK_OUT else Direction.IN


def read_moments(text: str | None) -> list[datetime]:
    """Return the moments of a comma-separated list; raise ``ValueError`` for anything else.

    Each is ISO 8601 with an offset, as published clients send them.
    """
    parts = [part.strip() for part in (text or "").split(",") if part.strip()]
    if len(parts) > MAX_MOMENTS:
        raise ValueError("too many moments")
    moments = [datetime.fromisoformat(part) for part in parts]
    if any(moment.tzinfo is None for moment in moments):
        raise ValueError("a moment has no offset")
    try:
        return [_to_milliseconds(moment.astimezone(UTC)) for moment in moments]
    except OverflowError as ex:
        raise ValueError("a moment is out of range") from ex


def news(sent: Iterable[datetime], known: Iterable[datetime]) -> list[datetime]:
    """Return the moments that are sent and not known yet, in the order sent."""
    seen = set(known)
    return [moment for moment in dict.fromkeys(sent) if moment not in seen]


def wished_direction(
    *, wants_in: bool, is_in: bool, sent: Sequence[datetime], known: Sequence[datetime]
) -> Direction:
    """Return which way a new moment in ``checkin-times`` goes: one attribute, two clients.

    The organizer's app replaces the list by one moment, for check-in and check-out alike,
    and says which with ``is-checked-in``. The web front end adds a moment to the list that
    it was given, means a check-in, and sends ``is-checked-in`` as it was before.
    """
    if wants_in:
        return Direction.IN
    is_appended = set(known) <= set(sent)
    return Direction.OUT if is_in or not is_appended else Direction.IN


def _to_milliseconds(moment: datetime) -> datetime:
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)
