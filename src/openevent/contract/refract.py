"""Reading API Elements (refract), the tree that drafter answers with."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

Element = dict[str, Any]


def children(element: Element) -> list[Element]:
    """Return the elements inside one, none for a plain value."""
    content = element.get("content")
    return content if isinstance(content, list) else []


def of_kind(element: Element, kind: str) -> Iterator[Element]:
    """Yield the children of one kind."""
    return (child for child in children(element) if child.get("element") == kind)


def classes(element: Element) -> tuple[str, ...]:
    """Return the classes of an element (``resourceGroup``, ``messageBody``, ...)."""
    found = element.get("meta", {}).get("classes", {})
    return tuple(item["content"] for item in children(found))


def title(element: Element) -> str:
    """Return the heading of an element."""
    return meta(element, "title")


def meta(element: Element, name: str) -> str:
    """Return a text of an element's meta data, empty when there is none."""
    return str(element.get("meta", {}).get(name, {}).get("content") or "")


def attribute(element: Element, name: str) -> Any:
    """Return the plain value of an attribute, ``None`` when there is none."""
    return element.get("attributes", {}).get(name, {}).get("content")


def description(element: Element) -> str:
    """Return the prose directly under a heading."""
    return "\n\n".join(str(copy["content"]) for copy in of_kind(element, "copy"))


def offset(element: Any) -> int | None:
    """Return where in the source, in bytes, the first thing of an element is."""
    if isinstance(element, list):
        return next((n for item in element if (n := offset(item)) is not None), None)
    if not isinstance(element, dict):
        return None
    if element.get("element") == "sourceMap":
        return int(element["content"][0]["content"][0]["content"])
    # A heading's own map comes before those of what is under it.
    for part in ("meta", "attributes", "content"):
        value = element.get(part)
        inner = list(value.values()) if isinstance(value, dict) else value
        if (number := offset(inner)) is not None:
            return number
    return None
