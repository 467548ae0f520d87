"""What a change of an event's forms means, and whether somebody filled one in."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from functools import cache
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Text,
    and_,
    bindparam,
    func,
    select,
)
from sqlalchemy.dialects.postgresql import insert

from openevent.areas.events.operations import update_in_event
from openevent.areas.forms.models import CustomForm, CustomFormOption, CustomFormTranslate, Form
from openevent.areas.forms.rules import (
    COMPULSORY,
    MAX_POSITION,
    Field,
    check_answers,
    check_limits,
    form_values,
    key_of,
    known_name,
)
from openevent.areas.identity.policy import EVENT_ACCESS, has_role
from openevent.db.base import Record
from openevent.db.compiled import sql_text
from openevent.db.engine import run_in
from openevent.errors import Conflict, Forbidden, Missing
from openevent.work.principal import Audience, Who
from openevent.work.unit import UnitOfWork


def create_field(work: UnitOfWork, values: dict[str, Any]) -> CustomForm:
    """Add a field to a form of an event, after the others unless it says where."""
    translations = values.pop("translations", ())
    place = values.pop("position", None)
    field = CustomForm(**values, position=_last(work, values) if place is None else place)
    _identify(field)
    work.db.add(field)
    if translations:
        work.db.flush()  # they need its id
        _translate(work, field, translations)
    return field


def update_field(work: UnitOfWork, field: CustomForm, changes: dict[str, Any]) -> None:
    """Change a field, and its names in other languages.

    A fixed field stays asked for and required until it is fixed no more.
    """
    translations = changes.pop("translations", ())
    if field.is_fixed and changes.get("is_fixed", True):
        for name in ("is_required", "is_included"):
            if changes.get(name) is False:
                raise _fixed(pointer=f"/data/attributes/{name.replace('_', '-')}")
    if changes.get("position", 0) is None:
        changes["position"] = _last(work, {"event_id": field.event_id, "form": field.form})
    update_in_event(work, field, changes)
    _identify(field)
    if translations and _translate(work, field, translations):
        field.modified_at = work.now()  # its document changes


def delete_field(work: UnitOfWork, field: CustomForm) -> None:
    """Take a field out of its form; what was answered stays where it was answered."""
    if field.is_fixed:
        raise _fixed()
    field.deleted_at = work.now()


def update_part(
    _: UnitOfWork, part: CustomFormOption | CustomFormTranslate, changes: dict[str, Any]
) -> None:
    """Change an option or a translation, which stays with its field."""
    if "custom_form_id" in changes:
        raise Forbidden(
            "It stays with the field that it was made for.",
            pointer="/data/relationships/custom-form",
        )
    for name, value in changes.items():
        setattr(part, name, value)


def add_compulsory_fields(work: UnitOfWork, event_id: int) -> None:
    """Let a new event ask its attendees for what no ticket can be without."""
    work.db.execute(
        insert(CustomForm)
        .on_conflict_do_nothing()
        .values(
            [
                {
                    "event_id": event_id,
                    "form": Form.ATTENDEE.value,
                    "field_identifier": identifier,
                    "key": key_of(identifier),
                    "type": type_.value,
                    "name": name,
                    "position": position,
                    "is_required": True,
                    "is_included": True,
                    "is_fixed": True,
                }
                for position, (identifier, type_, name) in enumerate(COMPULSORY)
            ]
        )
    )


def fill_in(
    work: UnitOfWork,
    form: Form,
    values: Mapping[str, Any],
    *,
    of: Record | type[Record],
    event_id: int,
    form_id: str | None = None,
    excused: Collection[str] = (),
) -> dict[str, Any]:
    """Return values with the form's answers in them checked, by one statement.

    ``values`` are those of a new row, ``of`` then being its class; or the changes of the
    row ``of``. ``form_id`` is the ticket's, for attendees. ``excused`` are attributes
    that this once need not be there. Those who run the event may change what is no
    answer without completing the form first.

    Raises ``InvalidDocument`` with an error for each answer that is missing or wrong.
    """
    names = form_values(form)
    is_new = isinstance(of, type)
    rows = run_in(work.db)(
        _fields_sql(work.principal.audience),
        work.principal.parameters()
        | {"event_id": event_id, "form": form.value, "form_id": form_id},
    )
    if rows[0][0] and not is_new and names.isdisjoint(values):
        return dict(values)
    fields = [
        Field(
            identifier=identifier,
            name=name,
            type=type_,
            is_required=is_required,
            is_complex=is_complex,
            min=least,
            max=most,
            options=options,
        )
        for _, identifier, name, type_, is_required, is_complex, least, most, options in rows
        if identifier is not None
    ]
    stored = {name: None if is_new else getattr(of, name) for name in names if hasattr(of, name)}
    known = {name: values.get(name, value) for name, value in stored.items()}
    answers = check_answers(
        fields,
        known,
        known["complex_field_values"],
        stored=stored["complex_field_values"],
        excused=excused,
    )
    return {**values, "complex_field_values": answers}


@cache
def _fields_sql(audience: Audience) -> str:
    """Return the statement for an event's included fields of a form, and who asks."""
    field, option = CustomForm.__table__.c, CustomFormOption.__table__.c
    event_id = bindparam("event_id", type_=BigInteger())
    asks = select(has_role(Who(audience), event_id, *EVENT_ACCESS).label("may")).subquery("asks")
    options = (
        select(option.value)
        .where(option.custom_form_id == field.id, option.deleted_at.is_(None))
        .order_by(option.id)
        .scalar_subquery()
    )
    return sql_text(
        select(
            asks.c.may,
            field.field_identifier,
            field.name,
            field.type,
            field.is_required,
            field.is_complex,
            field.min,
            field.max,
            func.array(options, type_=ARRAY(Text)),
        )
        .select_from(asks)
        .outerjoin(
            CustomForm.__table__,
            and_(
                field.event_id == event_id,
                field.form == bindparam("form", type_=Text()),
                field.form_id.is_not_distinct_from(bindparam("form_id", type_=Text())),
                field.is_included,
                field.deleted_at.is_(None),
            ),
        )
        .order_by(field.position, field.id)
    )


