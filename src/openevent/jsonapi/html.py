"""Text with markup that people write and browsers will show: cleaned once, on the way in."""

from __future__ import annotations

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
