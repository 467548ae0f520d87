"""What the forms area contributes to an event as a whole."""

from __future__ import annotations

from typing import Final

from openevent.areas.events.extension import CopiedPart, EventParts
from openevent.areas.forms.models import CustomForm, CustomFormOption, CustomFormTranslate
from openevent.areas.forms.operations import add_compulsory_fields

PARTS: Final = EventParts(
    begin=(add_compulsory_fields,),
    copies=(
        CopiedPart(name="custom-forms", model=CustomForm),
        CopiedPart(
            name="custom-forms", model=CustomFormOption, keys={"custom_form_id": CustomForm}
        ),
        CopiedPart(
            name="custom-forms", model=CustomFormTranslate, keys={"custom_form_id": CustomForm}
        ),
    ),
)
