"""Whether an event is ready for the public: what it lacks, and what it cannot be without."""

from __future__ import annotations

from typing import Final

from sqlalchemy import func, not_, or_, select

from openevent.areas.events.extension import EventParts, Lack
from openevent.areas.events.models import Event
from openevent.areas.identity.policy import is_permitted
from openevent.errors import Forbidden, Several
from openevent.work.principal import Who
from openevent.work.unit import UnitOfWork

OWN_LACKS: Final = (
    Lack(
        code="unverified-user",
        detail="Verify your e-mail address first: only verified users publish events.",
        pointer="/data/attributes/state",
        missing=lambda who, _: not_(is_permitted(who, "publish_event")),
        is_blocking=True,
        refusal=Forbidden,
    ),
    Lack(
        code="name-missing",
        detail="A published event needs a name.",
        pointer="/data/attributes/name",
        missing=lambda _, event: func.btrim(event.name) == "",
        is_blocking=True,
    ),
    Lack(
        code="event-over",
        detail="The event is over already.",
        pointer="/data/attributes/ends-at",
        missing=lambda _, event: event.ends_at <= func.now(),
        is_blocking=True,
    ),
    Lack(
        code="description-missing",
        detail="Nothing tells visitors what the event is about.",
        pointer="/data/attributes/description",
        missing=lambda _, event: func.coalesce(event.description, "") == "",
    ),
    Lack(
        code="location-missing",
        detail="Visitors do not learn where the event is, nor that it is online.",
        pointer="/data/attributes/location-name",
        missing=lambda _, event: not_(
            or_(event.online, func.coalesce(event.location_name, "") != "")
        ),
    ),
    Lack(
        code="image-missing",
        detail="There is no picture to announce the event with.",
        pointer="/data/attributes/original-image-url",
        missing=lambda _, event: event.original_image_url.is_(None),
    ),
    Lack(
        code="logo-missing",
        detail="The event has no logo.",
        pointer="/data/attributes/logo-url",
        missing=lambda _, event: event.logo_url.is_(None),
    ),
    Lack(
        code="topic-missing",
        detail="Without type and topic, visitors who look for such events do not find it.",
        pointer="/data/relationships/event-topic",
        missing=lambda _, event: or_(event.event_topic_id.is_(None), event.event_type_id.is_(None)),
    ),
)


def lacks_of(work: UnitOfWork, event_id: int) -> list[Lack]:
    """Return what an event lacks, what it cannot be published without first; one statement."""
    who = Who(work.principal.audience)
    lacks = sorted(work.port(EventParts).lacks, key=lambda lack: not lack.is_blocking)
    statement = select(
        *(lack.missing(who, Event).label(f"lack_{n}") for n, lack in enumerate(lacks))
    ).where(Event.id == event_id)
    found = work.db.execute(statement, work.principal.parameters()).one()
    return [lack for lack, is_missing in zip(lacks, found, strict=True) if is_missing]


def check_publishable(work: UnitOfWork, event_id: int) -> None:
    """Refuse to publish an event that lacks what it cannot be without, naming all of it."""
    if blocking := [lack for lack in lacks_of(work, event_id) if lack.is_blocking]:
        raise Several([lack.as_refusal() for lack in blocking])
