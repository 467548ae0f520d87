"""The order of exhibitors: a route that speaks plain JSON, in the shape clients know."""

from __future__ import annotations

from typing import Final

from falcon import Request, Response

from openevent.areas.events.endpoints import EventEndpoint
from openevent.areas.partners import operations
from openevent.areas.partners.rules import places
from openevent.http.routes import Route
from openevent.jsonapi.endpoints import body_of


class ReorderExhibitors(EventEndpoint):
    """``POST /v1/events/{id}/reorder-exhibitors``: places for many exhibitors at once."""

    def on_post(self, req: Request, resp: Response, id: str) -> None:  # noqa: A002
        event = self.event_to_change(req, id)
        if "reset" in req.params:
            resp.media = {
                "success": True,
                "updates": operations.reset_exhibitors(req.context.work, event.id),
            }
            return
        given = places(body_of(req))
        updates = operations.reorder_exhibitors(req.context.work, event.id, given)
        resp.media = {"success": True, "updates": {str(k): n for k, n in updates.items()}}


ROUTES: Final = (Route("/v1/events/{id}/reorder-exhibitors", ReorderExhibitors),)
