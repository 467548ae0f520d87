"""From what a mailing says to the words of one mail, in the language of its reader.

The words are in ``texts/<language>.ftl``, the two templates know only the parts that any
mail has: what a kind of mail says holds no markup and no logic, and its HTML is escaped
by the template, whatever is in the values.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Any, Final

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from openevent.jsonapi.html import clean, plain_text
from openevent.services.languages import Catalogue, Translations

#: What a stored mail has where the sent one has a token.
HIDDEN: Final = "(hidden)"
#: Longer names make no sentence.
MAX_VALUE: Final = 200
MAX_NAME: Final = 80

TRANSLATIONS: Final = Translations(files("openevent.areas.communication").joinpath("texts"))

_TEMPLATES: Final = Environment(
    loader=PackageLoader("openevent.areas.communication", "templates"),
    autoescape=select_autoescape(["html"]),
    undefined=StrictUndefined,  # a forgotten value fails the job instead of leaving a gap
    keep_trailing_newline=True,
    trim_blocks=True,
)
_LINE_END: Final = re.compile(r"(?i)<br\s*/?>|</(?:blockquote|div|h[1-6]|li|p|pre|tr)>|\n")
#: White space where a line may end: not between a number and its unit.
_SPACE: Final = re.compile(r"[^\S\u00a0\u202f]+")
_ADDRESS: Final = re.compile(r"://|www\.|\w\.\w{2,}/", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What a mail says before it is words: parts that are not in the catalogue."""

    message: str
    values: Mapping[str, Any]
    footer: str = "footer"
    subject: str = ""
    quote: str = ""
    link: str = ""
    token: str = ""
    unsubscribe_url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """The words of a mail. ``body`` is its text alone, without greeting and footer."""

    subject: str
    body: str
    text: str
    html: str


def render(catalogue: Catalogue, name: str, content: Content) -> Letter:
    """Write a mail to somebody of that name, or to nobody in particular."""
    values = {key: _value(value) for key, value in content.values.items()}
    said = catalogue.say(content.message, values)
    subject = one_line(content.subject) or said["subject"]
    context = {
        "language": catalogue.tag,
        "direction": catalogue.direction,
        "subject": subject,
        "greeting": _say(catalogue, "greeting", name=name)
        if name
        else _say(catalogue, "greeting-nobody"),
        "body": _paragraphs(said["body"]),
        "link": content.link,
        "button": said.get("button", ""),
        "open": _say(catalogue, "open"),
        "token": content.token,
        "code": _say(catalogue, "code"),
        "quote": _plain(content.quote),
        # Cleaned when it came in, and once more: a mail program is no browser of ours.
        "quote_html": Markup(clean(content.quote)),  # noqa: S704
        "after": _paragraphs(said.get("after", "")),
        "footer": _say(catalogue, content.footer),
        "unsubscribe_url": content.unsubscribe_url,
        "unsubscribe": _say(catalogue, "unsubscribe"),
    }
    return Letter(
        subject=subject,
        body="\n\n".join(part for part in (said["body"], _plain(content.quote)) if part),
        text=_TEMPLATES.get_template("mail.txt").render(context),
        html=_TEMPLATES.get_template("mail.html").render(context),
    )


def unsubscribe_page(catalogue: Catalogue, *, done: bool) -> str:
    """Return the page that a link in a mail leads to: it asks first, then says so."""
    said = catalogue.say("unsubscribe-page", {})
    return _TEMPLATES.get_template("unsubscribe.html").render(
        language=catalogue.tag,
        direction=catalogue.direction,
        title=said["done"] if done else said["ask"],
        button="" if done else _say(catalogue, "unsubscribe"),
    )


def display_name(public_name: str | None, first_name: str | None, email: str) -> str:
    """Return what a mail calls somebody.

    A name that a mail program would make a link of is no name: anybody can register with
    somebody else's address and have such a name sent there.
    """
    for name in (public_name, first_name):
        line = one_line(name or "")
        if line and not _ADDRESS.search(line):
            return line[:MAX_NAME]
    return email.partition("@")[0][:MAX_NAME]


def one_line(text: str) -> str:
    """Return the text on one line: a line break in a header would begin another header."""
    return _SPACE.sub(" ", text).strip()


def _value(value: Any) -> Any:
    return one_line(value)[:MAX_VALUE] if isinstance(value, str) else value


def _paragraphs(text: str) -> list[str]:
    return [one_line(paragraph) for paragraph in text.split("\n\n") if paragraph.strip()]


def _plain(markup: str) -> str:
    """Return the words of markup, a paragraph on a line."""
    return "\n".join(line for line in map(plain_text, _LINE_END.split(markup)) if line)


def _say(catalogue: Catalogue, message: str, **values: str) -> str:
    return catalogue.say(message, values)[""]
