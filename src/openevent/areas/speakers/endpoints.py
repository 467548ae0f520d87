"""Answers to invitations, and the order of speakers: routes that speak plain JSON."""

from __future__ import annotations

from typing import ClassVar, Final

from falcon import Request, Response

from openevent.areas.events.rules import is_identifier
from openevent.areas.identity.endpoints import Body, work_of_somebody
from openevent.areas.speakers.operations import invites, order
from openevent.areas.speakers.rules import places
from openevent.areas.teams.endpoints import find
from openevent.errors import Missing
from openevent.http.routes import Context, Route
from openevent.jsonapi.documents import parse_id
from openevent.jsonapi.endpoints import body_of
from openevent.jsonapi.target import Address


class Endpoint:
    """Base of routes that take and give JSON objects."""

    speaks: ClassVar[str] = "application/json"

    def __init__(self, context: Context) -> None:
        self.engine = context.engine


class ResendSpeakerInvite(Endpoint):
    """``POST /v1/speaker-invites/{id}/resend-invite``: the mail again, with a new token."""

    def on_post(self, req: Request, resp: Response, id: str) -> None:  # noqa: A002
        work = work_of_somebody(req)
        invites.resend(work, find(self.engine, work, "speaker-invite", id))
        resp.media = {"status": True, "message": "The invitation is sent again."}


class AcceptSpeakerInvite(Endpoint):
    """``POST /v1/speaker-invites/{id}/accept-invite``: a place among the speakers."""

    def on_post(self, req: Request, resp: Response, id: str) -> None:  # noqa: A002
        work = work_of_somebody(req)
        accepted = invites.accept(work, _invite_id(id), Body(req).need("token"))
        resp.media = {
            "email": accepted.user.email,
            "event": accepted.event.id,
            "event_identifier": accepted.event.identifier,
            "session": accepted.session.id,
            "speaker": accepted.speaker.id,
            "name": accepted.speaker.name,
        }


class RejectSpeakerInvite(Endpoint):
    """``POST /v1/speaker-invites/{id}/reject-invite``: no, thank you."""

    def on_post(self, req: Request, resp: Response, id: str) -> None:  # noqa: A002
        invites.reject(work_of_somebody(req), _invite_id(id), Body(req).need("token"))
        resp.media = {"success": True}


class ReorderSpeakers(Endpoint):
    """``POST /v1/events/{id}/reorder-speakers``: places for many speakers at once."""

    def on_post(self, req: Request, resp: Response, id: str) -> None:  # noqa: A002
        work = work_of_somebody(req)
        address = Address(parse_id(id) or 0)
        if is_identifier(id):
            address = Address(id, by_key=True)
        event = self.engine.writer.find(
            work, self.engine.registry["event"], address, "change", lambda _: True
        )
        if "reset" in req.params:
            updates = order.reset(work, event.id)
        else:
            updates = order.reorder(work, event.id, places(body_of(req)))
        resp.media = {"success": True, "updates": updates}


def _invite_id(text: str) -> int:
    id_ = parse_id(text)
    if id_ is None:
        raise Missing("There is no such speaker-invite.")
    return id_


ROUTES: Final = (
    Route("/v1/speaker-invites/{id}/resend-invite", ResendSpeakerInvite),
    Route("/v1/speaker-invites/{id}/accept-invite", AcceptSpeakerInvite),
    Route("/v1/speaker-invites/{id}/reject-invite", RejectSpeakerInvite),
    Route("/v1/events/{id}/reorder-speakers", ReorderSpeakers),
)
