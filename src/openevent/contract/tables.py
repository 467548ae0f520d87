"""Tables for readers: ``Attribute | Description | Type | Required``, from MSON.

The theme of the documentation prints examples and schemas, but not what MSON says about
each member. A line ``<!-- attributes(Faq Attributes) -->`` in a group becomes a table of
the structure, followed by one of the type's relationships.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from openevent.contract.blueprint import Blueprint, Fault
from openevent.contract.mson import Member, Structures

MARK = re.compile(r"<!-- attributes\((?P<name>[^)]+)\) -->\s*")
_READ_ONLY = re.compile(r"\s*(?:Read-only|Writable by: [a-z, -]+)\.\s*$")
_LEADS_TO = {
    "Has One": "always one",
    "May Have One": "one or none",
    "Links One": "one or none",
    "Has Many": "any number",
}


def with_tables(blueprint: Blueprint) -> str:
    """Return the blueprint's text with a table in place of every mark."""
    lines: list[str] = []
    for line in blueprint.assembly.lines:
        if match := MARK.fullmatch(line):
            lines += tables(blueprint.structures, match["name"])
        else:
            lines.append(line)
    return "\n".join(lines) + "\n"


def check_marks(blueprint: Blueprint) -> Iterator[Fault]:
    """Yield a fault per mark that names no structure."""
    for line, place in zip(blueprint.assembly.lines, blueprint.assembly.places, strict=True):
        match = MARK.fullmatch(line)
        if match and match["name"] not in blueprint.structures:
            yield Fault(place, f"there is no data structure {match['name']!r}")


def tables(structures: Structures, name: str) -> list[str]:
    """Return the lines of a structure's table, and of its type's relationships."""
    members = structures.members(name).values()
    lines = ["| Attribute | Description | Type | Required |", "|---|---|---|---|"]
    lines += [_row(f"`{m.name}`", m.description, _type(structures, m), _yes(m)) for m in members]
    resource = structures.members(name.removesuffix(" Attributes") + " Resource")
    if related := resource["relationships"].members if "relationships" in resource else ():
        lines += [
            "",
            "| Relationship | Description | Leads to | Writable by |",
            "|---|---|---|---|",
        ]
        lines += [
            _row(
                f"`{m.name}`",
                _READ_ONLY.sub("", m.description),
                _LEADS_TO.get(m.type, m.type),
                ", ".join(f"`{word}`" for word in m.writable_by) or "nobody",
            )
            for m in related
        ]
    return lines


def _row(*cells: str) -> str:
    return f"| {' | '.join(cell.replace('|', '&#124;') for cell in cells)} |"


def _yes(member: Member) -> str:
    return "yes" if member.required else "no"


def _type(structures: Structures, member: Member) -> str:
    """Return a member's type as readers know it."""
    primitive = structures.primitive(member)
    text = primitive
    if primitive == "enum":
        text = ", ".join(f"`{value}`" for value in structures.enum(member)) or "string"
    elif primitive == "array" and member.items:
        text = f"array of {', '.join(item.lower() for item in member.items)}"
    return f"{text} or null" if member.nullable else text
