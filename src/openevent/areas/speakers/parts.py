"""What the speakers area contributes to an event as a whole."""

from __future__ import annotations

from typing import Final

from openevent.areas.events.extension import CopiedPart, EventParts
from openevent.areas.speakers.models import SpeakersCall

PARTS: Final = EventParts(
    copies=(
        CopiedPart(
            name="speakers-call",
            model=SpeakersCall,
            times=("starts_at", "soft_ends_at", "ends_at"),
            # The secret address of a private call stays with the call it was given out for.
            values={"hash": None},
        ),
    )
)
