"""Every type, route and row that there is, for tests that hold for all of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from marshmallow import fields
from sqlalchemy import inspect

from openevent import world
from openevent.app import RESOURCES
from openevent.jsonapi.resource import Registry, ResourceType
from openevent.jsonapi.schema import ToMany, ToOne, dasherize, told_when_asked, underscore

REGISTRY = Registry(RESOURCES)
TYPES = tuple(REGISTRY)
TYPE_NAMES = tuple(REGISTRY.by_name)


def _ids() -> dict[str, tuple[int, ...]]:
    """Return the ids of each type; several types may be views of one table."""
    rows = world.rows()
    return {
        resource.type_name: tuple(
            row.id for row in rows if inspect(type(row)).local_table is resource.model.__table__
        )
        for resource in TYPES
    }


#: type -> ids of the demo world's rows, hidden and deleted ones too.
IDS = _ids()


@dataclass(frozen=True, slots=True)
class Link:
    """One relationship of one type, by its names on the wire."""

    owner: ResourceType
    name: str

    @property
    def field(self) -> ToOne | ToMany:
        return self.owner.schema.relationships()[self.name]

    @property
    def target(self) -> ResourceType:
        return REGISTRY[self.field.type_]

    @property
    def wire(self) -> str:
        return dasherize(self.name)

    def related(self, id_: int | str) -> str:
        return f"{self.owner.path}/{id_}/{self.field.segment_of(self.name)}"

    def linkage(self, id_: int | str) -> str:
        return f"{self.owner.path}/{id_}/relationships/{self.wire}"

    def __str__(self) -> str:
        return f"{self.owner.type_name}.{self.wire}"


def _links() -> Iterator[Link]:
    for resource in TYPES:
        for name, relationship in resource.schema.relationships().items():
            if relationship.type_ in REGISTRY:
                yield Link(resource, name)


LINKS = tuple(_links())
TO_ONE = tuple(link for link in LINKS if isinstance(link.field, ToOne))
TO_MANY = tuple(link for link in LINKS if isinstance(link.field, ToMany))
#: (path, type) of every collection that can be read.
LISTINGS = tuple((listing.path, resource) for resource in TYPES for listing in resource.listings)
#: Each list, one of each type, and both URLs of a relationship of each kind of each type.
#: For rules that no relationship can have of its own.
READS = (
    *(path for path, _ in LISTINGS),
    *(f"{resource.path}/{IDS[resource.type_name][0]}" for resource in TYPES),
    *(
        url(IDS[link.owner.type_name][0])
        for links in (TO_ONE, TO_MANY)
        for link in {link.owner.type_name: link for link in links}.values()
        for url in (link.related, link.linkage)
    ),
)


def readable(resource: ResourceType) -> tuple[str, ...]:
    """Return the attributes of a type that somebody may read, by their names on the wire."""
    attributes = resource.schema.attributes().items()
    return tuple(dasherize(name) for name, field in attributes if not field.load_only)


def told(resource: ResourceType) -> tuple[str, ...]:
    """Return those of them that are told without being asked for by name."""
    declared = resource.schema.attributes()
    return tuple(n for n in readable(resource) if not told_when_asked(declared[underscore(n)]))


def comparable(resource: ResourceType) -> list[str]:
    """Return those of them that are no lists or objects: what one sorts and filters by."""
    declared = resource.schema.attributes()
    structured = fields.List | fields.Dict | fields.Nested
    return [
        name
        for name in readable(resource)
        if not isinstance(declared[underscore(name)], structured)
    ]


def private(resource: ResourceType) -> dict[str, str]:
    """Return attribute on the wire -> audience that alone reads it."""
    return {
        dasherize(name): field.metadata["read"]
        for name, field in resource.schema.attributes().items()
        if "read" in field.metadata
    }


def resources(document: Any) -> list[dict[str, Any]]:
    """Return every resource object of a document, primary and included."""
    data = document["data"]
    primary = data if isinstance(data, list) else [data] if data else []
    return [*primary, *document.get("included", [])]
