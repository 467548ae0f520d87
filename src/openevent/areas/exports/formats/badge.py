"""Badges: what a badge form and its fields say, as the values of a paper.

Lengths of fields are CSS pixels, three quarters of a point. What cannot be understood (a
colour, a size) is as if nothing had been said.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from segno.helpers import make_vcard_data

from openevent.areas.forms.models import Form
from openevent.areas.forms.rules import KNOWN, attribute_of, key_of
from openevent.services import pdf

Field = Mapping[str, Any]

_POINTS: Final = 0.75
_MM: Final = {'"': 25.4, "in": 25.4, "cm": 10.0, "mm": 1.0}
_SIZE: Final = re.compile(
    r"(\d{1,3}(?:\.\d{1,3})?)\s*(\"|in|mm|cm)?\s*[x\u00d7]\s*(\d{1,3}(?:\.\d{1,3})?)\s*(\"|in|mm|cm)?",
    re.ASCII | re.IGNORECASE,
)
_SHEETS: Final = {"A4": (210, 297), "A5": (148, 210), "A6": (105, 148), "A7": (74, 105)}
_USUAL: Final = (4 * 25.4, 3 * 25.4)
_LEAST_MM, _MOST_MM = 20.0, 500.0
#: Of a code that is some 35 mm wide.
_MOST_BYTES: Final = 600
_COLOUR: Final = re.compile(r"#(?:[0-9a-f]{3}){1,2}", re.ASCII | re.IGNORECASE)
_CASES: Final[Mapping[str, Callable[[str], str]]] = {
    "uppercase": str.upper,
    "lowercase": str.lower,
    "capitalize": str.title,
}
_END: Final = "END:VCARD\r\n"
#: What the parts of a name have a backslash before (RFC 2426 § 4).
_IN_NAMES: Final = re.compile(r"[\\;,]")
#: What a contact has a place for, by the key of the field; the rest is a note.
_CARD: Final = {
    "email": "email",
    "phone": "phone",
    "work_phone": "workphone",
    "company": "org",
    "job_title": "title",
    "address": "street",
    "city": "city",
    "state": "region",
    "country": "country",
    "website": "url",
}


def is_qr(field: Field) -> bool:
    """Whether a field is the QR code of its badge."""
    return (field["custom_field"] or "").strip().upper() == "QR"


def sheet(form: Field, parts: Iterable[tuple[Field, str]], picture: bytes | None) -> dict[str, Any]:
    """Return the values of the paper: each field with its words, or what its code says."""
    width, height = size_of(form["badge_size"], form["badge_orientation"])
    return {
        "width": width,
        "height": height,
        "color": _colour(form["badge_color"], "#ffffff"),
        "picture": None if picture is None else _drawn(picture),
        "fields": [_qr(f, words) if is_qr(f) else _line(f, words) for f, words in parts],
    }


def size_of(size: str | None, orientation: str | None) -> tuple[float, float]:
    """Return width and height in mm of a paper such as ``4" x 3"``, ``86x54 mm`` or ``A6``."""
    found = _SIZE.search(size or "")
    width, height = _SHEETS.get((size or "").strip().upper(), _USUAL)
    if found:
        first, second = found[2] or found[4] or '"', found[4] or found[2] or '"'
        width = float(found[1]) * _MM[first.lower()]
        height = float(found[3]) * _MM[second.lower()]
    short, long = sorted(min(max(each, _LEAST_MM), _MOST_MM) for each in (width, height))
    held = (orientation or "").strip().lower()
    is_upright = held == "portrait" if held in ("portrait", "landscape") else width <= height
    return (short, long) if is_upright else (long, short)


def answer(person: Any, field_identifier: str | None) -> str:
    """Return what an attendee says in a field of the attendee form."""
    key = key_of(field_identifier or "")
    if key in KNOWN[Form.ATTENDEE]:
        value = getattr(person, attribute_of(key))
    else:
        value = {key_of(k): v for k, v in (person.complex_field_values or {}).items()}.get(key)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)


def contact(person: Any, identifiers: Iterable[str]) -> str:
    """Return an attendee as vCard, of the chosen fields, with their id as ``EVENTYAY``.

    It is for those whom one meets. It lets nobody in: that is what tickets are for. What
    is too long for a code that phones can read is left out, the longest first.
    """
    answers = ((key_of(name), " ".join(answer(person, name).split())) for name in identifiers)
    said = {key: words for key, words in answers if words}  # a line each
    while len((card := _card(person.id, said)).encode()) > _MOST_BYTES and said:
        said.pop(max(said, key=lambda key: len(said[key])))
    return card


def _card(id_: int, answers: Mapping[str, str]) -> str:
    said = dict(answers)
    first, last = said.pop("firstname", ""), said.pop("lastname", "")
    known: dict[str, Any] = {_CARD[key]: said.pop(key) for key in [*said] if key in _CARD}
    notes = ", ".join(f"{key}: {words}" for key, words in said.items())
    name = " ".join(filter(None, (first, last))) or f"#{id_}"
    structured = ";".join(_IN_NAMES.sub(r"\\\g<0>", part) for part in (last, first))
    card: str = make_vcard_data(structured, name, memo=notes or None, **known)
    return f"{card.removesuffix(_END)}EVENTYAY:{id_}\r\n{_END}"


def _line(field: Field, words: str) -> dict[str, Any]:
    chosen = field["font_weight"] or ()
    styles = {str(value).lower() for style in chosen for value in style.values()}
    said = _CASES.get((field["text_type"] or "").lower(), str)(words)
    return {
        "text": said,
        "size": min(max(field["font_size"] or 16, 1), 500) * _POINTS,
        "color": _colour(field["font_color"], "#000000"),
        "align": (field["text_alignment"] or "center").lower(),
        "bold": "bold" in styles,
        "italic": "italic" in styles,
        "underline": "underline" in styles,
        **_place(field),
    }


def _qr(field: Field, content: str) -> dict[str, Any]:
    return {"qr": pdf.qr_svg(content), **_place(field)}


def _place(field: Field) -> dict[str, Any]:
    sides = ("top", "right", "bottom", "left")
    return {
        "angle": field["text_rotation"] or 0,
        "margins": {side: (field[f"margin_{side}"] or 0) * _POINTS for side in sides},
    }


def _colour(said: str | None, otherwise: str) -> str:
    return said if said and _COLOUR.fullmatch(said) else otherwise


def _drawn(picture: bytes) -> str:
    """Return a picture as vector graphics, which papers take as text."""
    data = base64.b64encode(picture).decode()
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100" width="100" height="100">'
        '<image width="100" height="100" preserveAspectRatio="none" '
        f'href="data:image/jpeg;base64,{data}"/></svg>'
    )
