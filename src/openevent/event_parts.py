"""What every area contributes to an event as a whole, in the order of the areas."""

from __future__ import annotations

from typing import Final

from openevent.areas.events import parts as events
from openevent.areas.events.extension import EventParts
from openevent.areas.faq import parts as faq
from openevent.areas.forms import parts as forms
from openevent.areas.partners import parts as partners
from openevent.areas.programme import parts as programme
from openevent.areas.speakers import parts as speakers
from openevent.areas.ticketing import parts as ticketing

EVENT_PARTS: Final = EventParts.joined(
    (
        events.PARTS,
        faq.PARTS,
        forms.PARTS,
        partners.PARTS,
        programme.PARTS,
        speakers.PARTS,
        ticketing.PARTS,
    )
)
