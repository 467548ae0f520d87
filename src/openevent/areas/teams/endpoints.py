"""Answers to invitations: routes that speak plain JSON, in the shapes published clients read."""

from __future__ import annotations

from typing import Any, ClassVar, Final

from falcon import Request, Response

from openevent.areas.identity.endpoints import Body, work_of, work_of_somebody
from openevent.areas.identity.models import User
from openevent.areas.teams.operations import invites
from openevent.db.base import Record
from openevent.errors import Missing
from openevent.http.routes import Context, Route
from openevent.jsonapi.documents import parse_id
from openevent.jsonapi.endpoints import Engine
from openevent.jsonapi.target import Address
from openevent.work.unit import UnitOfWork


class Endpoint:
    """Base of routes that take and give JSON objects."""

    speaks: ClassVar[str] = "application/json"

    def __init__(self, context: Context) -> None:
        self.engine = context.engine


class ResendRoleInvite(Endpoint):
    """``POST /v1/role-invites/{id}/resend-invite``: the mail again, with a new token."""

    def on_post(self, req: Request, resp: Response, id: str) -> None:  # noqa: A002
        work = work_of_somebody(req)
        invites.resend(work, find(self.engine, work, "role-invite", id))
        resp.media = {"status": True, "message": "The invitation is sent again."}


class InvitedAddress(Endpoint):
    """``POST /v1/role_invites/user``: the address that a token was mailed to."""

    authenticates = False

    def on_post(self, req: Request, resp: Response) -> None:
        resp.media = {"email": invites.invited_address(work_of(req), Body(req).need("token"))}


class AcceptRoleInvite(Endpoint):
    """``POST /v1/role_invites/accept-invite``: the role for who was invited."""

    def on_post(self, req: Request, resp: Response) -> None:
        accepted = invites.accept(work_of_somebody(req), Body(req).need("token"))
        resp.media = {
            "email": accepted.user.email,
            "event": accepted.event.id,
            "event_identifier": accepted.event.identifier,
            "name": full_name(accepted.user),
            "role": accepted.role,
        }


class DeclineRoleInvite(Endpoint):
    """``POST /v1/role_invites/decline-invite``: no, thank you."""

    def on_post(self, req: Request, resp: Response) -> None:
        invites.decline(work_of_somebody(req), Body(req).need("token"))
        resp.media = {"success": True}


def find(engine: Engine, work: UnitOfWork, type_name: str, id_: str) -> Any:
    """Return the row that a URL names, locked, if the caller may change it."""
    number = parse_id(id_)
    if number is None:
        raise Missing(f"There is no such {type_name}.")
    resource = engine.registry[type_name]
    row: Record = engine.writer.find(work, resource, Address(number), "change", lambda _: True)
    return row


def full_name(user: User) -> str | None:
    """Return what somebody is called, if they said."""
    return " ".join(part for part in (user.first_name, user.last_name) if part) or None


ROUTES: Final = (
    Route("/v1/role-invites/{id}/resend-invite", ResendRoleInvite),
    Route("/v1/role_invites/user", InvitedAddress),
    Route("/v1/role_invites/accept-invite", AcceptRoleInvite),
    Route("/v1/role_invites/decline-invite", DeclineRoleInvite),
)
