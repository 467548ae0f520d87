"""What published front ends ask about the streams of an event."""

from __future__ import annotations

from typing import Final

from falcon import Request, Response

from openevent.areas.programme.endpoints import OfEvent
from openevent.areas.streams.queries import streams_of
from openevent.http.routes import Route


class HasStreams(OfEvent):
    """``GET /v1/events/{id}/has-streams``: whether there is something to watch, and for whom."""

    def on_get(self, req: Request, resp: Response, id: str) -> None:  # noqa: A002
        there_are, may_watch = self.ask(req, id, streams_of)
        resp.media = {"exists": there_are, "can_access": may_watch}


ROUTES: Final = (Route("/v1/events/{id}/has-streams", HasStreams),)
