"""Who may see and change what an installation says about itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from sqlalchemy import ColumnElement, false, true

from openevent.areas.identity.policy import StaffWrites
from openevent.jsonapi.resource import Row
from openevent.work.principal import Who


class SettingPolicy(StaffWrites):
    """Front ends need most of it before anybody logs in; who is paid is told to accounts."""

    def audiences(self, who: Who, row: Row) -> Mapping[str, ColumnElement[bool]]:
        return {"registered": false() if who.is_anonymous else true()}


SETTING: Final = SettingPolicy()
