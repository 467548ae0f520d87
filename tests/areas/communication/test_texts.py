"""Every kind of mail, in every language, whatever is put into it."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from functools import cache
from html.parser import HTMLParser
from typing import Any

import pytest
from fluent.syntax import ast, parse
from fluent.syntax.visitor import Visitor
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from openevent.areas.communication.kinds import KINDS
from openevent.areas.communication.operations.rendering import (
    TRANSLATIONS,
    Content,
    display_name,
    render,
)
from openevent.jsonapi.html import TAGS
from openevent.services.languages import Moment, Translations
from openevent.services.mailer import OutgoingMail, message_of

MOMENT = Moment(datetime(2030, 5, 1, 9, 0, tzinfo=UTC), "Europe/Berlin")
SAYS = sorted({message for kind in KINDS for message in kind.messages})
ATTACKS = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{ 7 * 7 }} {% raw %} { $event }",
    "Eve\r\nBcc: all@example.org",
    "\u202eevil\u202c \u2028 \x7f",
    "",
)
HOSTILE = st.one_of(
    # Whatever PostgreSQL can store.
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=60),
    st.sampled_from(ATTACKS),
)


class Shape(Visitor):
    """Collects which messages, parts and variables a catalogue has."""

    def __init__(self) -> None:
        self.parts: dict[tuple[str, str], set[str]] = {}
        self._message = self._part = ""

    def visit_Message(self, node: ast.Message) -> None:  # noqa: N802
        self._message, self._part = node.id.name, ""
        self.parts[node.id.name, ""] = set()
        self.generic_visit(node)

    def visit_Attribute(self, node: ast.Attribute) -> None:  # noqa: N802
        self._part = node.id.name
        self.parts[self._message, self._part] = set()
        self.generic_visit(node)

    def visit_VariableReference(self, node: ast.VariableReference) -> None:  # noqa: N802
        self.parts[self._message, self._part].add(node.id.name)

    def visit_SelectExpression(self, node: ast.SelectExpression) -> None:  # noqa: N802
        raise AssertionError("no logic in texts")

    def visit_Junk(self, node: ast.Junk) -> None:  # noqa: N802
        raise AssertionError(node.content)


@cache
def shape(tag: str, translations: Translations = TRANSLATIONS) -> dict[tuple[str, str], set[str]]:
    """Return the variables of every part of every message of a catalogue."""
    source = translations.folder.joinpath(f"{tag}.ftl").read_text(encoding="utf-8")
    found = Shape()
    found.visit(parse(source))
    return found.parts


class Reader(HTMLParser):
    """Collects elements, attributes and text."""

    def __init__(self) -> None:
        super().__init__()
        self.elements: list[str] = []
        self.attributes: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(tag)
        self.attributes |= {name for name, _ in attrs}


SAID = sorted({message for message, part in shape("en") if part == "subject"})


@pytest.mark.parametrize("tag", TRANSLATIONS.tags)
def test_every_language_says_the_same_things(tag: str) -> None:
    assert shape(tag) == shape("en")


def test_there_are_texts_for_every_kind() -> None:
    assert set(SAYS) <= set(SAID)


def values_of(message: str, text: str) -> dict[str, Any]:
    """Return a value for every variable of a message."""
    names = {n for (m, _), variables in shape("en").items() if m == message for n in variables}
    return {name: MOMENT if name in ("starts", "ends") else text for name in names}


@pytest.mark.parametrize("tag", TRANSLATIONS.tags)
def test_every_kind_is_written_in_every_language(tag: str) -> None:
    for message in SAID:
        check(tag, message, " ".join(ATTACKS), "Ada")


@given(
    tag=st.sampled_from(TRANSLATIONS.tags),
    message=st.sampled_from(SAID),
    value=HOSTILE,
    name=HOSTILE,
)
@settings(max_examples=40, phases=(Phase.explicit, Phase.generate))
def test_a_mail_is_a_mail_whatever_the_values(
    tag: str, message: str, value: str, name: str
) -> None:
    check(tag, message, value, name)


def check(tag: str, message: str, value: str, name: str) -> None:
    """Hold one mail to what is true of all."""
    content = Content(
        message=message,
        values=values_of(message, value),
        quote=value,
        link="https://front.example/?token=(hidden)",
        token="(hidden)",
        unsubscribe_url="https://api.example/v1/unsubscribe/x",
    )
    letter = render(TRANSLATIONS.catalogue(tag), display_name(name, None, "a@example.org"), content)
    reader = Reader()
    reader.feed(letter.html)
    # Only what somebody writes in their own words may have markup, and only harmless one.
    assert set(reader.elements) <= {"html", "head", "meta", "title", "body"} | TAGS | {
        "blockquote", "code",
    }  # fmt: skip
    assert not {name for name in reader.attributes if name.startswith("on")}
    assert "<script" not in letter.html.lower()
    assert f'dir="{"rtl" if tag == "ar" else "ltr"}"' in letter.html
    mail = message_of(
        OutgoingMail(
            key="mail-1",
            recipient="a@example.org",
            subject=letter.subject,
            text=letter.text,
            html=letter.html,
            written_at=MOMENT.at,
            language=tag,
        ),
        "Open Event <noreply@example.org>",
    )
    sent = mail.as_bytes()
    headers = sent.partition(b"\n\n")[0].decode("ascii")
    assert "Bcc" not in re.findall(r"^([A-Za-z-]+):", headers, re.MULTILINE)
    assert headers.count("Subject:") == 1


@pytest.mark.parametrize(
    "name", ["http://evil.example", "Win at www.evil.example", "evil.example/x now", " \n ", None]
)
def test_a_name_that_would_become_a_link_is_not_used(name: str | None) -> None:
    assert display_name(name, None, "ada@example.org") == "ada"
    assert display_name(name, "Ada", "ada@example.org") == "Ada"
