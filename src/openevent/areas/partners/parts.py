"""What the partners area contributes to an event as a whole."""

from __future__ import annotations

from typing import Final

from openevent.areas.events.extension import CopiedPart, EventParts
from openevent.areas.partners.models import Exhibitor, Sponsor

PARTS: Final = EventParts(
    copies=(
        CopiedPart(name="sponsors", model=Sponsor),
        CopiedPart(name="exhibitors", model=Exhibitor),
    )
)
