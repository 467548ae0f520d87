"""The forms area on the wire."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import EXCLUDE, Schema, ValidationError, fields
from marshmallow.validate import Length, OneOf, Range, Regexp

from openevent.areas.forms.models import FieldType, Form
from openevent.areas.forms.rules import MAX_POSITION
from openevent.jsonapi.html import HTML, clean
from openevent.jsonapi.schema import JsonApiSchema, ToMany, ToOne, UTCDateTime

IDENTIFIER = Regexp(r"[^\s/~]{1,100}\Z", error="Is 1 to 100 characters without spaces or slashes.")
LANGUAGE = Regexp(
    r"[A-Za-z]{2,8}([-_][A-Za-z0-9]{1,8}){0,4}\Z", error="Must be a language code such as en."
)
NAME = [Length(min=1, max=500), Regexp(r"\s*\S", error="Must not be blank.")]
POSITION = Range(min=0, max=MAX_POSITION)
NUMBER = Range(min=-(2**31), max=2**31 - 1)
#: Most answers to fields without an attribute of their own.
MAX_ANSWERS = 30


class Label(fields.Str):
    """A line of text; one that has tags is cleaned, because clients show it as markup."""

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **options: Any
    ) -> str:
        text = str(super()._deserialize(value, attr, data, **options))
        return clean(text) if "<" in text else text


class ComplexFieldValues(fields.Dict):
    """The answers to fields without an attribute of their own: names and plain values."""

    def __init__(self, **options: Any) -> None:
        super().__init__(allow_none=True, validate=_are_answers, **options)


def _are_answers(answers: Mapping[str, Any]) -> None:
    if len(answers) > MAX_ANSWERS:
        raise ValidationError(f"Has at most {MAX_ANSWERS} members.")
    for name, value in answers.items():
        if len(name) > 100 or isinstance(value, dict | list):
            raise ValidationError("Is flat: names of at most 100 characters, and plain values.")
        if isinstance(value, str) and len(value) > 10_000:
            raise ValidationError(f"{name} has more than 10000 characters.")


class TranslationSchema(Schema):
    """A field's name in another language, as the field carries it."""

    class Meta:
        unknown = EXCLUDE

    id = fields.Int()
    name = fields.Str(validate=NAME)
    language_code = fields.Str(validate=LANGUAGE)
    form_id = fields.Str(dump_only=True)
    is_deleted = fields.Bool(data_key="isDeleted", load_only=True)


def _say_what(translations: list[dict[str, Any]]) -> None:
    for translation in translations:
        if (
            not translation.get("is_deleted")
            and not {"name", "language_code"} <= translation.keys()
        ):
            raise ValidationError("Each has a name and a language_code.")


class CustomFormSchema(JsonApiSchema):
    """One field of a form of an event."""

    field_identifier = fields.Str(required=True, validate=IDENTIFIER)
    form = fields.Str(required=True, validate=OneOf(list(Form)))
    type = fields.Str(validate=OneOf(list(FieldType)))
    name = Label(allow_none=True, validate=NAME)
    description = HTML(allow_none=True, validate=Length(max=10_000))
    is_required = fields.Bool()
    is_included = fields.Bool()
    is_public = fields.Bool()
    position = fields.Int(strict=True, allow_none=True, validate=POSITION)
    is_complex = fields.Bool(dump_only=True)
    is_fixed = fields.Bool()
    form_id = fields.Str(allow_none=True, validate=Length(min=1, max=100))
    min = fields.Int(strict=True, allow_none=True, validate=NUMBER)
    max = fields.Int(strict=True, allow_none=True, validate=NUMBER)
    main_language = fields.Str(allow_none=True, validate=LANGUAGE)
    is_allow_edit = fields.Bool()
    translations = fields.List(
        fields.Nested(TranslationSchema), validate=[Length(max=100), _say_what]
    )

    event = ToOne("event", required=True, writable=False)
    custom_form_options = ToMany("custom-form-option")
    custom_form_translates = ToMany("custom-form-translate")

    class Meta(JsonApiSchema.Meta):
        type_, path = "custom-form", "/v1/custom-forms"


class CustomFormOptionSchema(JsonApiSchema):
    """One of the answers that a field offers."""

    value = fields.Str(required=True, validate=NAME)
    deleted_at = UTCDateTime(dump_only=True, allow_none=True)

    custom_form = ToOne("custom-form", required=True, writable=False)

    class Meta(JsonApiSchema.Meta):
        type_, path = "custom-form-option", "/v1/custom-form-options"


class CustomFormTranslateSchema(JsonApiSchema):
    """A field's name in another language."""

    name = fields.Str(required=True, validate=NAME)
    language_code = fields.Str(required=True, validate=LANGUAGE)
    form_id = fields.Str(dump_only=True, allow_none=True)

    custom_form = ToOne("custom-form", required=True, writable=False)

    class Meta(JsonApiSchema.Meta):
        type_, path = "custom-form-translate", "/v1/custom-form-translates"
