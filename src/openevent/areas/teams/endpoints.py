"""Answers to invitations: routes that speak plain JSON, in the shapes published clients read."""

from __future__ import annotations

from typing import Any, ClassVar, Final

from falcon import Request, Response

from openevent.areas.identity.endpoints import Body, work_of, work_of_somebody
from openevent.areas.identity.models import User
from openevent.areas.teams.operations import group_roles, groups, invites
from openevent.db.base import Record
from openevent.errors import BadRequest, Missing
from openevent.http.routes import Context, Route
from openevent.jsonapi.documents import parse_id
from openevent.jsonapi.endpoints import Engine
from openevent.jsonapi.target import Address
from openevent.work.unit import UnitOfWork

#: Of a message to those who run a group.
MAX_MESSAGE: Final = 5000


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


class ResendGroupInvite(Endpoint):
    """``POST /v1/group-role-invites/{id}/resend-invite``: the mail again, with a new token."""

    def on_post(self, req: Request, resp: Response, id: str) -> None:  # noqa: A002
        work = work_of_somebody(req)
        group_roles.resend(work, find(self.engine, work, "users-groups-role", id))
        resp.media = {"status": True, "message": "The invitation is sent again."}


class AcceptGroupInvite(Endpoint):
    """``POST /v1/users-groups-roles/accept-invite``: the role for who was invited."""

    def on_post(self, req: Request, resp: Response) -> None:
        joined = group_roles.accept(work_of_somebody(req), Body(req).need("token"))
        resp.media = {
            "email": joined.user.email,
            "group": joined.group_id,
            "name": full_name(joined.user),
            "role": joined.role,
        }


class Announce(Endpoint):
    """``POST /v1/groups/{id}/events/{event_identifier}/announce``: to all followers, once."""

    def on_post(
        self,
        req: Request,
        resp: Response,
        id: str,  # noqa: A002
        event_identifier: str,
    ) -> None:
        work = work_of_somebody(req)
        if event_identifier.isdecimal() and parse_id(event_identifier) is None:
            raise Missing("The group has no such event.")
        groups.announce(work, find(self.engine, work, "group", id), event_identifier)
        resp.media = {"success": True}


class ContactGroup(Endpoint):
    """``POST /v1/groups/{id}/contact-organizer``: a message to those who run the group."""

    def on_post(self, req: Request, resp: Response, id: str) -> None:  # noqa: A002
        work = work_of_somebody(req)
        body = Body(req)
        message = body.members.get("email")
        if not isinstance(message, str) or not message.strip() or len(message) > MAX_MESSAGE:
            raise BadRequest(
                f"email is the message: a text of at most {MAX_MESSAGE} characters.",
                pointer=body.pointer("email"),
            )
        groups.contact(work, number_of(id, "group"), message.strip())
        resp.media = {"success": True}


def find(engine: Engine, work: UnitOfWork, type_name: str, id_: str) -> Any:
    """Return the row that a URL names, locked, if the caller may change it."""
    address = Address(number_of(id_, type_name))
    resource = engine.registry[type_name]
    row: Record = engine.writer.find(work, resource, address, "change", lambda _: True)
    return row


def number_of(id_: str, type_name: str) -> int:
    """Return the id that a URL names."""
    number = parse_id(id_)
    if number is None:
        raise Missing(f"There is no such {type_name}.")
    return number


def full_name(user: User) -> str | None:
    """Return what somebody is called, if they said."""
    return " ".join(part for part in (user.first_name, user.last_name) if part) or None


ROUTES: Final = (
    Route("/v1/role-invites/{id}/resend-invite", ResendRoleInvite),
    Route("/v1/role_invites/user", InvitedAddress),
    Route("/v1/role_invites/accept-invite", AcceptRoleInvite),
    Route("/v1/role_invites/decline-invite", DeclineRoleInvite),
    Route("/v1/group-role-invites/{id}/resend-invite", ResendGroupInvite),
    Route("/v1/users-groups-roles/accept-invite", AcceptGroupInvite),
    Route("/v1/groups/{id}/events/{event_identifier}/announce", Announce),
    Route("/v1/groups/{id}/contact-organizer", ContactGroup),
)
