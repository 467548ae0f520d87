"""The resource types of the forms area, and its share in events."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import ColumnElement, func, literal_column, select
from sqlalchemy.dialects.postgresql import JSONB

from openevent.areas.events.policy import RUN_BY_ORGANIZERS
from openevent.areas.forms import operations
from openevent.areas.forms.models import CustomForm, CustomFormOption, CustomFormTranslate
from openevent.areas.forms.policy import PART_OF_FIELD
from openevent.areas.forms.schemas import (
    CustomFormOptionSchema,
    CustomFormSchema,
    CustomFormTranslateSchema,
)
from openevent.jsonapi.resource import ResourceType, Row, plain_writes


def translations(row: Row) -> ColumnElement[Any]:
    """The names of a field in other languages, as JSON."""
    table = CustomFormTranslate.__table__.alias().c
    one = func.jsonb_build_object(
        literal_column("'id'"),
        table.id,
        literal_column("'name'"),
        table.name,
        literal_column("'language_code'"),
        table.language_code,
        literal_column("'form_id'"),
        row.form_id,
    )
    return func.coalesce(
        select(func.jsonb_agg(one, type_=JSONB))
        .where(table.custom_form_id == row.id, table.deleted_at.is_(None))
        .scalar_subquery(),
        literal_column("'[]'::jsonb"),
        type_=JSONB,
    )


def form_id(row: Row) -> ColumnElement[Any]:
    """The form that a translation's field is in."""
    field = CustomForm.__table__.alias().c
    return select(field.form_id).where(field.id == row.custom_form_id).scalar_subquery()


CUSTOM_FORMS: Final = ResourceType(
    schema=CustomFormSchema,
    model=CustomForm,
    policy=RUN_BY_ORGANIZERS,
    create=operations.create_field,
    update=operations.update_field,
    delete=operations.delete_field,
    computed={"translations": translations},
    sort=("position",),
)
CUSTOM_FORM_OPTIONS: Final = ResourceType(
    schema=CustomFormOptionSchema,
    model=CustomFormOption,
    policy=PART_OF_FIELD,
    create=plain_writes(CustomFormOption)["create"],
    update=operations.update_part,
    delete=plain_writes(CustomFormOption)["delete"],
)
CUSTOM_FORM_TRANSLATES: Final = ResourceType(
    schema=CustomFormTranslateSchema,
    model=CustomFormTranslate,
    policy=PART_OF_FIELD,
    create=plain_writes(CustomFormTranslate)["create"],
    update=operations.update_part,
    delete=plain_writes(CustomFormTranslate)["delete"],
    computed={"form_id": form_id},
)

RESOURCES: Final = (CUSTOM_FORMS, CUSTOM_FORM_OPTIONS, CUSTOM_FORM_TRANSLATES)
