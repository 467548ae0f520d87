"""Badges: what a form says of its fields, and what a change of either means."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from itertools import chain
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, bindparam, func, literal_column, not_, select
from sqlalchemy.dialects.postgresql import JSONB, aggregate_order_by
from sqlalchemy.orm import aliased

from openevent.areas.events.operations import update_in_event
from openevent.areas.ticketing.models import BadgeFieldForm, BadgeForm, Ticket
from openevent.areas.ticketing.policy import TICKET
from openevent.areas.ticketing.schemas import BadgeFieldSchema
from openevent.db.compiled import sql_text
from openevent.errors import Forbidden, Missing
from openevent.jsonapi.resource import Row
from openevent.jsonapi.rows import TableRow
from openevent.work.principal import Audience, Who
from openevent.work.unit import UnitOfWork


def badge_id(row: Row) -> ColumnElement[Any]:
    """The name that tickets have for the badge of a field."""
    form = BadgeForm.__table__.alias().c
    return select(form.badge_id).where(form.id == row.badge_form_id).scalar_subquery()


def fields_of(row: Row) -> ColumnElement[Any]:
    """The fields of a badge, as JSON."""
    field = BadgeFieldForm.__table__.alias().c
    names = [name for name in BadgeFieldSchema().fields if name in field]
    one = func.jsonb_build_object(
        *_pairs({name: field[name] for name in names}),
        *_pairs({"badge_field_id": field.id, "badge_id": row.badge_id}),
    )
    return func.coalesce(
        select(func.jsonb_agg(aggregate_order_by(one, field.id), type_=JSONB))
        .where(field.badge_form_id == row.id)
        .scalar_subquery(),
        literal_column("'[]'::jsonb"),
        type_=JSONB,
    )


@lru_cache(maxsize=16)
def ticket_fields(audience: Audience) -> str:
    """Return the SQL of what is printed for holders of the ticket ``id``, if it is visible."""
    who, ticket = Who(audience), TableRow(Ticket)
    form, field = aliased(BadgeForm), aliased(BadgeFieldForm)
    one = func.jsonb_build_object(
        *_pairs({name: getattr(field, name) for name in ("id", "field_identifier", "custom_field")})
    )
    printed = (
        select(func.jsonb_agg(aggregate_order_by(one, field.id), type_=JSONB))
        .join_from(form, field, field.badge_form_id == form.id)
        .where(
            form.event_id == ticket.event_id,
            form.badge_id == ticket.badge_id,
            not_(field.is_deleted),
        )
        .scalar_subquery()
    )
    return sql_text(
        select(printed).where(
            ticket.id == bindparam("id", type_=BigInteger()),
            ticket.deleted_at.is_(None),
            TICKET.visible(who, ticket),
        )
    )


def create_badge(work: UnitOfWork, values: dict[str, Any]) -> BadgeForm:
    """Add a badge to an event, with its fields."""
    fields = values.pop("badge_fields", ())
    form = BadgeForm(**values)
    work.db.add(form)
    if fields:
        work.db.flush()  # they need its id
        _print(work, form, fields)
    return form


def update_badge(work: UnitOfWork, form: BadgeForm, changes: dict[str, Any]) -> None:
    """Change a badge, and those of its fields that are sent along."""
    fields = changes.pop("badge_fields", ())
    update_in_event(work, form, changes)
    if fields and _print(work, form, fields):
        form.modified_at = work.now()  # its document changes


def update_field(_: UnitOfWork, field: BadgeFieldForm, changes: dict[str, Any]) -> None:
    """Change a field, which stays with its badge."""
    if "badge_form_id" in changes:
        raise Forbidden(
            "It stays with the badge that it was made for.",
            pointer="/data/relationships/badge-form",
        )
    for name, value in changes.items():
        setattr(field, name, value)


def _print(work: UnitOfWork, form: BadgeForm, fields: Iterable[Mapping[str, Any]]) -> bool:
    """Add, change and remove fields of a badge, by their ids.

    Return whether that made a difference.
    """
    present = {
        row.id: row
        for row in work.db.scalars(
            select(BadgeFieldForm).where(BadgeFieldForm.badge_form_id == form.id).with_for_update()
        )
    }
    for place, sent in enumerate(fields):
        values = {name: value for name, value in sent.items() if name != "id"}
        row = present.get(sent.get("id") or 0)
        if sent.get("id") and row is None:
            raise Missing(
                "The badge has no such field.", pointer=f"/data/attributes/badge-fields/{place}"
            )
        if values.get("is_deleted"):
            if row is not None:
                work.db.delete(present.pop(row.id))
        elif row is None:
            work.db.add(BadgeFieldForm(badge_form_id=form.id, **values))
        else:
            for name, value in values.items():
                setattr(row, name, value)
    return bool(work.db.new or work.db.deleted) or any(map(work.db.is_modified, present.values()))


def _pairs(values: Mapping[str, Any]) -> list[Any]:
    """Return names and values in turn, as ``jsonb_build_object`` takes them."""
    names: list[Any] = [literal_column(f"'{name}'") for name in values]
    return [*chain.from_iterable(zip(names, values.values(), strict=True))]
