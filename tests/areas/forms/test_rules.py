"""Whether a form is filled in."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openevent.areas.forms.models import FieldType, Form
from openevent.areas.forms.rules import (
    KNOWN,
    Field,
    answer_name,
    attribute_of,
    check_answers,
    key_of,
    known_name,
)
from openevent.errors import InvalidDocument

TITLE = Field(identifier="title", name="Title", is_required=True)
TRACK = Field(identifier="track", name="Track", is_required=True)
SHIRT = Field(
    identifier="shirtSize", type="select", is_required=True, is_complex=True, options=("M", "XL")
)
AT = "/data/attributes/complex-field-values/"


def faults(
    *fields: Field, known: dict[str, Any] | None = None, others: Any = None, **options: Any
) -> list[tuple[str, str]]:
    try:
        check_answers(fields, known or {}, others, **options)
    except InvalidDocument as refusal:
        return [(fault.error_code, fault.source["pointer"]) for fault in refusal.faults]
    return []


def complex_field(type_: str, **options: Any) -> Field:
    return Field(identifier="it", type=type_, is_complex=True, **options)


def test_each_missing_answer_is_an_error_of_its_own() -> None:
    assert faults(TITLE, TRACK, SHIRT, known={"title": " ", "track_id": None}) == [
        ("required-field", "/data/attributes/title"),
        ("required-field", "/data/relationships/track"),
        ("required-field", f"{AT}shirt_size"),
    ]
    assert not faults(
        TITLE, TRACK, SHIRT, known={"title": "T", "track_id": 1}, others={"shirt_size": "M"}
    )


def test_what_the_type_does_not_have_is_not_asked_for() -> None:
    assert not faults(TITLE, TRACK, known={"title": "T"})


def test_excused_answers_may_be_missing() -> None:
    assert not faults(TITLE, known={"title": None}, excused={"title"})


def test_consent_that_was_not_given_is_missing_and_a_no_is_an_answer() -> None:
    consent = Field(identifier="accept_share_details", type="boolean", is_required=True)
    assert faults(consent, known={"accept_share_details": False})
    question = complex_field("boolean", is_required=True)
    assert not faults(question, others={"it": False})
    assert faults(question, others={"it": None})


@pytest.mark.parametrize("name", ["shirtSize", "shirt_size", "shirt-size"])
def test_answers_are_kept_under_one_name_however_it_is_spelled(name: str) -> None:
    assert check_answers((SHIRT,), {}, {name: "XL"}) == {"shirt_size": "XL"}


def test_answers_to_no_field_are_refused_unless_they_were_there() -> None:
    asked = complex_field("text")
    assert faults(asked, others={"it": "x", "a/b": "y"}) == [("unknown-field", f"{AT}a~1b")]
    assert not faults(asked, others={"gone": "y"}, stored={"gone": "y"})
    assert faults(asked, others={"gone": "z"}, stored={"gone": "y"})
    assert check_answers((asked,), {}, {"gone": "y"}, stored={"gone": "y"}) == {"gone": "y"}


def test_no_answers_are_kept_as_none() -> None:
    assert check_answers((complex_field("text"),), {}, {"it": ""}) is None
    assert check_answers((), {}, None) is None


@pytest.mark.parametrize(
    ("type_", "good", "bad"),
    [
        ("text", ["x", ""], [1, True]),
        ("paragraph", ["x\ny"], [2.5]),
        ("richtextlink", ["x", True], [1]),
        ("select", ["M"], [1]),
        ("checkbox", ["M", True], [1]),
        ("email", ["a@example.org"], ["a", "a@b", "a b@example.org", 1]),
        ("number", [0, 1.5, "-3", "2.5"], ["x", True, "1e9", """ ٣"""]),
        ("year", [2030, "2030"], ["30", 20300, True, 2030.0]),
        ("boolean", [True, False, "true"], ["yes", 1]),
        ("file", ["https://example.org/a.pdf"], ["a.pdf", "javascript:alert(1)", 1]),
        ("image", ["http://example.org/a.png"], ["ftp://example.org/a.png"]),
    ],
)
def test_answers_are_of_their_fields_type(type_: str, good: list[Any], bad: list[Any]) -> None:
    for answer in good:
        assert not faults(complex_field(type_), others={"it": answer}), answer
    for answer in bad:
        assert faults(complex_field(type_), others={"it": answer}) == [("invalid", f"{AT}it")]


def test_numbers_and_years_keep_to_their_limits() -> None:
    for type_, low, high in (("number", 3, 7), ("year", 2000, 2030)):
        field = complex_field(type_, min=low, max=high)
        assert not faults(field, others={"it": low})
        assert not faults(field, others={"it": str(high)})
        assert faults(field, others={"it": low - 1})
        assert faults(field, others={"it": high + 1})


def test_options_are_all_there_is() -> None:
    boxes = complex_field("checkbox", options=("red", "green, dark"))
    for answer in ("red", "green, dark"):
        assert not faults(boxes, others={"it": answer})
    assert faults(boxes, others={"it": "red, blue"})
    assert not faults(complex_field("checkbox", options=("a", "b")), others={"it": "a, b"})
    assert faults(complex_field("select", options=("a", "b")), others={"it": "a,b"})


@pytest.mark.parametrize("form", Form)
def test_known_fields_are_known_in_every_spelling(form: Form) -> None:
    for key, name in KNOWN[form].items():
        head, *tail = key.split("_")
        camel = head + "".join(word.capitalize() for word in tail)
        if any(word.isdigit() for word in tail):  # no hump before a digit
            camel = key
        for spelling in (key, key.replace("_", "-"), camel):
            assert known_name(form, spelling) == name
            assert attribute_of(spelling) == attribute_of(key)


@given(st.text(st.characters(codec="ascii", categories=["L", "N"]), min_size=1))
def test_names_of_answers_stay_what_they_are(identifier: str) -> None:
    name = answer_name(identifier)
    assert answer_name(name) == name
    assert key_of(name) == key_of(identifier)


@given(
    st.sampled_from(FieldType),
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    st.booleans(),
)
def test_every_answer_is_either_kept_as_it_is_or_refused(
    type_: str, answer: Any, is_required: bool
) -> None:
    field = complex_field(type_, is_required=is_required, options=("M",), min=0)
    try:
        kept = check_answers((field,), {}, {"it": answer})
    except InvalidDocument as refusal:
        assert {fault.source["pointer"] for fault in refusal.faults} == {f"{AT}it"}  # noqa: PT017
    else:
        assert kept == {"it": answer} or answer in (None, "")
