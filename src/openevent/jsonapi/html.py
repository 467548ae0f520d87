"""Text with markup that people write and browsers will show: cleaned once, on the way in."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from typing import Any, Final

import nh3
from marshmallow import fields

TAGS: Final = frozenset(
    {"a", "abbr", "b", "blockquote", "br", "code", "del", "em", "h1", "h2", "h3", "h4", "h5", "h6"}
    | {"hr", "i", "img", "ins", "li", "ol", "p", "pre", "s", "small", "span", "strike", "strong"}
    | {"sub", "sup", "table", "tbody", "td", "th", "thead", "tr", "u", "ul"}
)
ATTRIBUTES: Final[dict[str, set[str]]] = {
    "a": {"href", "title"},
    "abbr": {"title"},
    "img": {"src", "alt", "title", "width", "height"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan"},
}
SCHEMES: Final = frozenset({"http", "https", "mailto", "tel"})


def clean(markup: str) -> str:
    """Return the markup with nothing left in it that could run or deceive.

    Links tell search engines not to follow them and open in a window of their own that
    cannot reach back. Cleaning what is clean changes nothing.
    """
    return nh3.clean(
        markup,
        tags=set(TAGS),
        attributes=ATTRIBUTES,
        set_tag_attribute_values={"a": {"target": "_blank"}},
        link_rel="nofollow noopener noreferrer",
        url_schemes=set(SCHEMES),
    )


class HTML(fields.Str):
    """A string of whitelisted HTML."""

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **options: Any
    ) -> str:
        return clean(super()._deserialize(value, attr, data, **options))


#: What stands on a line of its own, so that the words before and after are two.
_BLOCK: Final = re.compile(
    r"(?i)<(?=/?(?:address|blockquote|br|div|dd|dl|dt|h[1-6]|hr|li|ol|p|pre|t[dhr]|table|ul)\b)"
)
#: A lone "<", which is no markup; left to the parser, it would take all that follows along.
_LESS_THAN: Final = re.compile(r"<(?!/?[A-Za-z][^<>]*>|!--)")
_OPENING: Final = re.compile(r"<(?=[A-Za-z/!?])")
_MAX_WORDS: Final = 4000


def plain_text(markup: str) -> str:
    """Return the words of some markup on one line, its first few thousand characters.

    The result is text, but would run nothing if somebody took it for markup; and of a
    result, the result is the same.
    """
    spaced = _BLOCK.sub(" <", _LESS_THAN.sub("&lt;", markup))
    words = nh3.clean(spaced, tags=set())[:_MAX_WORDS]
    while (plainer := html.unescape(words)) != words:
        words = plainer
    return " ".join(_OPENING.sub("< ", words).split())
