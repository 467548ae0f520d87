"""The resource types of the FAQ area."""

from __future__ import annotations

from typing import Final

from openevent.areas.events.policy import RUN_BY_ORGANIZERS
from openevent.areas.faq import operations
from openevent.areas.faq.models import Faq, FaqType
from openevent.areas.faq.schemas import FaqSchema, FaqTypeSchema
from openevent.jsonapi.resource import ResourceType

FAQ_TYPES: Final = ResourceType(
    schema=FaqTypeSchema,
    model=FaqType,
    policy=RUN_BY_ORGANIZERS,
    create=operations.create_faq_type,
    defaults={"position": operations.last_place(FaqType)},
    update=operations.update_faq_type,
    delete=operations.delete_faq_type,
    sort=("position",),
)
FAQS: Final = ResourceType(
    schema=FaqSchema,
    model=Faq,
    policy=RUN_BY_ORGANIZERS,
    create=operations.create_faq,
    rules=(operations.SECTION_OF_EVENT,),
    defaults={"position": operations.last_place(Faq)},
    update=operations.update_faq,
    delete=operations.delete_faq,
    sort=("position",),
)

RESOURCES: Final = (FAQ_TYPES, FAQS)
