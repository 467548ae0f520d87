"""The resource types of the partners area."""

from __future__ import annotations

from typing import Final

from openevent.areas.events.operations import update_in_event
from openevent.areas.events.policy import RUN_BY_ORGANIZERS
from openevent.areas.partners.endpoints import ROUTES
from openevent.areas.partners.models import Exhibitor, Sponsor
from openevent.areas.partners.policy import EXHIBITOR
from openevent.areas.partners.schemas import ExhibitorSchema, SponsorSchema
from openevent.jsonapi.pictures import BANNER, LOGO
from openevent.jsonapi.resource import ResourceType, plain_writes

SPONSORS: Final = ResourceType(
    schema=SponsorSchema,
    model=Sponsor,
    policy=RUN_BY_ORGANIZERS,
    create=plain_writes(Sponsor)["create"],
    update=update_in_event,
    delete=plain_writes(Sponsor)["delete"],
    sort=("level",),
    pictures=(LOGO,),
)
EXHIBITORS: Final = ResourceType(
    schema=ExhibitorSchema,
    model=Exhibitor,
    policy=EXHIBITOR,
    create=plain_writes(Exhibitor)["create"],
    update=update_in_event,
    delete=plain_writes(Exhibitor)["delete"],
    sort=("position",),
    pictures=(LOGO, BANNER),
)

RESOURCES: Final = (SPONSORS, EXHIBITORS)

__all__ = ["RESOURCES", "ROUTES"]
