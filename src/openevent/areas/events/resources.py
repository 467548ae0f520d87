"""The resource types of the events area."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Final

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Text,
    and_,
    case,
    cast,
    column,
    exists,
    func,
    not_,
    or_,
    select,
    table,
    true,
)

from openevent.areas.events import operations
from openevent.areas.events.models import (
    CustomPlaceholder,
    Event,
    EventChange,
    EventCopyright,
    EventLocation,
    EventState,
    EventSubTopic,
    EventTopic,
    EventType,
    Privacy,
    SocialLink,
    Tag,
)
from openevent.areas.events.policy import EVENT, EVENT_HISTORY, RUN_BY_ORGANIZERS, SYSTEM_LIST
from openevent.areas.events.schemas import (
    CustomPlaceholderSchema,
    EventChangeSchema,
    EventCopyrightSchema,
    EventLocationSchema,
    EventSchema,
    EventSubTopicSchema,
    EventTopicSchema,
    EventTypeSchema,
    SocialLinkSchema,
    TagSchema,
)
from openevent.areas.events.sums import SUMS
from openevent.areas.identity.policy import TEAM, has_role
from openevent.db.engine import PUBLIC_URL
from openevent.jsonapi.pictures import LOGO, Picture
from openevent.jsonapi.resource import Listing, ResourceType, Row, plain_writes
from openevent.work.principal import Who

#: A table of an area above, by its name.
_STRIPE_AUTHORIZATIONS: Final = table("stripe_authorizations", column("event_id", BigInteger))


def is_listed(who: Who, row: Row) -> ColumnElement[bool]:
    """Whether general lists show the event. To strangers a private one has only its address."""
    return or_(row.privacy == Privacy.PUBLIC.value, has_role(who, row.id, *TEAM))


def is_upcoming(_: Who, row: Row) -> ColumnElement[bool]:
    """Whether the front page shows the event: promoted by staff, or complete to look at."""
    presentable = and_(
        not_(row.is_demoted),
        row.original_image_url.is_not(None),
        row.logo_url.is_not(None),
        row.event_type_id.is_not(None),
        row.event_topic_id.is_not(None),
        row.event_sub_topic_id.is_not(None),
    )
    return and_(
        row.state == EventState.PUBLISHED.value,
        row.privacy == Privacy.PUBLIC.value,
        row.starts_at > func.now(),
        or_(row.is_promoted, presentable),
    )


def is_complete(row: Row) -> ColumnElement[bool]:
    """Whether visitors find what they look for first: what, where, a picture, a kind."""
    return and_(
        func.coalesce(row.description, "") != "",
        or_(row.online, func.coalesce(row.location_name, "") != ""),
        func.coalesce(row.original_image_url, row.logo_url).is_not(None),
        row.event_type_id.is_not(None),
        row.event_topic_id.is_not(None),
    )


def is_stripe_linked(row: Row) -> ColumnElement[bool]:
    """Whether card payments of the event have an account to go to."""
    linked = _STRIPE_AUTHORIZATIONS.alias()
    return exists(select(1).where(linked.c.event_id == row.id))


def schedule_address(kind: str, row: Row) -> ColumnElement[str]:
    """Return where the schedule is as a file, as long as it is published with its event.

    Made when it is read: it cannot go on saying what was taken back.
    """
    server = func.current_setting(PUBLIC_URL, true(), type_=Text)
    address = server + "/v1/events/" + cast(row.id, Text) + f"/schedule.{kind}"
    is_out = row.schedule_published_on.is_not(None)
    return case((and_(row.state == EventState.PUBLISHED.value, is_out), address))


#: The picture of an event, or of one that has none, in the sizes that it is shown in.
PICTURE: Final = Picture(
    attribute="original_image_url",
    kind="event",
    variants={
        "large": "large_image_url",
        "thumbnail": "thumbnail_image_url",
        "icon": "icon_image_url",
    },
)
EVENTS: Final = ResourceType(
    schema=EventSchema,
    model=Event,
    policy=EVENT,
    create=operations.create_event,
    update=operations.update_event,
    delete=operations.delete_event,
    listings=(
        Listing(path="/v1/events", where=is_listed),
        Listing(path="/v1/events/upcoming", where=is_upcoming),
    ),
    computed={
        "is_event_online": lambda row: row.online,
        "is_complete": is_complete,
        "is_stripe_linked": is_stripe_linked,
        "is_ticketing_enabled": lambda row: row.ticket_url.is_(None),
        "ical_url": partial(schedule_address, "ics"),
        "xcal_url": partial(schedule_address, "xcal"),
        "pentabarf_url": partial(schedule_address, "xml"),
        **SUMS,
    },
    key="identifier",
    sort=("starts_at",),
    pictures=(replace(PICTURE, placeholder="image_placeholder"), LOGO),
)
EVENT_CHANGES: Final = ResourceType(
    schema=EventChangeSchema,
    model=EventChange,
    policy=EVENT_HISTORY,
    sort=("-changed_at",),
)
EVENT_TYPES: Final = ResourceType(
    schema=EventTypeSchema,
    model=EventType,
    policy=SYSTEM_LIST,
    create=operations.create_classification(EventType),
    update=plain_writes(EventType)["update"],
    delete=operations.delete_event_type,
    listings=(Listing(path="/v1/event-types"),),
    sort=("name",),
)
EVENT_TOPICS: Final = ResourceType(
    schema=EventTopicSchema,
    model=EventTopic,
    policy=SYSTEM_LIST,
    create=operations.create_classification(EventTopic),
    update=plain_writes(EventTopic)["update"],
    delete=operations.delete_event_topic,
    listings=(Listing(path="/v1/event-topics"),),
    sort=("name",),
)
EVENT_SUB_TOPICS: Final = ResourceType(
    schema=EventSubTopicSchema,
    model=EventSubTopic,
    policy=SYSTEM_LIST,
    create=operations.create_classification(EventSubTopic),
    update=plain_writes(EventSubTopic)["update"],
    delete=operations.delete_event_sub_topic,
    listings=(Listing(path="/v1/event-sub-topics"),),
    sort=("name",),
)
CUSTOM_PLACEHOLDERS: Final = ResourceType(
    schema=CustomPlaceholderSchema,
    model=CustomPlaceholder,
    policy=SYSTEM_LIST,
    **plain_writes(CustomPlaceholder),
    listings=(Listing(path="/v1/custom-placeholders"),),
    pictures=(PICTURE,),
)
EVENT_LOCATIONS: Final = ResourceType(
    schema=EventLocationSchema,
    model=EventLocation,
    policy=SYSTEM_LIST,
    create=operations.create_classification(EventLocation),
    update=plain_writes(EventLocation)["update"],
    delete=plain_writes(EventLocation)["delete"],
    listings=(Listing(path="/v1/event-locations"),),
    sort=("name",),
)
SOCIAL_LINKS: Final = ResourceType(
    schema=SocialLinkSchema,
    model=SocialLink,
    policy=RUN_BY_ORGANIZERS,
    create=plain_writes(SocialLink)["create"],
    update=operations.update_in_event,
    delete=plain_writes(SocialLink)["delete"],
)
EVENT_COPYRIGHTS: Final = ResourceType(
    schema=EventCopyrightSchema,
    model=EventCopyright,
    policy=RUN_BY_ORGANIZERS,
    create=plain_writes(EventCopyright)["create"],
    update=operations.update_in_event,
    delete=plain_writes(EventCopyright)["delete"],
)
TAGS: Final = ResourceType(
    schema=TagSchema,
    model=Tag,
    policy=RUN_BY_ORGANIZERS,
    create=plain_writes(Tag)["create"],
    update=operations.update_in_event,
    delete=plain_writes(Tag)["delete"],
)

RESOURCES: Final = (
    EVENTS,
    EVENT_CHANGES,
    SOCIAL_LINKS,
    EVENT_COPYRIGHTS,
    EVENT_TYPES,
    EVENT_TOPICS,
    EVENT_SUB_TOPICS,
    CUSTOM_PLACEHOLDERS,
    EVENT_LOCATIONS,
    TAGS,
)
