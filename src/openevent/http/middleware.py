"""What happens around every request: its id, its unit of work, its principal, its commit."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from falcon import Request, Response
from sqlalchemy.orm import Session

from openevent.areas.identity.authentication import Fetch, authenticate
from openevent.errors import Missing
from openevent.http.body import BodyStream, read_body, rpc_body
from openevent.http.negotiation import JSON, negotiate
from openevent.jsonapi.endpoints import MEDIA_TYPE
from openevent.services.rate_limits import client_address
from openevent.services.tokens import TokenSigner
from openevent.settings import Settings
from openevent.work.outbox import Outbox
from openevent.work.unit import UnitOfWork, unique_key

_REQUEST_ID = re.compile(r"[0-9A-Za-z._-]{8,64}", re.ASCII)


class RequestId:
    """Gives every request an id: the caller's, if it sent a proper one, or a new one."""

    def process_request(self, req: Request, resp: Response) -> None:
        given = req.get_header("X-Request-ID") or ""
        req.context.request_id = given if _REQUEST_ID.fullmatch(given) else unique_key()
        resp.set_header("X-Request-ID", req.context.request_id)


class Units:
    """Opens a unit of work per request, commits it when the responder succeeded.

    The commit comes before the answer is sent: a client that reads 201 can rely on it.
    An exception anywhere before, and one of the commit's own, rolls back and becomes an
    error document.
    """

    def __init__(
        self,
        settings: Settings,
        open_db: Callable[[], Session],
        outbox: Outbox,
        ports: Mapping[type, Any],
    ) -> None:
        self.settings, self.open_db, self.outbox, self.ports = settings, open_db, outbox, ports

    def process_request(self, req: Request, resp: Response) -> None:
        context = req.context
        context.speaks = MEDIA_TYPE
        context.work = UnitOfWork(
            open_db=self.open_db,
            request_id=context.request_id,
            client_address=client_address(
                req.remote_addr,
                req.get_header("X-Forwarded-For"),
                trusted_proxies=self.settings.trusted_proxies,
            ),
            accept_language=req.get_header("Accept-Language"),
            ports=self.ports,
        )
        context.body_stream = partial(BodyStream, req)
        context.read_body = partial(read_body, req, self.settings.body_limit_bytes)
        context.rpc_body = partial(rpc_body, req)

    def process_response(
        self,
        req: Request,
        resp: Response,
        resource: object,
        req_succeeded: bool,
    ) -> None:
        work: UnitOfWork = req.context.work
        try:
            # What was recorded is stored, also where nothing else was.
            if req_succeeded and (work.has_transaction or work.recorded):
                self.outbox.commit(work)
        finally:
            work.close()


class Authenticate:
    """Negotiates the media type and finds the principal, once the route is known."""

    def __init__(self, signer: TokenSigner, fetch: Fetch) -> None:
        self.signer, self.fetch = signer, fetch

    def process_resource(
        self,
        req: Request,
        resp: Response,
        resource: Any,
        params: dict[str, Any],
    ) -> None:
        speaks = getattr(resource, "speaks", None)
        req.context.speaks = speaks
        document = speaks if speaks in (MEDIA_TYPE, JSON) else None
        if document:
            resp.content_type = document
        method = "get" if req.method == "HEAD" else req.method.lower()
        if not hasattr(resource, f"on_{method}"):
            return  # a 405 comes before anything about bodies and people
        if any("\x00" in value for value in params.values()):
            raise Missing("There is no such resource.")  # no text of the database has one
        if document:
            negotiate(req, document, getattr(resource, "reads", ()))
        if getattr(resource, "authenticates", document is not None):
            req.context.work.principal = authenticate(
                req.get_header("Authorization"), self.signer, self.fetch
            )
