"""xCal (RFC 6321): the same calendars in XML.

jCal (RFC 7265) has the same structure, and the library writes that: each of its arrays
becomes an element here.
"""

from __future__ import annotations

from typing import Any
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from icalendar import Calendar

CONTENT_TYPE = "application/calendar+xml; charset=utf-8"
_NAMESPACE = "urn:ietf:params:xml:ns:icalendar-2.0"


def to_xcal(calendar: Calendar) -> bytes:
    """Return a calendar as an XML document."""
    root = Element("icalendar", xmlns=_NAMESPACE)
    _add_component(root, calendar.to_jcal())
    indent(root)
    text: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return text


def _add_component(parent: Element, component: list[Any]) -> None:
    name, properties, components = component
    element = SubElement(parent, name)
    if properties:
        holder = SubElement(element, "properties")
        for each in properties:
            _add_property(holder, *each)
    if components:
        holder = SubElement(element, "components")
        for each in components:
            _add_component(holder, each)


def _add_property(
    parent: Element, name: str, parameters: dict[str, str], kind: str, *values: Any
) -> None:
    element = SubElement(parent, name)
    if parameters:
        holder = SubElement(element, "parameters")
        for key, value in parameters.items():
            SubElement(SubElement(holder, key), "text").text = value
    if name == "geo":  # the one structured value that is written (RFC 6321 § 3.4.1.2)
        for part, value in zip(("latitude", "longitude"), values[0], strict=True):
            SubElement(element, part).text = str(value)
        return
    for value in values:
        SubElement(element, kind).text = str(value)
