"""Routes of the programme that speak plain JSON, in the shapes published clients read."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, ClassVar, Final
from zoneinfo import ZoneInfo

from falcon import Request, Response
from marshmallow import Schema, ValidationError, fields
from marshmallow.validate import Length

from openevent.areas.identity.endpoints import work_of, work_of_somebody
from openevent.areas.programme.mail_texts import SESSION_MAILS
from openevent.areas.programme.operations import sessions
from openevent.areas.programme.operations.schedule import slot_of
from openevent.areas.programme.queries import days_of, languages_of, versions_of
from openevent.areas.programme.rules import TRANSITIONS, Slot, difference, told
from openevent.areas.teams.endpoints import Endpoint, find
from openevent.errors import BadRequest, Missing
from openevent.http.routes import Context, Route
from openevent.jsonapi.documents import parse_id
from openevent.jsonapi.html import HTML
from openevent.jsonapi.schema import UTCDateTime

_NUMBER: Final = re.compile(r"[0-9]{1,9}", re.ASCII)


class SessionStates:
    """``GET /v1/sessions/states``: side -> state -> the states it may be brought into."""

    speaks: ClassVar[str] = "application/json"
    media: ClassVar[dict[str, Any]] = {
        side: {state: dict.fromkeys(states, True) for state, states in moves.items()}
        for side, moves in TRANSITIONS.items()
    }

    def __init__(self, _: Context) -> None:
        pass

    def on_get(self, _: Request, resp: Response) -> None:
        resp.media = self.media


class SessionMails(SessionStates):
    """``GET /v1/sessions/mails``: what speakers are told of each state."""

    media: ClassVar[dict[str, Any]] = {
        "recipient": "Speaker",
        **{state: dict(mail) for state, mail in SESSION_MAILS.items()},
    }


class Notify(Endpoint):
    """``POST /v1/sessions/{id}/notify``: a mail to its speakers about its state."""

    def on_post(self, req: Request, resp: Response, id: str) -> None:  # noqa: A002
        work = work_of_somebody(req)
        session = find(self.engine, work, "session", id)
        try:
            values = _NotifySchema().load(req.context.rpc_body())
        except ValidationError as ex:
            messages: dict[str, Any] = ex.messages_dict
            name, faults = next(iter(messages.items()))
            raise BadRequest(f"{name}: {_first(faults)}", pointer=f"/{name}") from ex
        sessions.notify(work, session, **values)
        resp.media = {"success": True}


class _NotifySchema(Schema):
    """What may be said in place of a state's own mail."""

    class Meta:
        unknown = "exclude"

    subject = fields.Str(load_default=None, allow_none=True, validate=Length(max=300))
    message = HTML(load_default=None, allow_none=True, validate=Length(max=20_000))
    bcc = fields.List(
        fields.Email(validate=Length(max=254)), load_default=list, validate=Length(max=20)
    )


def _first(faults: Any) -> str:
    while not isinstance(faults, str):
        faults = next(iter(faults.values() if isinstance(faults, dict) else faults))
    return faults


class OfEvent(Endpoint):
    """Base of what is asked about an event, by its id or identifier."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.run = context.engine.pool.run

    def ask(self, req: Request, event: str, query: Callable[..., Any], *more: Any) -> Any:
        """Return the answer of a query about an event that the caller sees."""
        key: int | str = parse_id(event) or event[:64]
        answer = query(self.run, work_of(req).principal, key, *more)
        if answer is None:
            raise Missing("There is no such event.")
        return answer


class SessionDates(OfEvent):
    """``GET /v1/events/{id}/sessions/dates``: the days of the programme."""

    def on_get(self, req: Request, resp: Response, id: str) -> None:  # noqa: A002
        resp.media = [day.isoformat() for day in self.ask(req, id, days_of)]


class SessionLanguages(OfEvent):
    """``GET /v1/events/{id}/sessions/languages``: the languages of the programme."""

    def on_get(self, req: Request, resp: Response, id: str) -> None:  # noqa: A002
        resp.media = self.ask(req, id, languages_of)


class ScheduleDifference(OfEvent):
    """``GET /v1/events/{id}/schedule-versions/diff``: what has changed between two versions."""

    def on_get(self, req: Request, resp: Response, id: str) -> None:  # noqa: A002
        numbers = (_number(req, "from"), _number(req, "to"))
        found = self.ask(req, id, versions_of, numbers)
        for number, kept in ((found.older, found.before), (found.newer, found.after)):
            if kept is None:
                raise Missing(f"There is no version {number} of the schedule.")
        diff = difference(map(slot_of, found.before), map(slot_of, found.after))
        resp.media = {
            "from": found.older,
            "to": found.newer,
            "summary": told(diff, ZoneInfo(found.timezone)),
            "added": [_shown(slot) for slot in diff.added],
            "removed": [_shown(slot) for slot in diff.removed],
            "moved": [{"from": _shown(a), "to": _shown(b)} for a, b in diff.moved],
            "renamed": [{"from": _shown(a), "to": _shown(b)} for a, b in diff.renamed],
        }


def _number(req: Request, name: str) -> int | None:
    text = req.get_param(name)
    if text is None:
        return None
    if not _NUMBER.fullmatch(text):
        raise BadRequest("It is the number of a version of the schedule.", parameter=name)
    return int(text)


class _SlotSchema(Schema):
    id = fields.Str()
    title = fields.Str()
    starts_at = UTCDateTime(data_key="starts-at")
    ends_at = UTCDateTime(data_key="ends-at")
    microlocation_id = fields.Str(data_key="microlocation-id")
    room = fields.Str(data_key="microlocation")


_SLOT: Final = _SlotSchema()


def _shown(slot: Slot) -> dict[str, Any]:
    shown: dict[str, Any] = _SLOT.dump(slot)
    return shown


ROUTES: Final = (
    Route("/v1/sessions/states", SessionStates),
    Route("/v1/sessions/mails", SessionMails),
    Route("/v1/sessions/{id}/notify", Notify),
    Route("/v1/events/{id}/sessions/dates", SessionDates),
    Route("/v1/events/{id}/sessions/languages", SessionLanguages),
    Route("/v1/events/{id}/schedule-versions/diff", ScheduleDifference),
)