def _identify(field: CustomForm) -> None:
    """Work out from the identifier whether the field has an attribute and a name of its own."""
    check_limits(field.min, field.max)
    field.key = key_of(field.field_identifier)
    name = known_name(Form(field.form), field.field_identifier)
    field.is_complex = name is None
    field.name = name or field.name or field.field_identifier


def _last(work: UnitOfWork, values: Mapping[str, Any]) -> int:
    table = CustomForm.__table__.c
    after = func.coalesce(func.max(table.position) + 1, 0)
    found = work.db.scalar(
        select(func.least(after, MAX_POSITION)).where(
            table.event_id == values["event_id"],
            table.form == values["form"],
            table.deleted_at.is_(None),
        )
    )
    return int(found or 0)


def _translate(
    work: UnitOfWork, field: CustomForm, translations: Iterable[Mapping[str, Any]]
) -> bool:
    """Add, change and remove names in other languages, by their id or their language.

    Return whether that made a difference.
    """
    present = {
        row.id: row
        for row in work.db.scalars(
            select(CustomFormTranslate)
            .where(
                CustomFormTranslate.custom_form_id == field.id,
                CustomFormTranslate.deleted_at.is_(None),
            )
            .with_for_update()
        )
    }
    languages = {row.language_code: row for row in present.values()}
    for place, translation in enumerate(translations):
        id_ = translation.get("id")
        row = present.get(id_) if id_ else languages.get(translation.get("language_code", ""))
        if id_ and row is None:
            raise Missing(
                "The field has no such translation.",
                pointer=f"/data/attributes/translations/{place}",
            )
        if translation.get("is_deleted"):
            if row is not None:
                row.deleted_at = work.now()
        elif row is not None:
            row.name, row.language_code = translation["name"], translation["language_code"]
            row.deleted_at = None
        else:
            row = CustomFormTranslate(
                custom_form_id=field.id,
                name=translation["name"],
                language_code=translation["language_code"],
            )
            languages[row.language_code] = row
            work.db.add(row)
    return any(row.id is None or work.db.is_modified(row) for row in languages.values())


def _fixed(pointer: str | None = None) -> Conflict:
    return Conflict(
        "The field is fixed: it stays, required, until is-fixed is false.",
        code="fixed-field",
        pointer=pointer,
    )
