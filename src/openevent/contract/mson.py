"""The data structures of the blueprint: what MSON says is on the wire."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from openevent.contract import refract
from openevent.contract.parts import Assembly, Place
from openevent.contract.refract import Element

PRIMITIVES = frozenset({"string", "number", "boolean", "array", "enum", "object"})
_WRITABLE = re.compile(r"Writable by: ([a-z, -]+)\.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One member of an object.

    ``type`` is a primitive or the name of another structure, ``items`` the types of an
    array's items, ``enum`` the members that an enum allows.
    """

    name: str
    type: str
    place: Place
    items: tuple[str, ...] = ()
    enum: tuple[Any, ...] = ()
    required: bool = False
    nullable: bool = False
    fixed: bool = False
    sample: Any = None
    description: str = ""
    members: tuple[Member, ...] = ()

    @property
    def writable_by(self) -> tuple[str, ...]:
        """Who may write a relationship, by its description; nobody: it is read-only."""
        match = _WRITABLE.search(self.description)
        return tuple(word.strip() for word in match[1].split(",")) if match else ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Structure:
    """A named data structure; ``base`` is what it extends."""

    name: str
    base: str
    members: tuple[Member, ...]
    includes: tuple[str, ...]
    enum: tuple[Any, ...]
    place: Place


class Structures(Mapping[str, Structure]):
    """The named data structures of a blueprint."""

    def __init__(self, structures: Iterable[Structure]) -> None:
        self._by_name = {structure.name: structure for structure in structures}

    def __getitem__(self, name: str) -> Structure:
        return self._by_name[name]

    def __iter__(self) -> Any:
        return iter(self._by_name)

    def __len__(self) -> int:
        return len(self._by_name)

    def members(self, name: str) -> dict[str, Member]:
        """Return all members of a structure, inherited and included ones first."""
        structure = self._by_name.get(name)
        if structure is None:
            return {}
        found = self.members(structure.base)
        for included in structure.includes:
            found |= self.members(included)
        return found | {member.name: member for member in structure.members}

    def primitive(self, member: Member) -> str:
        """Return the primitive type that a member's type comes down to."""
        name = member.type
        while name not in PRIMITIVES and name in self._by_name:
            name = self._by_name[name].base
        return name

    def enum(self, member: Member) -> tuple[Any, ...]:
        """Return the members of an enum, written in place or as a named structure."""
        named = self._by_name.get(member.type)
        return member.enum or (named.enum if named else ())


def read_structures(category: Element, assembly: Assembly) -> Iterable[Structure]:
    """Yield the structures of one ``# Data Structures`` section."""
    for element in refract.of_kind(category, "dataStructure"):
        content = element["content"]
        yield Structure(
            name=refract.meta(content, "id"),
            base=content["element"],
            members=_members(content, assembly),
            includes=tuple(
                child["content"]["href"]["content"]
                if isinstance(child["content"]["href"], dict)
                else child["content"]["href"]
                for child in refract.of_kind(content, "ref")
            ),
            enum=_enumerations(content),
            place=assembly.place(element),
        )


def _members(value: Element, assembly: Assembly) -> tuple[Member, ...]:
    return tuple(_member(child, assembly) for child in refract.of_kind(value, "member"))


def _member(element: Element, assembly: Assembly) -> Member:
    flags = {item["content"] for item in refract.attribute(element, "typeAttributes") or ()}
    value = element["content"]["value"]
    type_ = value["element"]
    plain = type_ in ("string", "number", "boolean")
    return Member(
        name=str(element["content"]["key"]["content"]),
        type=type_,
        place=assembly.place(element),
        items=tuple(c["element"] for c in refract.children(value)) if type_ == "array" else (),
        enum=_enumerations(value),
        required="required" in flags,
        nullable="nullable" in flags,
        fixed="fixed" in flags,
        sample=value.get("content") if plain else None,
        description=refract.meta(element, "description"),
        members=_members(value, assembly),
    )


def _enumerations(value: Element) -> tuple[Any, ...]:
    return tuple(item.get("content") for item in refract.attribute(value, "enumerations") or ())
