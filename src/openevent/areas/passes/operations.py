"""Signing tickets, issuing them anew, and the keys for it."""

from __future__ import annotations

from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert

from openevent.areas.passes.domain_events import PassReissued
from openevent.areas.passes.models import Pass, TicketKey
from openevent.areas.passes.queries import Seat
from openevent.areas.passes.rules import SOLD, qr_content, validity
from openevent.errors import Conflict
from openevent.services.signing import Claims, key_id, public_bytes, sign
from openevent.services.signing_vault import KeyVault
from openevent.work.unit import UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedPass:
    """A ticket in both of its forms, with what the signed one says."""

    qr: str
    signed: str
    key_id: str
    claims: Claims


def signed_pass(work: UnitOfWork, seat: Seat) -> SignedPass:
    """Return the ticket of a seat. Only what is sold has one."""
    if seat.order_status not in SOLD:
        raise Conflict("Tickets are issued when the order is placed or completed.", code="not-sold")
    valid_from, valid_until = validity(seat.starts_at, seat.ends_at)
    claims = Claims(
        event_id=seat.event_id,
        attendee_id=seat.attendee_id,
        ticket_id=seat.ticket_id,
        order_identifier=seat.order_identifier,
        revision=seat.revision,
        valid_from=valid_from,
        valid_until=valid_until,
    )
    key = signing_key(work)
    return SignedPass(
        qr=qr_content(seat.order_identifier, seat.attendee_id),
        signed=sign(claims, work.port(KeyVault).open(key.sealed_key)),
        key_id=key.kid,
        claims=claims,
    )


def issue_anew(work: UnitOfWork, seat: Seat) -> int:
    """Make every ticket of a seat that is out there worthless; return the number of the next."""
    first = insert(Pass).values(attendee_id=seat.attendee_id, revision=2)
    revision = work.db.scalar(
        first.on_conflict_do_update(
            index_elements=["attendee_id"],
            set_={"revision": Pass.revision + 1, "version": Pass.version + 1},
        ).returning(Pass.revision)
    )
    work.record(PassReissued(attendee_id=seat.attendee_id, order_id=seat.order_id))
    return int(revision or 0)


def signing_key(work: UnitOfWork) -> TicketKey:
    """Return the key that signs now. Who needs one first makes it, once."""
    current = select(TicketKey).where(TicketKey.is_current)
    found = work.db.scalar(current)
    if found is None:
        work.db.execute(insert(TicketKey).values(**_new_key(work)).on_conflict_do_nothing())
        found = work.db.scalars(current).one()
    return found


def rotate_keys(work: UnitOfWork) -> str:
    """Sign with a new key from now on, and return its id; what was signed stays good."""
    retired = {"is_current": False, "retired_at": work.now(), "version": TicketKey.version + 1}
    work.db.execute(update(TicketKey).where(TicketKey.is_current).values(retired))
    values = _new_key(work)
    work.db.execute(insert(TicketKey).values(**values))
    return str(values["kid"])


def _new_key(work: UnitOfWork) -> dict[str, object]:
    key = Ed25519PrivateKey.generate()
    public = public_bytes(key)
    return {
        "kid": key_id(public),
        "public_key": public,
        "sealed_key": work.port(KeyVault).seal(key),
        "is_current": True,
    }
