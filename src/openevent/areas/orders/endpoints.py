"""Buying: routes that take plain JSON, in the shapes published clients send and read."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any, ClassVar, Final

from falcon import Request, Response

from openevent.areas.orders.operations.buying import create_order, quote
from openevent.areas.orders.operations.offers import Basket, Offer, Wish
from openevent.areas.orders.operations.resending import resend_mails, send_receipts
from openevent.areas.orders.queries import availability_statement
from openevent.areas.orders.rules.pricing import PricedLine
from openevent.areas.orders.schemas import MAX_LINES, MAX_SEATS, whole
from openevent.areas.ticketing.models import DiscountType
from openevent.db.engine import run_in
from openevent.errors import Invalid, Missing, Unauthenticated
from openevent.http.routes import Context, Route
from openevent.jsonapi.documents import MAX_ID, parse_id
from openevent.jsonapi.query import Query
from openevent.jsonapi.target import Root, Target
from openevent.work.unit import UnitOfWork

_MOST: Final = Decimal(99_999_999)
#: Of an identifier, in characters.
_LONGEST: Final = 100


class Endpoint:
    """Base of routes that take and give JSON."""

    speaks: ClassVar[str] = "application/json"

    def __init__(self, context: Context) -> None:
        self.engine = context.engine


class OrderCreation(Endpoint):
    """``POST /v1/orders/create-order``: seats held for the caller."""

    #: An ``Idempotency-Key`` makes a repeated request the same request.
    idempotent: ClassVar[bool] = True

    def on_post(self, req: Request, resp: Response) -> None:
        work: UnitOfWork = req.context.work
        if work.principal.is_anonymous:
            raise Unauthenticated("Log in to order.")
        order = create_order(work, read_basket(req.context.rpc_body()))
        document = self.engine.reader.read(
            run_in(work.db),
            work.principal,
            Target(root=Root.ITEM, resource=self.engine.registry["order"]),
            Query(),
            key=order.id,
            url=f"/v1/orders/{order.id}",
        )
        resp.data = document.body
        resp.set_header("ETag", document.etag)


class Quote(Endpoint):
    """``POST /v1/orders/calculate-amount``: what it would cost, nothing held."""

    def on_post(self, req: Request, resp: Response) -> None:
        resp.media = quoted(quote(req.context.work, read_basket(req.context.rpc_body())))


class MailsAgain(Endpoint):
    """``POST /v1/orders/resend-email``: the mails of an order to its buyer and attendees.

    Published clients also send ``user``, whose attempts their server counted; here those of
    the caller count.
    """

    idempotent: ClassVar[bool] = True

    def on_post(self, req: Request, resp: Response) -> None:
        data = req.context.rpc_body().get("data")
        sent = data if isinstance(data, dict) else {}
        order = resend_mails(req.context.work, _identifier(sent, "order", "/data/order"))
        message = f"The mails of order {order.identifier} are sent again."
        resp.media = {"status": True, "message": message}


class Receipts(Endpoint):
    """``POST /v1/attendees/send-receipt``: the tickets of an order to its attendees."""

    idempotent: ClassVar[bool] = True

    def on_post(self, req: Request, resp: Response) -> None:
        name = "order-identifier"
        send_receipts(req.context.work, _identifier(req.context.rpc_body(), name, f"/{name}"))
        resp.media = {"message": "receipt sent to attendees"}


class Availability(Endpoint):
    """``GET /v1/events/{id}/tickets/availability``: how many are left of each ticket."""

    def on_get(self, req: Request, resp: Response, id: str) -> None:  # noqa: A002
        principal = req.context.work.principal
        key: int | str | None = parse_id(id)
        if key is None:
            key = id
        sql = availability_statement(principal.audience, by_key=isinstance(key, str))
        rows = self.engine.pool.run(sql, {**principal.parameters(), "key": key})
        if not rows:
            raise Missing(f"There is no event {id[:64]!r}.")
        resp.set_header("Cache-Control", "no-store")
        resp.media = [
            {"id": id_, "name": name, "quantity": quantity, "available": left}
            for id_, name, quantity, left in rows
            if id_ is not None
        ]


def read_basket(body: dict[str, Any]) -> Basket:
    """Return what a body asks for; refuse what cannot be ordered by anybody (422)."""
    items = body.get("tickets")
    if not isinstance(items, list) or not 1 <= len(items) <= MAX_LINES:
        raise Invalid(f"tickets is a list of 1 to {MAX_LINES} tickets.", pointer="/tickets")
    wishes = tuple(_wish(item, f"/tickets/{n}") for n, item in enumerate(items))
    if len({wish.ticket_id for wish in wishes}) < len(wishes):
        raise Invalid("Name each ticket once.", pointer="/tickets")
    return Basket(
        wishes=wishes,
        discount_code=_code(body, "discount-code"),
        access_code=_code(body, "access-code"),
    )


def _identifier(sent: dict[str, Any], name: str, pointer: str) -> str:
    """Return the identifier of an order that a body names."""
    value = sent.get(name)
    if not isinstance(value, str) or not 0 < len(value) <= _LONGEST:
        raise Invalid(f"{name} is the identifier of an order.", pointer=pointer)
    return value


def _wish(item: Any, pointer: str) -> Wish:
    if not isinstance(item, dict):
        raise Invalid("Each ticket is an object with id and quantity.", pointer=pointer)
    id_, quantity = whole(item.get("id"), MAX_ID), whole(item.get("quantity", 1), MAX_SEATS)
    if id_ is None:
        raise Invalid("The id of a ticket is a number.", pointer=f"{pointer}/id")
    if quantity is None:
        raise Invalid(
            f"A quantity is a whole number from 1 to {MAX_SEATS}.", pointer=f"{pointer}/quantity"
        )
    return Wish(ticket_id=id_, quantity=quantity, price=_price(item.get("price"), pointer))


def _price(value: Any, pointer: str) -> Decimal | None:
    """Return what a buyer chose to give; only donations look at it."""
    if value is None:
        return None
    if isinstance(value, int | float | str) and not isinstance(value, bool):
        try:
            price = Decimal(str(value))
            if 0 <= price <= _MOST and price == price.quantize(Decimal("0.01")):
                return price
        except InvalidOperation:
            pass
    raise Invalid("A price has at most two decimal places.", pointer=f"{pointer}/price")


def _code(body: dict[str, Any], name: str) -> str | None:
    value = body.get(name, body.get(name.replace("-", "_")))
    if value is None or value == "":
        return None
    if isinstance(value, bool) or not isinstance(value, int | str) or len(str(value)) > 100:
        raise Invalid(f"{name} is the text of a code.", pointer=f"/{name}")
    return str(value).strip()


def quoted(offer: Offer) -> dict[str, Any]:
    """Return an offer in the shape that published clients read."""
    price, seller = offer.price, offer.seller
    return {
        "currency": seller.currency,
        "sub_total": float(price.sub_total),
        "discount": float(price.discount),
        "fees": float(price.fees),
        "tax": seller.tax
        and {
            "name": seller.tax_name,
            "percent": float(seller.tax.rate),
            "included": seller.tax.is_included,
            "amount": float(price.tax),
        },
        "total": float(price.total),
        "tickets": [_quoted_line(line, offer) for line in price.lines],
    }


def _quoted_line(line: PricedLine, offer: Offer) -> dict[str, Any]:
    ticket, code = offer.tickets[line.line.ticket_id], offer.discount
    percent = line.discount / line.line.price * 100 if line.discount else Decimal(0)
    return {
        "id": ticket.id,
        "name": ticket.name,
        "price": float(line.line.price),
        "quantity": line.line.quantity,
        "ticket_fee": float(line.fee),
        "ticket_tax": float(line.tax),
        "discounted_tax": float(line.discounted_tax),
        "sub_total": float(line.sub_total),
        "discount": {
            "code": code.code,
            "type": DiscountType(code.type).value,
            "percent": float(round(percent, 2)),
            "amount": float(line.discount),
            "total": float(line.discount * line.line.quantity),
        }
        if code is not None and line.is_discounted
        else None,
    }


ROUTES: Final = (
    Route("/v1/orders/create-order", OrderCreation),
    Route("/v1/orders/calculate-amount", Quote),
    Route("/v1/orders/resend-email", MailsAgain),
    Route("/v1/attendees/send-receipt", Receipts),
    Route("/v1/events/{id}/tickets/availability", Availability),
)
