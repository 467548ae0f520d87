"""Routes of communication that speak plain JSON."""

from __future__ import annotations

from typing import Any, ClassVar, Final

from falcon import Request, Response
from marshmallow import ValidationError

from openevent.areas.communication.operations import switches
from openevent.areas.communication.operations.rendering import TRANSLATIONS, unsubscribe_page
from openevent.areas.communication.operations.requests import ask_for_test_mail, contact_organizers
from openevent.areas.identity.schemas import EmailAddress
from openevent.errors import BadRequest, Invalid, Missing, Unauthenticated
from openevent.http.routes import Context, Route
from openevent.services.languages import accepted_languages
from openevent.services.unsubscribing import UnsubscribeLinks, Unsubscribing
from openevent.work.unit import UnitOfWork

#: Of a message to those who run an event.
MAX_MESSAGE: Final = 5000


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


class ContactOrganizer(Endpoint):
    """``POST /v1/events/{id}/contact-organizer``: a message to those who run the event."""

    def on_post(self, req: Request, resp: Response, id: str) -> None:  # noqa: A002
        work = _work(req)
        body: dict[str, Any] = req.context.rpc_body()
        message = body.get("email")
        if not isinstance(message, str) or not message.strip() or len(message) > MAX_MESSAGE:
            raise BadRequest(
                f"email is the message: a text of at most {MAX_MESSAGE} characters.",
                pointer="/email",
            )
        contact_organizers(work, id, message.strip())
        resp.media = {"success": True}


class Unsubscribe:
    """``/v1/unsubscribe/{id}``: where links in mails lead, and mail programs post (RFC 8058).

    Reading the page changes nothing: programs that look at mails follow their links.
    """

    speaks: ClassVar[str] = "text/html; charset=utf-8"
    authenticates: ClassVar[bool] = False

    def __init__(self, context: Context) -> None:
        settings = context.settings
        self.links = UnsubscribeLinks(settings.secret_key, settings.base_url)

    def on_get(self, req: Request, resp: Response, id: str) -> None:  # noqa: A002
        self._wanted(id)
        self._show(req, resp, done=False)

    def on_post(self, req: Request, resp: Response, id: str) -> None:  # noqa: A002
        switches.unsubscribe(req.context.work, self._wanted(id))
        self._show(req, resp, done=True)

    def _wanted(self, token: str) -> Unsubscribing:
        wanted = self.links.read(token)
        if wanted is None:
            raise Missing("This link is not valid.")
        return wanted

    def _show(self, req: Request, resp: Response, *, done: bool) -> None:
        languages = accepted_languages(req.context.work.accept_language)
        resp.content_type = self.speaks
        resp.set_header("Cache-Control", "no-store")
        resp.text = unsubscribe_page(TRANSLATIONS.choose(languages), done=done)


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
    Route("/v1/events/{id}/contact-organizer", ContactOrganizer),
    Route("/v1/unsubscribe/{id}", Unsubscribe),
)
