"""The resource types of the engagement area."""

from __future__ import annotations

from typing import Final

from openevent.areas.engagement import operations
from openevent.areas.engagement.models import UserFavouriteEvent
from openevent.areas.engagement.policy import FAVOURITE_EVENT
from openevent.areas.engagement.schemas import UserFavouriteEventSchema
from openevent.jsonapi.resource import Listing, ResourceType, plain_writes
from openevent.work.principal import Audience

USER_FAVOURITE_EVENTS: Final = ResourceType(
    schema=UserFavouriteEventSchema,
    model=UserFavouriteEvent,
    policy=FAVOURITE_EVENT,
    create=operations.add_favourite_event,
    delete=plain_writes(UserFavouriteEvent)["delete"],
    listings=(Listing(path="/v1/user-favourite-events", audience=Audience.REGISTERED),),
)

RESOURCES: Final = (USER_FAVOURITE_EVENTS,)
