"""Who is written to because of what happens to an event, and about what."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Final

from sqlalchemy import ColumnElement, and_, or_, select

from openevent.areas.communication.operations.rendering import display_name
from openevent.areas.communication.queries.accounts import of_event
from openevent.areas.communication.rules import About, Mailing
from openevent.areas.engagement.models import UserFavouriteEvent
from openevent.areas.events.domain_events import EventChanged
from openevent.areas.events.models import Event, EventState
from openevent.areas.identity.models import Role, RoleName, User, UsersEventsRoles
from openevent.areas.identity.policy import EVENT_ACCESS, TEAM
from openevent.areas.speakers.models import Speaker
from openevent.services.languages import Moment
from openevent.work.unit import UnitOfWork

#: What those who plan to come have to know about when it changes.
WHEN_AND_WHERE: Final = frozenset(
    {"starts_at", "ends_at", "timezone", "location_name", "searchable_location_name", "online"}
)


def live_event(work: UnitOfWork, event_id: int) -> Event | None:
    """Return an event, unless it is deleted."""
    event = work.db.get(Event, event_id)
    return event if event is not None and event.deleted_at is None else None


def has_role_on(event_id: int, *roles: RoleName) -> ColumnElement[bool]:
    """Whether a user has one of these roles on the event."""
    return User.id.in_(
        select(UsersEventsRoles.user_id)
        .join(Role, Role.id == UsersEventsRoles.role_id)
        .where(UsersEventsRoles.event_id == event_id, Role.name.in_([role.value for role in roles]))
    )


def published(work: UnitOfWork, event_id: int) -> Mailing | None:
    """Tell the event's team that everybody sees it now; once per event."""
    event = live_event(work, event_id)
    if event is None or event.state != EventState.PUBLISHED:
        return None
    return Mailing(
        occasion=f"event {event_id}",
        people=has_role_on(event_id, *TEAM),
        values={"event": event.name, "starts": Moment(event.starts_at, event.timezone)},
        event_id=event_id,
        page=f"e/{event.identifier}",
        about=_about(event, "published"),
    )


def moves(event: EventChanged) -> bool:
    """Whether a change is one of time or place."""
    return not WHEN_AND_WHERE.isdisjoint(event.changed)


def changed(
    work: UnitOfWork, event_id: int, key: str, user_id: int | None, changed: Sequence[str]
) -> Mailing | None:
    """Tell those who come, or help, that a published event is at another time or place."""
    event = live_event(work, event_id)
    if (
        event is None
        or event.state != EventState.PUBLISHED
        or event.ends_at < work.now()
        or not WHEN_AND_WHERE.intersection(changed)
    ):
        return None
    place = "online" if event.online else event.location_name or event.searchable_location_name
    return Mailing(
        occasion=f"change {key}",
        people=and_(_concerned(event_id), User.id != (user_id or 0)),
        values={
            "event": event.name,
            "starts": Moment(event.starts_at, event.timezone),
            "ends": Moment(event.ends_at, event.timezone),
            "place": place or "?",
        },
        event_id=event_id,
        page=f"e/{event.identifier}",
        about=_about(event, "changed"),
        actor_ids=(user_id,) if user_id else (),
    )


def contact_organizers(
    work: UnitOfWork, event_id: int, user_id: int, key: str, message: str
) -> Mailing | None:
    """Pass a question on to those who run an event; they answer to who asks."""
    event, user = live_event(work, event_id), work.db.get(User, user_id)
    if event is None or user is None or user.deleted_at is not None:
        return None
    return Mailing(
        occasion=f"question {key}",
        people=has_role_on(event_id, *EVENT_ACCESS),
        values={
            "event": event.name,
            "person": display_name(user.public_name, user.first_name, user.email),
            "email": user.email,
        },
        quote=as_markup(message),
        reply_to=user.email,
    )


def contact_organizers_copy(
    work: UnitOfWork, event_id: int, user_id: int, key: str, message: str
) -> Mailing | None:
    """Send who asks something a copy of it."""
    event = live_event(work, event_id)
    if event is None:
        return None
    return Mailing(
        occasion=f"question {key}",
        people=User.id == user_id,
        values={"event": event.name},
        quote=as_markup(message),
    )


def as_markup(text: str) -> str:
    """Return a text as HTML that shows the same."""
    return escape(text, quote=False).replace("\n", "<br>")


def _concerned(event_id: int) -> ColumnElement[bool]:
    """Whether a user helps with the event, speaks there, or has it among their favourites."""
    likes, speakers = UserFavouriteEvent, Speaker
    return or_(
        has_role_on(event_id, *TEAM),
        User.id.in_(
            select(likes.user_id).where(likes.event_id == event_id, likes.deleted_at.is_(None))
        ),
        User.id.in_(
            select(speakers.user_id).where(
                speakers.event_id == event_id, speakers.deleted_at.is_(None)
            )
        ),
    )


def _about(event: Event, action: str) -> About:
    details = {"event": of_event(event)}
    return About(type="Event", id=event.id, action=action, details=details)
