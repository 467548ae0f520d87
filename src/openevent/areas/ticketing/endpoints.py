"""Looking codes up by their text: whoever knows a code may know what it is good for."""

from __future__ import annotations

from typing import Any, ClassVar, Final

import orjson
from falcon import Request, Response

from openevent.areas.ticketing.badges import ticket_fields
from openevent.areas.ticketing.models import AccessCode, DiscountCode
from openevent.areas.ticketing.operations import delete_unused_codes
from openevent.areas.ticketing.queries import (
    Codes,
    code_statement,
    event_discount_statement,
    event_statement,
    facts_of,
)
from openevent.areas.ticketing.rules import check_code
from openevent.errors import BadRequest, Forbidden, Missing, Unauthenticated
from openevent.http.routes import Context, Route
from openevent.jsonapi.documents import parse_id
from openevent.jsonapi.endpoints import MEDIA_TYPE
from openevent.jsonapi.filters import Condition
from openevent.jsonapi.query import Query, parse_query
from openevent.jsonapi.target import Root, Target
from openevent.work.principal import SYSTEM, Principal
from openevent.work.unit import UnitOfWork

#: What may be sent along with a code.
_INCLUDED: Final = (("event",), ("tickets",))


class Endpoint:
    """Base of routes below an event."""

    speaks: ClassVar[str] = MEDIA_TYPE

    def __init__(self, context: Context) -> None:
        self.engine = context.engine

    def event(self, principal: Principal, text: str) -> tuple[int, bool]:
        """Return the id of the event that a URL names, and whether the principal runs it."""
        id_ = parse_id(text)
        sql = event_statement(principal.audience, by_key=id_ is None)
        rows = self.engine.pool.run(
            sql, {**principal.parameters(), "key": text if id_ is None else id_}
        )
        if not rows:
            raise Missing(f"There is no event {text[:64]!r}.")
        id_, runs = rows[0]
        return id_, runs


class CodeLookup(Endpoint):
    """``GET /v1/events/{id}/discount-codes/{code}``, and the same of access codes.

    The code and its tickets are read as by the server itself, because they are not
    visible to those who do not run the event; the event is read as by the caller.
    """

    model: ClassVar[Codes]
    type_name: ClassVar[str]
    #: Whether knowing the code is enough to see its tickets.
    opens_tickets: ClassVar[bool] = False

    def on_get(self, req: Request, resp: Response, id: str, code: str) -> None:  # noqa: A002
        principal: Principal = req.context.work.principal
        resource = self.engine.registry[self.type_name]
        query = parse_query(dict(req.params), resource, self.engine.registry, is_list=False)
        if set(query.include) - set(_INCLUDED):
            raise BadRequest("Include event and tickets here.", parameter="include")
        event_id, runs = self.event(principal, id)
        rows = self.engine.pool.run(
            code_statement(self.model), {"event_id": event_id, "code": code}
        )
        kind = self.type_name.replace("-", " ")
        if not rows:
            raise Missing(f"There is no such {kind}.")
        facts = facts_of(kind, rows[0])
        if not runs:
            check_code(facts, req.context.work.now())
        document = self.read(SYSTEM, self.type_name, Query(fields=query.fields), rows[0][0])
        document["links"] = {"self": req.relative_uri}
        self.include(document, query, principal, event_id, sorted(facts.tickets))
        resp.data = orjson.dumps(document)
        resp.set_header("Cache-Control", "private, no-store")

    def include(
        self,
        document: dict[str, Any],
        query: Query,
        principal: Principal,
        event_id: int,
        ticket_ids: list[int],
    ) -> None:
        """Add what was asked for, and say so in the code's relationships."""
        if not query.include:
            return
        document["included"] = []
        fields = Query(fields=query.fields)
        if ("event",) in query.include:
            document["included"].append(self.read(principal, "event", fields, event_id)["data"])
        if ("tickets",) in query.include:
            reader = SYSTEM if self.opens_tickets else principal
            tickets = self.tickets(reader, query, ticket_ids)
            document["included"] += tickets
            if relationship := document["data"].get("relationships", {}).get("tickets"):
                relationship["data"] = [{"type": t["type"], "id": t["id"]} for t in tickets]

    def read(self, principal: Principal, type_: str, query: Query, key: int) -> dict[str, Any]:
        target = Target(root=Root.ITEM, resource=self.engine.registry[type_])
        read = self.engine.reader.read(self.engine.pool.run, principal, target, query, key=key)
        document: dict[str, Any] = orjson.loads(read.body)
        return document

    def tickets(
        self, principal: Principal, query: Query, ticket_ids: list[int]
    ) -> list[dict[str, Any]]:
        resource = self.engine.registry["ticket"]
        among = Condition("compare", "id", "in", tuple(ticket_ids))
        read = self.engine.reader.read(
            self.engine.pool.run,
            principal,
            Target(root=Root.LISTING, resource=resource),
            Query(fields=query.fields, filters=(among,), size=None),
        )
        found: list[dict[str, Any]] = orjson.loads(read.body)["data"]
        return found


