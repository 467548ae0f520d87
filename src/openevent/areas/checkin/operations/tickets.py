"""What scanned codes claim: plain ones, signed ones, and attendees picked from a list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy.orm import Session as Database

from openevent.areas.checkin.operations.places import Sighting
from openevent.areas.checkin.rules import Claim, is_signed, read_code, read_signed
from openevent.areas.passes.queries import public_keys


def read_claims(db: Database, event_id: int, sightings: Sequence[Sighting]) -> dict[str, Claim]:
    """Return what each sighting claims, by the client's id; the keys are read if need be."""
    signed = any(is_signed(sighting.code or "") for sighting in sightings)
    keys = public_keys(db) if signed else {}
    return {s.client_id: _claim(s, event_id, keys) for s in sightings}


def _claim(sighting: Sighting, event_id: int, keys: Mapping[str, bytes]) -> Claim:
    if sighting.attendee_id is not None:
        return Claim(attendee_id=sighting.attendee_id)
    code = sighting.code or ""
    if is_signed(code):
        return read_signed(code, keys, sighting.happened_at, event_id)
    return read_code(code)
