"""The resource types of the speakers area."""

from __future__ import annotations

from functools import partial
from typing import Final

from sqlalchemy import ColumnElement, Text, func

from openevent.areas.forms.models import Form
from openevent.areas.forms.policy import public_answers
from openevent.areas.speakers.endpoints import ROUTES
from openevent.areas.speakers.models import Speaker, SpeakerInvite, SpeakersCall
from openevent.areas.speakers.operations import invites, profiles
from openevent.areas.speakers.policy import SPEAKER, SPEAKER_INVITE, SPEAKERS_CALL
from openevent.areas.speakers.schemas import (
    SpeakerInviteSchema,
    SpeakersCallSchema,
    SpeakerSchema,
)
from openevent.jsonapi.pictures import PORTRAIT, Picture
from openevent.jsonapi.resource import ResourceType, Row, plain_writes

__all__ = ["RESOURCES", "ROUTES"]


def location(row: Row) -> ColumnElement[str]:
    """Return a speaker's city and country on one line, as published clients show them."""
    parts = func.nullif(row.city, ""), func.nullif(row.country, "")
    return func.concat_ws(", ", *parts, type_=Text)


SPEAKERS: Final = ResourceType(
    schema=SpeakerSchema,
    model=Speaker,
    policy=SPEAKER,
    create=profiles.create_speaker,
    update=profiles.update_speaker,
    delete=plain_writes(Speaker)["delete"],
    computed={
        "location": location,
        "public_field_values": partial(public_answers, Form.SPEAKER),
    },
    sort=("order",),
    joins={"sessions": profiles.add_sessions},
    pictures=(
        Picture(
            attribute="photo_url",
            kind="speaker",
            variants=PORTRAIT,
            placeholder="image_placeholder",
        ),
    ),
)
SPEAKERS_CALLS: Final = ResourceType(
    schema=SpeakersCallSchema,
    model=SpeakersCall,
    policy=SPEAKERS_CALL,
    create=profiles.create_speakers_call,
    update=profiles.update_speakers_call,
    delete=plain_writes(SpeakersCall)["delete"],
)
SPEAKER_INVITES: Final = ResourceType(
    schema=SpeakerInviteSchema,
    model=SpeakerInvite,
    policy=SPEAKER_INVITE,
    create=invites.invite,
    delete=invites.withdraw,
)

RESOURCES: Final = (SPEAKERS, SPEAKERS_CALLS, SPEAKER_INVITES)
