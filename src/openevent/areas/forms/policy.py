"""Who may see and change what belongs to a field of a form, and the answers to it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, case, exists, func, literal_column, select
from sqlalchemy.dialects.postgresql import JSONB

from openevent.areas.events.policy import event_exists
from openevent.areas.forms.models import CustomForm, Form
from openevent.areas.identity.policy import EVENT_ACCESS, has_role
from openevent.jsonapi.resource import Policy, Row
from openevent.jsonapi.rows import TableRow
from openevent.work.principal import Who


class PartOfField(Policy):
    """Options and translations are seen where their field is, and kept by who runs the event."""

    def visible(self, who: Who, row: Row) -> ColumnElement[bool]:
        field: Row = TableRow(CustomForm)
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
    field: Row = TableRow(CustomForm)
    return exists().where(field.id == custom_form_id, has_role(who, field.event_id, *EVENT_ACCESS))


PART_OF_FIELD: Final = PartOfField()


def public_answers(form: Form, row: Row) -> ColumnElement[Any]:
    """Return, of a row's answers to a form, those that the event's form makes public.

    As the form is now: what it makes private, or asks no more, is hidden from then on.
    """
    form_fields = CustomForm.__table__.alias()
    field = form_fields.c
    answer = func.jsonb_each(row.complex_field_values).table_valued("key", "value").alias()
    given = func.lower(func.replace(answer.c.key, literal_column("'-'"), literal_column("'_'")))
    # Joined: in an EXISTS in this subquery the row would be any row, so any event's form.
    asked = and_(
        field.event_id == row.event_id,
        field.form == literal_column(f"'{form.value}'"),
        field.key == given,
        field.is_complex,
        field.is_public,
        field.is_included,
        field.deleted_at.is_(None),
    )
    shown = (
        select(func.jsonb_object_agg(answer.c.key, answer.c.value, type_=JSONB))
        .select_from(answer.join(form_fields, asked))
        .scalar_subquery()
    )
    has_answers = func.jsonb_typeof(row.complex_field_values) == literal_column("'object'")
    return case((has_answers, shown))
