"""Who may see and change what belongs to a field of a form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import ColumnElement, exists
from sqlalchemy.orm import aliased

from openevent.areas.events.policy import event_exists
from openevent.areas.forms.models import CustomForm
from openevent.areas.identity.policy import EVENT_ACCESS, has_role
from openevent.jsonapi.resource import Policy, Row
from openevent.work.principal import Who


class PartOfField(Policy):
    """Options and translations are seen where their field is, and kept by who runs the event."""

    def visible(self, who: Who, row: Row) -> ColumnElement[bool]:
        field: Row = aliased(CustomForm)
        return exists().where(
            field.id == row.custom_form_id,
            field.deleted_at.is_(None),
            event_exists(who, field.event_id),
        )

    def creatable(self, who: Who, values: Mapping[str, ColumnElement[Any]]) -> ColumnElement[bool]:
        return _run_by(who, values["custom_form_id"])

    def changeable(self, who: Who, row: Row) -> ColumnElement[bool]:
        return _run_by(who, row.custom_form_id)


def _run_by(who: Who, custom_form_id: ColumnElement[int]) -> ColumnElement[bool]:
    field: Row = aliased(CustomForm)
    return exists().where(field.id == custom_form_id, has_role(who, field.event_id, *EVENT_ACCESS))


PART_OF_FIELD: Final = PartOfField()
