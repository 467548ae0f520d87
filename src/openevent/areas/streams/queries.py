"""Named reads of streams."""

from __future__ import annotations

from sqlalchemy import bindparam, exists, select

from openevent.areas.events.models import Event
from openevent.areas.events.policy import EVENT
from openevent.areas.streams.models import VideoStream
from openevent.areas.streams.policy import VIDEO_STREAM
from openevent.db.compiled import sql_text
from openevent.db.session import Run
from openevent.jsonapi.rows import TableRow
from openevent.work.principal import Principal, Who


def streams_of(run: Run, principal: Principal, event: int | str) -> tuple[bool, bool] | None:
    """Return whether an event has streams, and whether the caller may watch one of them.

    ``None``: the caller sees no such event.
    """
    who, stream = Who(principal.audience), TableRow(VideoStream)
    key = Event.id if isinstance(event, int) else Event.identifier
    of_event = exists().where(stream.event_id == Event.id)
    watched = of_event.where(VIDEO_STREAM.audiences(who, stream)["audience"])
    sql = sql_text(
        select(of_event, watched).where(
            key == bindparam("event", type_=key.type),
            Event.deleted_at.is_(None),
            EVENT.visible(who, Event),
        )
    )
    rows = run(sql, principal.parameters() | {"event": event})
    return (rows[0][0], rows[0][1]) if rows else None
