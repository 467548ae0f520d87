"""Who may see and change what users like and think."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, false, or_, true

from openevent.areas.events.policy import event_exists
from openevent.jsonapi.resource import Policy, Row
from openevent.work.principal import Who


def is_own(who: Who, row: Row) -> ColumnElement[bool]:
    """Whether the row is the principal's own, or anybody's for staff."""
    if who.is_staff:
        return true()
    return false() if who.is_anonymous else row.user_id == who.id


def for_oneself(who: Who, user_id: ColumnElement[Any]) -> ColumnElement[bool]:
    """Whether a new row that names this user, or nobody, would be the principal's own."""
    if who.is_staff:
        return true()
    return false() if who.is_anonymous else or_(user_id.is_(None), user_id == who.id)


class FavouriteEventPolicy(Policy):
    """What somebody likes is between them and staff."""

    def visible(self, who: Who, row: Row) -> ColumnElement[bool]:
        if who.is_anonymous:
            return false()
        return and_(is_own(who, row), event_exists(who, row.event_id))

    def creatable(self, who: Who, values: Mapping[str, ColumnElement[Any]]) -> ColumnElement[bool]:
        return for_oneself(who, values["user_id"])

    def changeable(self, who: Who, row: Row) -> ColumnElement[bool]:
        return is_own(who, row)


FAVOURITE_EVENT: Final = FavouriteEventPolicy()
