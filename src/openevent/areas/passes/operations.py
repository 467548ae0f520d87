"""Signing tickets, issuing them anew, and the keys for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import ColumnElement, and_, func, null, select, update
from sqlalchemy.dialects.postgresql import insert

from openevent.areas.orders.models import Attendee, Order
from openevent.areas.orders.rules.states import SOLD
from openevent.areas.orders.stock import lock_order
from openevent.areas.passes.domain_events import PassReissued, TicketsIssued
from openevent.areas.passes.models import Pass, TicketKey
from openevent.areas.passes.queries import Seat, seats_where
from openevent.areas.passes.rules import period_in_words, price_in_words, qr_content, validity
from openevent.errors import Conflict
from openevent.services import pdf
from openevent.services.languages import Catalogue
from openevent.services.media_urls import MediaURLs
from openevent.services.signing import Claims, key_id, public_bytes, sign
from openevent.services.signing_vault import KeyVault
from openevent.services.storage import Storage
from openevent.work.unit import UnitOfWork

#: How long papers are kept after they were made.
PAPERS_KEPT: Final = timedelta(days=30)


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


def reissue_ticket(work: UnitOfWork, attendee_id: int) -> None:
    """Make the tickets of a seat worthless that went to who had it before, if it is sold."""
    for seat in seats_where(work, and_(Attendee.id == attendee_id, Order.status.in_(SOLD))):
        issue_anew(work, seat)


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


def ticket_pdf(work: UnitOfWork, seats: Sequence[Seat]) -> bytes:
    """Return the tickets of seats of one order, a page each, as they are now."""
    return _printed(work, _paper(work, seats))


def order_tickets_file(work: UnitOfWork, order_id: int) -> tuple[str, bytes] | None:
    """Return the name and the content of an order's tickets, or nothing: it has none."""
    return _file(work, Attendee.order_id == order_id, "tickets-{0.order_identifier}.pdf")


def attendee_ticket_file(work: UnitOfWork, attendee_id: int) -> tuple[str, bytes] | None:
    """Return the name and the content of an attendee's ticket, or nothing: there is none."""
    here = Attendee.id == attendee_id
    return _file(work, here, "ticket-{0.order_identifier}-{0.attendee_id}.pdf")


def _file(work: UnitOfWork, here: ColumnElement[bool], name: str) -> tuple[str, bytes] | None:
    seats = seats_where(work, and_(here, Order.status.in_(SOLD)))
    return (name.format(seats[0]), ticket_pdf(work, seats)) if seats else None


def _printed(work: UnitOfWork, paper: dict[str, Any]) -> bytes:
    return pdf.stored(work.ports[Storage], "tickets", paper, _with_codes)


def _with_codes(paper: Mapping[str, Any]) -> dict[str, Any]:
    """Draw the codes of tickets: some hundredths of a second each, and orders have many."""
    drawn = [
        {**page, "qr": pdf.qr_svg(page["code"]), "signed": pdf.qr_svg(page["signed"])}
        for page in paper["tickets"]
    ]
    return {**paper, "tickets": drawn}


def _paper(work: UnitOfWork, seats: Sequence[Seat]) -> dict[str, Any]:
    first = seats[0]
    language = pdf.TRANSLATIONS.choose(first.language)
    online = language.say("online", {})[""] if first.online else None
    return {
        "language": language.tag,
        "labels": language.say("tickets", {}),
        "title": language.say("tickets-title", {"event": first.event_name})[""],
        "event": first.event_name,
        "time": period_in_words(first.starts_at, first.ends_at, first.timezone, language),
        "place": first.location_name or online,
        "organizer": first.owner_name,
        "order": first.order_identifier,
        "tickets": [_page(signed_pass(work, seat), seat, language) for seat in seats],
    }


def _page(ticket: SignedPass, seat: Seat, language: Catalogue) -> dict[str, Any]:
    return {
        "name": " ".join(filter(None, (seat.firstname, seat.lastname))),
        "ticket": seat.ticket_name,
        "price": price_in_words(seat.price, seat.currency, language),
        "code": ticket.qr,
        "signed": ticket.signed,
        "issue": language.say("issue", {"number": str(seat.revision)})[""],
    }


def issue_tickets(work: UnitOfWork, order_id: int) -> None:
    """Make the papers of an order that was placed or completed, and say where they are.

    That takes a while, in which the order may change: it is locked when they are made.
    """
    seats = seats_where(work, and_(Order.id == order_id, Order.status.in_(SOLD)))
    if not seats:
        return
    paper = _paper(work, seats)
    for page in paper["tickets"]:
        _printed(work, {**paper, "tickets": [page]})
    _printed(work, paper)
    order = lock_order(work, order_id)
    if order.status not in SOLD:
        return
    base = work.port(MediaURLs).base_url
    order.tickets_pdf_url = f"{base}/v1/orders/{order.identifier}/tickets-pdf"
    address = func.concat(f"{base}/v1/orders/attendees/", Attendee.id, ".pdf")
    _name_papers(work, order_id, address)
    work.record(TicketsIssued(order_id=order_id, revision=max(seat.revision for seat in seats)))


def withdraw_tickets(work: UnitOfWork, order_id: int) -> None:
    """Name no papers any more in an order that was called off; nobody can fetch them."""
    if work.db.get(Order, order_id) is None:
        return
    order = lock_order(work, order_id)
    if order.status not in SOLD:
        order.tickets_pdf_url = None
        _name_papers(work, order_id, null())


def _name_papers(work: UnitOfWork, order_id: int, address: ColumnElement[Any]) -> None:
    work.db.execute(
        update(Attendee)
        .where(Attendee.order_id == order_id, Attendee.pdf_url.is_distinct_from(address))
        .values(pdf_url=address, version=Attendee.version + 1)
        .execution_options(synchronize_session=False)
    )


def forget_old_papers(work: UnitOfWork) -> None:
    """Take papers from the storage that were made long ago; who wants one has it made again."""
    storage: Storage = work.ports[Storage]
    before = work.now() - PAPERS_KEPT
    folder = f"{pdf.FOLDER}/"
    storage.delete(key for key in storage.older_than(before) if key.startswith(folder))
