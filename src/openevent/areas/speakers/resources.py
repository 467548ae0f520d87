"""The resource types of the speakers area."""

from __future__ import annotations

from typing import Final

from openevent.areas.speakers import operations
from openevent.areas.speakers.models import Speaker, SpeakersCall
from openevent.areas.speakers.policy import SPEAKER, SPEAKERS_CALL
from openevent.areas.speakers.schemas import SpeakersCallSchema, SpeakerSchema
from openevent.jsonapi.pictures import PORTRAIT, Picture
from openevent.jsonapi.resource import ResourceType, plain_writes

SPEAKERS: Final = ResourceType(
    schema=SpeakerSchema,
    model=Speaker,
    policy=SPEAKER,
    create=operations.create_speaker,
    update=operations.update_speaker,
    delete=plain_writes(Speaker)["delete"],
    sort=("order",),
    pictures=(Picture(attribute="photo_url", kind="speaker", variants=PORTRAIT),),
)
SPEAKERS_CALLS: Final = ResourceType(
    schema=SpeakersCallSchema,
    model=SpeakersCall,
    policy=SPEAKERS_CALL,
    create=operations.create_speakers_call,
    update=operations.update_speakers_call,
    delete=plain_writes(SpeakersCall)["delete"],
)

RESOURCES: Final = (SPEAKERS, SPEAKERS_CALLS)
