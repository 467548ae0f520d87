"""What the FAQ area contributes to an event as a whole."""

from __future__ import annotations

from typing import Final

from openevent.areas.events.extension import CopiedPart, EventParts
from openevent.areas.faq.models import Faq, FaqType

PARTS: Final = EventParts(
    copies=(
        CopiedPart(name="faq-types", model=FaqType),
        CopiedPart(name="faqs", model=Faq, keys={"faq_type_id": FaqType}),
    )
)
