"""Scanning: any number of scans of one event judged at once, each with its verdict.

The attendees that are scanned are locked first, by ascending id as everybody does, and
everything else is read after that: what was accepted before cannot change under the
verdicts. Scans of one upload are judged in the order in which they were made, and what a
client repeats gets the verdict that it had. Each step is one statement for all of them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from openevent.areas.checkin.models import Direction, Verdict
from openevent.areas.checkin.operations.facts import (
    Holder,
    ScanFacts,
    add_scans,
    lock_holders,
    new_ids,
    read_accepted,
    read_holders,
    read_scans,
)
from openevent.areas.checkin.operations.places import Placed, Sighting, place
from openevent.areas.checkin.operations.tickets import read_claims
from openevent.areas.checkin.rules import DOOR, Claim, Seen, admission, judge
from openevent.areas.events.models import Event
from openevent.areas.passes.queries import current_revisions
from openevent.errors import Conflict, DomainError
from openevent.work.unit import UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What became of one sighting: a scan with its verdict, or a refusal to take it.

    ``first`` is the accepted scan that a duplicate comes after; ``holder`` is whose ticket
    it is, known for tickets of this event only, and ``is_in`` whether they are in now.
    """

    sighting: Sighting
    refusal: DomainError | None = None
    scan: ScanFacts | None = None
    first: ScanFacts | None = None
    holder: Holder | None = None
    is_in: bool = False
    is_repeated: bool = False


def record_sightings(work: UnitOfWork, event: Event, sightings: Sequence[Sighting]) -> list[Told]:
    """Judge and keep scans of an event; return what became of each, in the order given."""
    places = place(work.db, event, sightings)
    placed = {p.sighting.client_id: p for p in reversed(places) if isinstance(p, Placed)}
    upload = _Upload(work, event, placed)
    upload.judge_new()
    return [
        upload.tell(p) if isinstance(p, Placed) else Told(sighting=sighting, refusal=p)
        for sighting, p in zip(sightings, places, strict=True)
    ]


class _Upload:
    """The scans of one upload, with everything that their verdicts depend on."""

    def __init__(self, work: UnitOfWork, event: Event, placed: Mapping[str, Placed]) -> None:
        self.work, self.event, self.placed = work, event, placed
        self.claims = read_claims(work.db, event.id, [p.sighting for p in placed.values()])
        ids = sorted({c.attendee_id for c in self.claims.values() if c.attendee_id is not None})
        lock_holders(work.db, event.id, ids)
        self.holders = read_holders(work.db, ids)
        signed = [c.attendee_id for c in self.claims.values() if c.revision and c.attendee_id]
        self.revisions = current_revisions(work.db, event.id, signed) if signed else {}
        self.known = read_scans(work.db, event.id, list(placed))
        self.repeated = set(self.known)
        self.accepted = {scan.id: scan for scan in read_accepted(work.db, ids)}
        self.histories: dict[tuple[int, str], list[Seen]] = defaultdict(list)
        self.is_in = {id_: holder.is_checked_in for id_, holder in self.holders.items()}
        for scan in self.accepted.values():
            self._remember(scan)

    def judge_new(self) -> None:
        """Judge what was not known before, in the order in which it happened, and keep it."""
        new = sorted(
            (p for key, p in self.placed.items() if key not in self.known),
            key=lambda p: (p.sighting.happened_at, p.sighting.client_id),
        )
        if not new:
            return
        ids = new_ids(self.work.db, len(new))
        scans = [self._judged(p, id_) for p, id_ in zip(new, ids, strict=True)]
        added = add_scans(self.work.db, scans)
        for scan in scans:
            self.known[scan.client_id] = scan
        if lost := [scan.client_id for scan in scans if scan.id not in added]:
            # The same upload is being taken at this moment, and was quicker.
            self.known |= read_scans(self.work.db, self.event.id, lost)
            self.repeated |= set(lost)

    def tell(self, p: Placed) -> Told:
        """Return what became of a sighting, this time or when it was first sent."""
        scan = self.known[p.sighting.client_id]
        if not p.is_same(scan):
            return Told(
                sighting=p.sighting,
                refusal=Conflict(
                    f"The id {p.sighting.client_id!r} belongs to another scan.", code="id-taken"
                ),
            )
        holder = self.holders.get(scan.ticket_holder_id or 0)
        is_first = p is self.placed[p.sighting.client_id]
        return Told(
            sighting=p.sighting,
            scan=scan,
            first=self.accepted.get(scan.first_id or 0),
            holder=holder,
            is_in=holder is not None and self.is_in[holder.id],
            is_repeated=scan.client_id in self.repeated or not is_first,
        )

    def _judged(self, p: Placed, id_: int) -> ScanFacts:
        sighting, claim = p.sighting, self.claims[p.sighting.client_id]
        holder = self.holders.get(claim.attendee_id or 0)
        verdict = self._refused(holder, claim)
        known = verdict not in (Verdict.UNKNOWN, Verdict.WRONG_EVENT)
        scan = ScanFacts(
            id=id_,
            client_id=sighting.client_id,
            event_id=self.event.id,
            ticket_holder_id=holder.id if holder is not None and known else None,
            station_id=sighting.station_id,
            session_id=sighting.session_id,
            user_id=self.work.principal.id,
            code=sighting.said,
            direction=p.direction,
            verdict=verdict or Verdict.ACCEPTED,
            lane=p.lane,
            device_id=sighting.device_id,
            device_name=sighting.device_name,
            is_offline=sighting.is_offline,
            scanned_at=sighting.scanned_at or sighting.happened_at,
            happened_at=sighting.happened_at,
            received_at=self.work.now(),
        )
        if verdict is not None or holder is None:
            return scan
        history = self.histories[holder.id, p.lane]
        judged = judge(p.direction, sighting.happened_at, history, is_offline=sighting.is_offline)
        scan = replace(scan, verdict=judged.verdict, turn=judged.turn, first_id=judged.first_id)
        if scan.turn is not None:
            self.accepted[scan.id] = scan
            self._remember(scan)
        return scan

    def _refused(self, holder: Holder | None, claim: Claim) -> Verdict | None:
        """Return why a ticket does not open any door here, if it does not."""
        if claim.verdict is not None:
            return claim.verdict
        if holder is None or claim.order_identifier not in (None, holder.order_identifier):
            return Verdict.UNKNOWN
        if holder.event_id != self.event.id:
            return Verdict.WRONG_EVENT
        if claim.revision and claim.revision < self.revisions.get(holder.id, 1):
            return Verdict.REVOKED
        return admission(holder.order_status, is_deleted=holder.is_deleted)

    def _remember(self, scan: ScanFacts) -> None:
        if scan.turn is None or scan.ticket_holder_id is None or scan.lane is None:
            return
        seen = Seen(scan.id, scan.turn, scan.happened_at)
        self.histories[scan.ticket_holder_id, scan.lane].append(seen)
        if scan.lane == DOOR:
            self.is_in[scan.ticket_holder_id] = seen.direction is Direction.IN
