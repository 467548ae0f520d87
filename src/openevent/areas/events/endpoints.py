"""Routes of single events that speak plain JSON."""

from __future__ import annotations

from typing import ClassVar

from falcon import Request

from openevent.areas.events.models import Event
from openevent.areas.events.resources import EVENTS
from openevent.http.routes import Context
from openevent.jsonapi.endpoints import Item
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
