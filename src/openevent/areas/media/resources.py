"""The resource types of the media area. Uploading and serving are in ``endpoints.py``."""

from __future__ import annotations

from typing import Final

from openevent.areas.identity.policy import StaffWrites
from openevent.areas.media.endpoints import ROUTES as ENDPOINTS
from openevent.areas.media.endpoints import the_only
from openevent.areas.media.models import EventImageSize, SpeakerImageSize
from openevent.areas.media.schemas import EventImageSizeSchema, SpeakerImageSizeSchema
from openevent.jsonapi.resource import ResourceType, plain_writes

EVENT_IMAGE_SIZES: Final = ResourceType(
    schema=EventImageSizeSchema,
    model=EventImageSize,
    policy=StaffWrites(),
    update=plain_writes(EventImageSize)["update"],
)
SPEAKER_IMAGE_SIZES: Final = ResourceType(
    schema=SpeakerImageSizeSchema,
    model=SpeakerImageSize,
    policy=StaffWrites(),
    update=plain_writes(SpeakerImageSize)["update"],
)

RESOURCES: Final = (EVENT_IMAGE_SIZES, SPEAKER_IMAGE_SIZES)
ROUTES: Final = (*ENDPOINTS, the_only(EVENT_IMAGE_SIZES), the_only(SPEAKER_IMAGE_SIZES))