class DiscountLookup(CodeLookup):
    """A discount code by its text."""

    model, type_name = DiscountCode, "discount-code"


class AccessLookup(CodeLookup):
    """An access code by its text; it is what lets somebody see hidden tickets."""

    model, type_name = AccessCode, "access-code"
    opens_tickets = True


class EventDiscount(Endpoint):
    """``GET /v1/events/{id}/discount-code``: what makes cheaper what its organizers owe."""

    def on_get(self, req: Request, resp: Response, id: str) -> None:  # noqa: A002
        principal: Principal = req.context.work.principal
        if principal.is_anonymous:
            raise Unauthenticated("Log in to see this.")
        registry = self.engine.registry
        resource = registry[DiscountLookup.type_name]
        query = parse_query(dict(req.params), resource, registry, is_list=False)
        event_id, _ = self.event(principal, id)
        found = self.engine.pool.run(event_discount_statement(), {"event_id": event_id})
        key = found[0][0] if found else 0
        target = Target(root=Root.ITEM, resource=resource)
        document = self.engine.reader.read(
            self.engine.pool.run, principal, target, query, key=key, url=req.path, params=req.params
        )
        resp.data = document.body
        resp.set_header("Cache-Control", "private, no-store")


class UnusedCodes(Endpoint):
    """``DELETE /v1/events/{id}/discount-codes/delete-unused``."""

    speaks = "application/json"
    idempotent: ClassVar[bool] = True

    def on_delete(self, req: Request, resp: Response, id: str) -> None:  # noqa: A002
        work: UnitOfWork = req.context.work
        if work.principal.is_anonymous:
            raise Unauthenticated("Log in to delete this.")
        event_id, runs = self.event(work.principal, id)
        if not runs:
            raise Forbidden("Codes are deleted by those who run the event.")
        resp.media = {"deleted": delete_unused_codes(work, event_id)}


class TicketBadge(Endpoint):
    """``GET /v1/tickets/{id}/badge-forms``: what is printed for holders of a ticket."""

    speaks = "application/json"

    def on_get(self, req: Request, resp: Response, id: str) -> None:  # noqa: A002
        principal: Principal = req.context.work.principal
        if principal.is_anonymous:
            raise Unauthenticated("Log in to see this.")
        rows = self.engine.pool.run(
            ticket_fields(principal.audience),
            {**principal.parameters(), "id": parse_id(id) or 0},
        )
        if not rows:
            raise Missing("There is no such ticket.")
        resp.media = rows[0][0] or []


ROUTES: Final = (
    Route("/v1/tickets/{id}/badge-forms", TicketBadge),
    Route("/v1/events/{id}/discount-codes/{code}", DiscountLookup),
    Route("/v1/events/{id}/access-codes/{code}", AccessLookup),
    Route("/v1/events/{id}/discount-code", EventDiscount),
    Route("/v1/events/{id}/discount-codes/delete-unused", UnusedCodes),
)
