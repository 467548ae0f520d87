"""What every area contributes to an event as a whole, in the order of the areas."""

from __future__ import annotations

from typing import Final

from openevent.areas.events.parts import EventParts
from openevent.areas.forms import resources as forms

EVENT_PARTS: Final = EventParts.joined((forms.PARTS,))
