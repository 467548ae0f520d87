"""Who may see what the server writes to people, and switch it off."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, and_, false, true

from openevent.areas.events.policy import event_exists
from openevent.jsonapi.resource import Policy, Row
from openevent.work.principal import Who


class StaffOnly(Policy):
    """Admins read, and nobody writes."""

    def visible(self, who: Who, row: Row) -> ColumnElement[bool]:
        return true() if who.is_staff else false()


class SettingPolicy(Policy):
    """Whoever is logged in may know what is switched off; admins switch."""

    def visible(self, who: Who, row: Row) -> ColumnElement[bool]:
        return false() if who.is_anonymous else true()

    def changeable(self, who: Who, row: Row) -> ColumnElement[bool]:
        return true() if who.is_staff else false()


class OwnOnly(Policy):
    """People see and change what is theirs; so do admins."""

    def visible(self, who: Who, row: Row) -> ColumnElement[bool]:
        if who.is_staff:
            return true()
        return false() if who.is_anonymous else row.user_id == who.id

    def changeable(self, who: Who, row: Row) -> ColumnElement[bool]:
        return self.visible(who, row)


class SwitchesPolicy(OwnOnly):
    """People switch their own mails, of events that they can see."""

    def creatable(self, who: Who, values: Mapping[str, ColumnElement[Any]]) -> ColumnElement[bool]:
        if who.is_anonymous:
            return false()
        own = true() if who.is_staff else values["user_id"] == who.id
        return and_(own, event_exists(who, values["event_id"]))
