"""Pure decisions about forms: which fields are known, and whether a form is filled in."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from openevent.areas.forms.models import FieldType, Form
from openevent.errors import Invalid, InvalidDocument

MAX_POSITION: Final = 1_000_000
#: What every new event asks of its attendees: identifier, type, name.
COMPULSORY: Final = (
    ("firstname", FieldType.TEXT, "First Name"),
    ("lastname", FieldType.TEXT, "Last Name"),
    ("email", FieldType.EMAIL, "Email"),
)
_PROFILES: Final = {
    "website": "Website",
    "facebook": "Facebook",
    "twitter": "Twitter",
    "github": "GitHub",
    "linkedin": "Linkedin",
    "instagram": "Instagram",
    "mastodon": "Mastodon",
}
#: The fields that have an attribute of their own, by their identifier, with their name.
KNOWN: Final[Mapping[Form, Mapping[str, str]]] = {
    Form.SESSION: {
        "title": "Title",
        "subtitle": "Subtitle",
        "short_abstract": "Short Abstract",
        "long_abstract": "Long Abstract",
        "comments": "Comment",
        "track": "Track",
        "session_type": "Session Type",
        "level": "Level",
        "language": "Language",
        "slides_url": "Slide",
        "slides": "Slides",
        "video_url": "Video",
        "audio_url": "Audio",
        **_PROFILES,
        "gitlab": "Gitlab",
    },
    Form.SPEAKER: {
        "name": "Name",
        "email": "Email",
        "photo_url": "Photo",
        "organisation": "Organisation",
        "position": "Position",
        "address": "Address",
        "country": "Country",
        "city": "City",
        "long_biography": "Long Biography",
        "short_biography": "Short Biography",
        "speaking_experience": "Speaking Experience",
        "sponsorship_required": "Sponsorship Required",
        "gender": "Gender",
        "heard_from": "Heard From",
        "mobile": "Mobile",
        **_PROFILES,
    },
    Form.ATTENDEE: {
        "firstname": "First Name",
        "lastname": "Last Name",
        "email": "Email",
        "address": "Address",
        "city": "City",
        "state": "State",
        "country": "Country",
        "job_title": "Job Title",
        "phone": "Phone",
        "tax_business_info": "Tax Business Info",
        "billing_address": "Billing Address",
        "home_address": "Home Address",
        "shipping_address": "Shipping Address",
        "company": "Organisation",
        "work_address": "Work Address",
        "work_phone": "Work Phone",
        "blog": "Blog",
        **{name: label for name, label in _PROFILES.items() if name != "mastodon"},
        "gender": "Which of these categories describe your gender identity? (check all that apply)",
        "age_group": "Age Group",
        "accept_video_recording": "Photo & video & text consent",
        "accept_share_details": "Partner contact consent",
        "accept_receive_emails": "Email consent",
        "is_consent_form_field": "Code of conduct consent",
        "is_consent_form_field_photo": "Wikimania photo consent",
        "is_consent_form_field_email": "Wikimania email updates",
        "is_consent_of_refund_policy": "Consent of refund policy",
        "language_form_1": "What is your native language, or what language are you most fluent in?",
        "language_form_2": "Are you fluent in any other of the following languages?",
        "home_wiki": "What is your home wiki",
        "wiki_scholarship": "Have you received a Wikimania scholarship?",
    },
}
#: Identifiers whose attribute has another name; to-one relationships by their key.
_ATTRIBUTES: Final = {
    "track": "track_id",
    "session_type": "session_type_id",
    "language_form_1": "native_language",
    "language_form_2": "fluent_language",
}
_HUMP: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_EMAIL: Final = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_LINK: Final = re.compile(r"https?://\S+")
_NUMBER: Final = re.compile(r"[+-]?\d{1,18}(\.\d{1,18})?", re.ASCII)
_YEAR: Final = re.compile(r"\d{4}", re.ASCII)


def answer_name(field_identifier: str) -> str:
    """Return the name that answers to a field go by: ``shirtSize`` is ``shirt_size``."""
    return _HUMP.sub("_", field_identifier).lower()


def key_of(field_identifier: str) -> str:
    """Return what the spellings of one identifier have in common, dashes or not."""
    return answer_name(field_identifier).replace("-", "_")


def known_name(form: Form, field_identifier: str) -> str | None:
    """Return the name of a field that has an attribute of its own; ``None``: it has none."""
    return KNOWN[form].get(key_of(field_identifier))


def attribute_of(field_identifier: str) -> str:
    """Return the attribute that holds the answer to a known field."""
    key = key_of(field_identifier)
    return _ATTRIBUTES.get(key, key)


def form_values(form: Form) -> frozenset[str]:
    """Return every attribute that a form can ask for."""
    return frozenset(map(attribute_of, KNOWN[form])) | {"complex_field_values"}


def check_limits(least: int | None, most: int | None) -> None:
    """Refuse limits that no number keeps to."""
    if least is not None and most is not None and least > most:
        raise Invalid(
            "The greatest number is less than the least.",
            code="max-below-min",
            pointer="/data/attributes/max",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """An included field of a form, as far as its answers are judged by it."""

    identifier: str
    name: str | None = None
    type: str = FieldType.TEXT
    is_required: bool = False
    is_complex: bool = False
    min: int | None = None
    max: int | None = None
    options: Collection[str] = ()


def check_answers(
    fields: Iterable[Field],
    known: Mapping[str, Any],
    others: Mapping[str, Any] | None,
    *,
    stored: Mapping[str, Any] | None = None,
    excused: Collection[str] = (),
) -> dict[str, Any] | None:
    """Return the answers without an attribute of their own, by their proper names.

    ``known`` are the attributes there are, ``others`` the answers to complex fields and
    ``stored`` those answered before: what was answered when a field was there may be
    sent back when it is not. ``excused`` are attributes that need not be there.

    Raises ``InvalidDocument`` with a fault for each missing, wrong or unknown answer.
    """
    fields, faults = tuple(fields), []
    named = {key_of(field.identifier): field for field in fields if field.is_complex}
    kept = {}
    for name, value in (others or {}).items():
        field = named.get(key_of(name))
        if field is not None:
            kept[answer_name(field.identifier)] = value
        elif stored is not None and name in stored and stored[name] == value:
            kept[name] = value
        else:
            faults.append(_fault("The form has no such field.", name, code="unknown-field"))
    for field in fields:
        name = answer_name(field.identifier) if field.is_complex else attribute_of(field.identifier)
        if not field.is_complex:
            missing = name in known and name not in excused and _is_empty(known[name])
            pointer: str | None = _pointer(name)
        else:
            missing, pointer = _is_empty(kept.get(name)) and kept.get(name) is not False, None
        if not missing and field.is_complex:
            faults += [_fault(text, name) for text in _wrong(field, kept[name])]
        elif missing and field.is_required:
            sentence = f"The form asks for {field.name or field.identifier!r}."
            faults.append(_fault(sentence, name, code="required-field", pointer=pointer))
    if faults:
        raise InvalidDocument(faults)
    return {name: value for name, value in kept.items() if value not in (None, "")} or None


def _is_empty(value: Any) -> bool:
    """Whether nothing was answered. A consent that was not given is nothing; a zero is not."""
    if isinstance(value, str):
        return not value.strip()
    return value is None or value is False or value == []


def _wrong(field: Field, value: Any) -> Iterator[str]:
    """Yield what is wrong with an answer."""
    sentence, accepts = _TYPES[FieldType(field.type)]
    if not accepts(value):
        yield f"{field.name or field.identifier!r} takes {sentence}."
    elif field.type in (FieldType.NUMBER, FieldType.YEAR):
        number = float(value)
        if field.min is not None and number < field.min:
            yield f"Must be at least {field.min}."
        if field.max is not None and number > field.max:
            yield f"Must be at most {field.max}."
    elif field.type in (FieldType.SELECT, FieldType.CHECKBOX) and field.options:
        # What is ticked in a list of boxes comes as one string.
        chosen = [value] if field.type == FieldType.SELECT else str(value).split(",")
        if value not in field.options and any(part.strip() not in field.options for part in chosen):
            yield f"Must be one of the options of {field.name or field.identifier!r}."


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _matches(pattern: re.Pattern[str]) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, str) and pattern.fullmatch(value) is not None


def _is_number(value: Any) -> bool:
    if isinstance(value, str):
        return _NUMBER.fullmatch(value) is not None
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_year(value: Any) -> bool:
    return not isinstance(value, float | bool) and _YEAR.fullmatch(str(value)) is not None


def _is_boolean(value: Any) -> bool:
    return isinstance(value, bool) or value in ("true", "false")


_TYPES: Final[Mapping[FieldType, tuple[str, Callable[[Any], bool]]]] = {
    FieldType.TEXT: ("text", _is_text),
    FieldType.PARAGRAPH: ("text", _is_text),
    FieldType.RICH_TEXT_LINK: ("text", lambda value: isinstance(value, str | bool)),
    FieldType.CHECKBOX: ("text, true or false", lambda value: isinstance(value, str | bool)),
    FieldType.SELECT: ("one of its options", _is_text),
    FieldType.FILE: ("the address of a file", _matches(_LINK)),
    FieldType.IMAGE: ("the address of an image", _matches(_LINK)),
    FieldType.EMAIL: ("an e-mail address", _matches(_EMAIL)),
    FieldType.NUMBER: ("a number", _is_number),
    FieldType.YEAR: ("a year of four digits", _is_year),
    FieldType.BOOLEAN: ("true or false", _is_boolean),
}


def _pointer(attribute: str) -> str:
    wire = attribute.removesuffix("_id").replace("_", "-")
    return f"/data/{'relationships' if attribute.endswith('_id') else 'attributes'}/{wire}"


def _fault(
    detail: str, name: str, *, code: str | None = None, pointer: str | None = None
) -> Invalid:
    escaped = name.replace("~", "~0").replace("/", "~1")
    return Invalid(
        detail, code=code, pointer=pointer or f"/data/attributes/complex-field-values/{escaped}"
    )
