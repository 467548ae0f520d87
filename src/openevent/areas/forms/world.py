"""The forms area's part of the demo world: fixed ids that documentation and tests share."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from openevent.areas.forms.models import CustomForm, CustomFormOption, CustomFormTranslate
from openevent.areas.forms.rules import COMPULSORY, key_of
from openevent.db.base import Record

MADE = datetime(2025, 11, 5, 8, 0, tzinfo=UTC)
DELETED = datetime(2025, 12, 1, 10, 0, tzinfo=UTC)


def rows() -> list[Record]:
    """Return the rows in the order in which they can be inserted."""
    made = [
        _field(1, "session", "title", "Title", is_required=True),
        _field(2, "session", "shortAbstract", "Short Abstract"),
        _field(
            3,
            "speaker",
            "shirtSize",
            "T-shirt size",
            type="select",
            is_complex=True,
            main_language="en",
        ),
        *(
            _field(3 + place, "attendee", identifier, name, type=type_, **_COMPULSORY)
            for place, (identifier, type_, name) in enumerate(COMPULSORY, start=1)
        ),
        _field(7, "attendee", "diet", "What do you eat?", is_complex=True, form_id="workshop"),
        _field(8, "attendee", "email", "Email", event=2, type="email", **_COMPULSORY),
        _field(9, "attendee", "email", "Email", event=3, type="email", **_COMPULSORY),
        _field(10, "session", "level", "Level", deleted_at=DELETED),
        CustomFormOption(id=1, custom_form_id=3, value="M"),
        CustomFormOption(id=2, custom_form_id=3, value="XL"),
        CustomFormOption(id=3, custom_form_id=3, value="XXXL", deleted_at=DELETED),
        CustomFormOption(id=4, custom_form_id=9, value="@example.org"),
        CustomFormTranslate(id=1, custom_form_id=3, language_code="de", name="T-Shirt-Größe"),
        CustomFormTranslate(id=2, custom_form_id=3, language_code="es", name="Talla de camiseta"),
        CustomFormTranslate(
            id=3, custom_form_id=3, language_code="fr", name="Taille", deleted_at=DELETED
        ),
        CustomFormTranslate(id=4, custom_form_id=9, language_code="de", name="E-Mail"),
    ]
    for row in made:
        row.created_at = row.modified_at = MADE
    return made


_COMPULSORY: dict[str, Any] = {"is_required": True, "is_fixed": True}


def _field(
    id_: int, form: str, identifier: str, name: str, *, event: int = 1, **others: Any
) -> CustomForm:
    return CustomForm(
        id=id_,
        event_id=event,
        form=form,
        field_identifier=identifier,
        key=key_of(identifier),
        name=name,
        is_included=True,
        position=id_,
        **others,
    )
