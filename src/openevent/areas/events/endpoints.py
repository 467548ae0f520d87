"""Routes of single events that are no resources: copying one, and what it lacks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar, Final

import orjson
from falcon import Request, Response
from marshmallow import ValidationError

from openevent.areas.events.copying import copy_event
from openevent.areas.events.models import Event
from openevent.areas.events.publishing import lacks_of
from openevent.areas.events.resources import EVENTS
from openevent.areas.events.schemas import EventCopySchema
from openevent.errors import Invalid, InvalidDocument
from openevent.http.routes import Context, Route
from openevent.jsonapi.endpoints import MEDIA_TYPE, Item
from openevent.work.unit import UnitOfWork


class EventEndpoint:
    """Base of ``/v1/events/{id}/...`` routes that take and give plain JSON."""

    speaks: ClassVar[str] = "application/json"

    def __init__(self, context: Context) -> None:
        self.engine = context.engine
        self._item = Item(context.engine, EVENTS)

    def event_to_change(self, req: Request, id_: str) -> Event:
        """Return the event that a URL names, locked, if the caller runs it."""
        work: UnitOfWork = req.context.work
        address = self._item.address(id_)
        row = self.engine.writer.find(work, EVENTS, address, "change", lambda _: True)
        assert isinstance(row, Event)  # noqa: S101  # it is what the type is stored in
        return row


class CopyEvent(EventEndpoint):
    """``POST /v1/events/{id}/copy``: a new draft like an event, with chosen parts of it."""

    def on_post(self, req: Request, resp: Response, id: str) -> None:  # noqa: A002
        event = self.event_to_change(req, id)
        try:
            given: dict[str, Any] = EventCopySchema().load(req.context.rpc_body())
        except ValidationError as ex:
            raise InvalidDocument([*_faults(ex.messages, "")]) from ex
        parts = given.pop("parts", None)
        copy = copy_event(req.context.work, event, parts=parts, changes=given)
        resp.media = {"id": copy.id, "identifier": copy.identifier, "copied": True}


class PublishChecklist(EventEndpoint):
    """``GET /v1/events/{id}/publish-checklist``: what an event lacks, as error objects."""

    speaks = MEDIA_TYPE

    def on_get(self, req: Request, resp: Response, id: str) -> None:  # noqa: A002
        event = self.event_to_change(req, id)
        lacks = lacks_of(req.context.work, event.id)
        document = {
            "meta": {
                "is-publishable": not any(lack.is_blocking for lack in lacks),
                "errors": [
                    {**lack.as_refusal().error_objects()[0], "meta": {"blocking": lack.is_blocking}}
                    for lack in lacks
                ],
            },
            "links": {"self": f"/v1/events/{event.id}/publish-checklist"},
            "jsonapi": {"version": "1.0"},
        }
        resp.data = orjson.dumps(document)
        resp.set_header("Cache-Control", "private, no-cache")


def _faults(messages: Any, pointer: str) -> Iterator[Invalid]:
    """Yield a fault for each message of a schema, with a pointer to its place."""
    if isinstance(messages, dict):
        for name, inner in messages.items():
            yield from _faults(inner, f"{pointer}/{name}")
    else:
        for message in messages:
            yield Invalid(str(message), pointer=pointer)


ROUTES: Final = (
    Route("/v1/events/{id}/copy", CopyEvent),
    Route("/v1/events/{id}/publish-checklist", PublishChecklist),
)
