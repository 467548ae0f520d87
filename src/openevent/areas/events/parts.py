"""What the events area itself contributes to an event as a whole."""

from __future__ import annotations

from typing import Final

from openevent.areas.events.extension import CopiedPart, EventParts
from openevent.areas.events.models import EventCopyright, SocialLink, Tag
from openevent.areas.events.publishing import OWN_LACKS

PARTS: Final = EventParts(
    copies=(
        CopiedPart(name="social-links", model=SocialLink),
        CopiedPart(name="event-copyright", model=EventCopyright),
        CopiedPart(name="tags", model=Tag),
    ),
    lacks=OWN_LACKS,
)
