"""Tickets in hand: the codes of one, and the keys that scanners verify them with."""

from __future__ import annotations

from typing import Any, ClassVar, Final

import orjson
from falcon import Request, Response

from openevent.areas.events.policy import RUN_BY_ORGANIZERS
from openevent.areas.identity.endpoints import work_of, work_of_somebody
from openevent.areas.orders.models import Attendee
from openevent.areas.passes.operations import (
    SignedPass,
    issue_anew,
    signed_pass,
    signing_key,
    ticket_pdf,
)
from openevent.areas.passes.queries import find_seat, find_seats, public_keys
from openevent.errors import Forbidden
from openevent.http.routes import Context, Route
from openevent.jsonapi.files import answer
from openevent.services.signing import jwk
from openevent.work.principal import Who
from openevent.work.unit import UnitOfWork

#: RFC 7517 § 8.5.2.
_KEY_SET: Final = "application/jwk-set+json"
_PDF: Final = "application/pdf"


class AttendeePass:
    """``/v1/attendees/{id}/pass``: the ticket of an attendee, as QR contents."""

    speaks: ClassVar[str] = "application/json"
    idempotent: ClassVar[bool] = True

    def __init__(self, _: Context) -> None:
        pass

    def on_get(self, req: Request, resp: Response, id: str) -> None:  # noqa: A002
        work = work_of_somebody(req)
        resp.media = _shown(signed_pass(work, find_seat(work, id)))
        resp.set_header("Cache-Control", "private, no-store")

    def on_post(self, req: Request, resp: Response, id: str) -> None:  # noqa: A002
        """Issue the ticket anew: whatever was printed or copied before is refused."""
        work = work_of_somebody(req)
        seat = find_seat(work, id)
        if not _runs_event_of(work, seat.attendee_id):
            raise Forbidden("Only those who run the event issue a ticket anew.")
        signed_pass(work, seat)  # refuses what has no ticket
        issue_anew(work, seat)
        resp.media = _shown(signed_pass(work, find_seat(work, id)))


class AttendeeTicket:
    """``GET /v1/orders/attendees/{id}.pdf``: the printed ticket of one attendee."""

    speaks: ClassVar[str] = _PDF
    authenticates: ClassVar[bool] = True

    def __init__(self, _: Context) -> None:
        pass

    def on_get(self, req: Request, resp: Response, id: str) -> None:  # noqa: A002
        work = work_of_somebody(req)
        seat = find_seat(work, id)
        name = f"ticket-{seat.order_identifier}-{seat.attendee_id}.pdf"
        answer(req, resp, ticket_pdf(work, [seat]), _PDF, name)


class OrderTickets:
    """``GET /v1/orders/{id}/tickets-pdf``: the printed tickets of an order.

    The buyer and those who run the event get all of them, an attendee their own.
    """

    speaks: ClassVar[str] = _PDF
    authenticates: ClassVar[bool] = True

    def __init__(self, _: Context) -> None:
        pass

    def on_get(self, req: Request, resp: Response, id: str, rest: str = "") -> None:  # noqa: A002
        work = work_of_somebody(req)
        seats = find_seats(work, f"{id}-{rest}" if rest else id)
        name = f"tickets-{seats[0].order_identifier}.pdf"
        answer(req, resp, ticket_pdf(work, seats), _PDF, name)


class TicketKeys:
    """``GET /v1/ticket-keys``: the public keys of all signed tickets, as JWK Set (RFC 7517)."""

    speaks: ClassVar[str] = _KEY_SET

    def __init__(self, _: Context) -> None:
        pass

    def on_get(self, req: Request, resp: Response) -> None:
        work = work_of(req)
        signing_key(work)  # the first who asks has one made
        keys = [jwk(public) for public in public_keys(work.db).values()]
        answer(req, resp, orjson.dumps({"keys": keys}), _KEY_SET, is_public=True)


def _runs_event_of(work: UnitOfWork, attendee_id: int) -> bool:
    who = Who(work.principal.audience)
    runs = RUN_BY_ORGANIZERS.changeable(who, Attendee)
    return bool(
        work.db.scalar(
            Attendee.__table__.select().with_only_columns(runs).where(Attendee.id == attendee_id),
            work.principal.parameters(),
        )
    )


def _shown(ticket: SignedPass) -> dict[str, Any]:
    claims = ticket.claims
    return {
        "qr": ticket.qr,
        "signed": ticket.signed,
        "key_id": ticket.key_id,
        "event_id": claims.event_id,
        "attendee_id": claims.attendee_id,
        "ticket_id": claims.ticket_id,
        "order_identifier": claims.order_identifier,
        "revision": claims.revision,
        "valid_from": claims.valid_from.isoformat().replace("+00:00", "Z"),
        "valid_until": claims.valid_until.isoformat().replace("+00:00", "Z"),
    }


ROUTES: Final = (
    Route("/v1/attendees/{id}/pass", AttendeePass),
    Route("/v1/ticket-keys", TicketKeys),
    Route("/v1/orders/attendees/{id}.pdf", AttendeeTicket),
    Route("/v1/orders/{id}/tickets-pdf", OrderTickets),
    # An order's identifier is a UUID: its dashes tell it from the id of a ticket.
    Route("/v1/tickets/{id}-{rest}", OrderTickets),
)
