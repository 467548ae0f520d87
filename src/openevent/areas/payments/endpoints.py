"""Paying by card: what buyers call, and what Stripe calls."""

from __future__ import annotations

from typing import Any, ClassVar, Final

import orjson
from falcon import Request, Response
from sqlalchemy import select

from openevent.areas.orders.models import Order
from openevent.areas.payments.operations.asking import Charged
from openevent.areas.payments.operations.charging import charge, verify
from openevent.areas.payments.operations.telling import take_event
from openevent.errors import BadRequest, Forbidden, Invalid, Missing, Unauthenticated
from openevent.http.routes import Context, Route
from openevent.jsonapi.documents import parse_id, parse_json
from openevent.jsonapi.endpoints import MEDIA_TYPE
from openevent.jsonapi.target import Address
from openevent.services.rate_limits import VERIFY_BY_ADDRESS, VERIFY_BY_ORDER, RateLimits
from openevent.services.stripe_gateway import StripeGateway
from openevent.work.unit import UnitOfWork

#: Longest name of a payment method.
_LONGEST: Final = 255


class Charge:
    """``POST /v1/orders/{id}/charge``: a card pays for an order."""

    speaks: ClassVar[str] = MEDIA_TYPE

    def __init__(self, context: Context) -> None:
        self.engine = context.engine
        self.gateway: StripeGateway | None = context.ports.get(StripeGateway)

    def on_post(self, req: Request, resp: Response, id: str) -> None:  # noqa: A002
        work: UnitOfWork = req.context.work
        if work.principal.is_anonymous:
            raise Unauthenticated("Log in to pay.")
        number = parse_id(id)
        address = Address(id, by_key=True) if number is None else Address(number)
        order = self.engine.writer.find(
            work, self.engine.registry["order"], address, "change", lambda _: True
        )
        if getattr(order, "user_id", None) != work.principal.id:
            raise Forbidden("Only its buyer pays for an order.")
        method = read_charge(req.context.read_body())
        charged = charge(work, self.gateway, order.id, method)
        resp.data = charge_document(order.id, charged)


class Verification:
    """``POST /v1/orders/{id}/verify``: whether an order is paid, as Stripe says."""

    speaks: ClassVar[str] = "application/json"

    def __init__(self, context: Context) -> None:
        self.gateway: StripeGateway | None = context.ports.get(StripeGateway)

    def on_post(self, req: Request, resp: Response, id: str) -> None:  # noqa: A002
        work: UnitOfWork = req.context.work
        limits = work.port(RateLimits)
        limits.spend(VERIFY_BY_ADDRESS, address=work.client_address)
        order_id = work.db.scalar(select(Order.id).where(Order.identifier == id))
        if order_id is None:
            raise Missing(f"There is no order {id[:64]!r}.")
        limits.spend(VERIFY_BY_ORDER, account=id)
        verified = verify(work, self.gateway, order_id)
        resp.media = {"payment_status": verified.is_paid, "message": verified.message}


class Webhook:
    """``POST /v1/stripe/webhook``: what Stripe tells. Its signature is who it is."""

    speaks: ClassVar[str] = "application/json"
    authenticates: ClassVar[bool] = False

    def __init__(self, context: Context) -> None:
        self.gateway: StripeGateway | None = context.ports.get(StripeGateway)

    def on_post(self, req: Request, resp: Response) -> None:
        if self.gateway is None:
            raise BadRequest("This server takes no payments by card.", code="stripe-not-set-up")
        body: bytes = req.context.read_body()
        event = self.gateway.read_event(body, req.get_header("Stripe-Signature"))
        take_event(req.context.work, event)
        resp.media = {"received": True}


def charge_document(id_: int, charged: Charged) -> bytes:
    """Return the document that tells how far the charge of something came."""
    attributes = {
        "status": charged.is_paid,
        "message": charged.message,
        "client-secret": charged.client_secret,
    }
    data = {"type": "charge", "id": str(id_), "attributes": attributes}
    return orjson.dumps({"data": data, "jsonapi": {"version": "1.0"}})


def read_charge(body: bytes) -> str | None:
    """Return the payment method that a charge document names; without one the client pays."""
    document: Any = parse_json(body)
    data = document.get("data") if isinstance(document, dict) else None
    attributes = data.get("attributes") if isinstance(data, dict) else None
    if data is None or not isinstance(attributes, dict) or data.get("type") != "charge":
        raise Invalid("The document is a charge with attributes.", pointer="/data")
    if any(attributes.get(name) for name in ("paypal-payer-id", "paypal-payment-id")):
        raise Invalid(
            "Paying by paypal is not offered here.",
            code="payment-mode",
            pointer="/data/attributes/paypal-payment-id",
        )
    method = attributes.get("stripe")
    if method is None:
        return None
    if not isinstance(method, str) or not 0 < len(method) <= _LONGEST:
        raise Invalid("stripe names a payment method.", pointer="/data/attributes/stripe")
    return method


ROUTES: Final = (
    Route("/v1/orders/{id}/charge", Charge),
    Route("/v1/orders/{id}/verify", Verification),
    Route("/v1/stripe/webhook", Webhook),
)
