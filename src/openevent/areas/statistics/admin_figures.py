"""What there is on the whole server, counted for admins: one statement for each document."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property, partial
from typing import Any, ClassVar, Final

import orjson
from falcon import Request, Response
from sqlalchemy import (
    ColumnElement,
    DateTime,
    Select,
    SQLColumnExpression,
    and_,
    column,
    distinct,
    func,
    literal_column,
    or_,
    select,
    table,
)
from sqlalchemy.dialects.postgresql import INTERVAL

from openevent.areas.events.models import Event, EventState, EventTopic, EventType, Privacy
from openevent.areas.identity.models import Role, RoleName, User, UsersEventsRoles
from openevent.areas.orders.models import Attendee
from openevent.areas.programme.models import Session
from openevent.areas.programme.rules import SessionState
from openevent.areas.statistics.figures import text_of
from openevent.areas.teams.models import Group, UserFollowGroup
from openevent.db.compiled import sql_text
from openevent.errors import Unauthenticated
from openevent.http.routes import Context, Route
from openevent.jsonapi.endpoints import MEDIA_TYPE, admit
from openevent.jsonapi.resource import Listing
from openevent.work.principal import Audience

#: The mails of the area above, by its name.
_MAILS: Final = table("mails", column("time", DateTime(timezone=True)))
Counts = Mapping[str, ColumnElement[Any]]


@dataclass(frozen=True)
class Figures:
    """A document of counts: its type, and each count by its name on the wire."""

    name: str
    counts: Counts

    @cached_property
    def sql(self) -> str:
        """The one statement that counts everything."""
        return sql_text(select(*self.counts.values()))


def _count(model: Any, *where: SQLColumnExpression[bool]) -> ColumnElement[Any]:
    counted: Select[int] = select(func.count()).select_from(model)
    return counted.where(*where).scalar_subquery()


def _users(*where: SQLColumnExpression[bool]) -> ColumnElement[Any]:
    return _count(User, User.deleted_at.is_(None), *where)


def _having(role: RoleName) -> ColumnElement[Any]:
    """Return how many people have a role on some event."""
    held = select(func.count(distinct(UsersEventsRoles.user_id))).join(
        Role, Role.id == UsersEventsRoles.role_id
    )
    return held.where(Role.name == text_of(role)).scalar_subquery()


def _sessions(*states: SessionState) -> ColumnElement[Any]:
    among = [or_(*(Session.state == text_of(state) for state in states))] if states else []
    return _count(Session, Session.deleted_at.is_(None), *among)


def _mails(since: timedelta) -> ColumnElement[Any]:
    span = literal_column(f"interval '{since.days} days'", INTERVAL)
    return _count(_MAILS, _MAILS.c.time >= func.now() - span)


_IS_LIVE: Final = Event.deleted_at.is_(None)
_TO_COME: Final = and_(_IS_LIVE, Event.ends_at >= func.now())
FIGURES: Final = {
    "events": Figures(
        "admin-statistics-event",
        {
            "draft": _count(Event, _TO_COME, Event.state == text_of(EventState.DRAFT)),
            "published": _count(Event, _TO_COME, Event.state == text_of(EventState.PUBLISHED)),
            "past": _count(Event, _IS_LIVE, Event.ends_at < func.now()),
        },
    ),
    "groups": Figures(
        "admin-statistics-group",
        {
            "groups": _count(Group, Group.deleted_at.is_(None)),
            "group-events": _count(Event, _IS_LIVE, Event.group_id.is_not(None)),
            "followers": _count(UserFollowGroup),
        },
    ),
    "mails": Figures(
        "admin-statistics-mail",
        {
            "one-day": _mails(timedelta(days=1)),
            "three-days": _mails(timedelta(days=3)),
            "seven-days": _mails(timedelta(days=7)),
            "thirty-days": _mails(timedelta(days=30)),
        },
    ),
    "sessions": Figures(
        "admin-statistics-session",
        {
            "draft": _sessions(SessionState.DRAFT),
            "submitted": _sessions(),
            "accepted": _sessions(SessionState.ACCEPTED),
            "confirmed": _sessions(SessionState.CONFIRMED),
            "pending": _sessions(SessionState.PENDING),
            "rejected": _sessions(SessionState.REJECTED),
        },
    ),
    "users": Figures(
        "admin-statistics-user",
        {
            "super-admin": _users(User.is_super_admin),
            "admin": _users(User.is_admin),
            "verified": _users(User.is_verified),
            "unverified": _users(~User.is_verified),
            "owner": _having(RoleName.OWNER),
            "organizer": _having(RoleName.ORGANIZER),
            "coorganizer": _having(RoleName.COORGANIZER),
            "track-organizer": _having(RoleName.TRACK_ORGANIZER),
            "attendee": select(func.count(distinct(Attendee.user_id)))
            .where(Attendee.deleted_at.is_(None))
            .scalar_subquery(),
        },
    ),
}


class AdminFigures:
    """``GET /v1/admin/statistics/*``: counts of everything there is, for admins."""

    speaks: ClassVar[str] = MEDIA_TYPE

    def __init__(self, context: Context, segment: str) -> None:
        self.pool = context.engine.pool
        self.path = f"/v1/admin/statistics/{segment}"
        self.figures = FIGURES[segment]
        self.listing = Listing(path=self.path, audience=Audience.STAFF)

    def on_get(self, req: Request, resp: Response) -> None:
        admit(req.context.work.principal, self.listing)
        (counted,) = self.pool.run(self.figures.sql, {})
        links = {"self": self.path}
        data = {
            "type": self.figures.name,
            "id": "1",
            "attributes": dict(zip(self.figures.counts, counted, strict=True)),
            "links": links,
        }
        resp.set_header("Cache-Control", "no-store")
        resp.data = orjson.dumps({"data": data, "links": links, "jsonapi": {"version": "1.0"}})


class Classified:
    """``GET /v1/admin/statistics/event-types`` and ``event-topics``: public events of each."""

    speaks: ClassVar[str] = "application/json"

    def __init__(self, context: Context, kind: type[EventType | EventTopic], key: str) -> None:
        self.pool = context.engine.pool
        is_public = (
            getattr(Event, key) == kind.id,
            _IS_LIVE,
            Event.state == text_of(EventState.PUBLISHED),
            Event.privacy == text_of(Privacy.PUBLIC),
        )
        number = select(func.count()).where(*is_public).correlate(kind).scalar_subquery()
        counted = select(kind.name, number.label("number")).where(kind.deleted_at.is_(None))
        self.sql = sql_text(counted.order_by(number.desc(), kind.name))

    def on_get(self, req: Request, resp: Response) -> None:
        if req.context.work.principal.is_anonymous:
            raise Unauthenticated("Log in to see this.")
        resp.set_header("Cache-Control", "no-store")
        resp.media = [
            {"name": name, "count": number} for name, number in self.pool.run(self.sql, {})
        ]


ROUTES: Final = (
    *(
        Route(f"/v1/admin/statistics/{segment}", partial(AdminFigures, segment=segment))
        for segment in FIGURES
    ),
    Route(
        "/v1/admin/statistics/event-types",
        partial(Classified, kind=EventType, key="event_type_id"),
    ),
    Route(
        "/v1/admin/statistics/event-topics",
        partial(Classified, kind=EventTopic, key="event_topic_id"),
    ),
)
