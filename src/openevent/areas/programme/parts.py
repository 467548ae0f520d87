"""What the programme area contributes to an event as a whole."""

from __future__ import annotations

from typing import Final

from sqlalchemy import and_, exists, not_

from openevent.areas.events.extension import CopiedPart, EventParts, Lack
from openevent.areas.programme.models import Microlocation, Session, SessionType, Track
from openevent.areas.programme.operations.schedule import keep_published
from openevent.areas.programme.rules import PUBLIC

PARTS: Final = EventParts(
    changed=(keep_published,),
    copies=(
        CopiedPart(name="tracks", model=Track),
        CopiedPart(name="session-types", model=SessionType),
        CopiedPart(name="microlocations", model=Microlocation, values={"video_stream_id": None}),
    ),
    lacks=(
        Lack(
            code="sessions-missing",
            detail="No session is accepted yet.",
            pointer="/data/relationships/sessions",
            missing=lambda _, event: and_(
                event.is_sessions_speakers_enabled,
                not_(
                    exists().where(
                        Session.event_id == event.id,
                        Session.deleted_at.is_(None),
                        Session.state.in_(PUBLIC),
                    )
                ),
            ),
        ),
    ),
)
