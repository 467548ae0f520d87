"""The resource types of the engagement area."""

from __future__ import annotations

from typing import Final

from openevent.areas.engagement import operations
from openevent.areas.engagement.models import Feedback, UserFavouriteEvent, UserFavouriteSession
from openevent.areas.engagement.policy import FAVOURITE_EVENT, FAVOURITE_SESSION, FEEDBACK
from openevent.areas.engagement.schemas import (
    FeedbackSchema,
    UserFavouriteEventSchema,
    UserFavouriteSessionSchema,
)
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

USER_FAVOURITE_SESSIONS: Final = ResourceType(
    schema=UserFavouriteSessionSchema,
    model=UserFavouriteSession,
    policy=FAVOURITE_SESSION,
    create=operations.add_favourite_session,
    delete=operations.remove_favourite_session,
    listings=(Listing(path="/v1/user-favourite-sessions", audience=Audience.REGISTERED),),
)
FEEDBACKS: Final = ResourceType(
    schema=FeedbackSchema,
    model=Feedback,
    policy=FEEDBACK,
    create=operations.give_feedback,
    update=operations.revise_feedback,
    delete=operations.retract_feedback,
)

RESOURCES: Final = (USER_FAVOURITE_EVENTS, USER_FAVOURITE_SESSIONS, FEEDBACKS)
