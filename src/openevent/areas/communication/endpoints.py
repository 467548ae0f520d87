"""Routes of communication that speak plain JSON."""

from __future__ import annotations

from typing import Any, ClassVar, Final

from falcon import Request, Response
from marshmallow import ValidationError

from openevent.areas.communication.operations import switches
from openevent.areas.communication.operations.requests import ask_for_test_mail
from openevent.areas.identity.schemas import EmailAddress
from openevent.errors import Invalid, Unauthenticated
from openevent.http.routes import Context, Route
from openevent.work.unit import UnitOfWork


class Endpoint:
    """Base of routes that take and give JSON objects, of people who are logged in."""

    speaks: ClassVar[str] = "application/json"

    def __init__(self, _: Context) -> None:
        pass


class MarkAllRead(Endpoint):
    """``POST /v1/notifications/mark-all-read``: nothing is new any more."""

    def on_post(self, req: Request, resp: Response) -> None:
        resp.media = {"read": switches.read_all(_work(req))}


class TestMail(Endpoint):
    """``POST /v1/test-mail``: do mails arrive?"""

    def on_post(self, req: Request, resp: Response) -> None:
        work = _work(req)
        body: dict[str, Any] = req.context.rpc_body()
        ask_for_test_mail(work, _address(body.get("recipient")))
        resp.media = {"message": "Test mail sent, please verify delivery"}


def _work(req: Request) -> UnitOfWork:
    work: UnitOfWork = req.context.work
    if work.principal.is_anonymous:
        raise Unauthenticated("Log in to do this.")
    return work


def _address(value: Any) -> str:
    try:
        return str(EmailAddress(required=True).deserialize(value))
    except ValidationError as ex:
        raise Invalid(
            "recipient is an e-mail address.", code="invalid-recipient", pointer="/recipient"
        ) from ex


ROUTES: Final = (
    Route("/v1/notifications/mark-all-read", MarkAllRead),
    Route("/v1/test-mail", TestMail),
)
