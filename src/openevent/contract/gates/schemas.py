"""Gate: the attributes that MSON describes are the schema's, with the same types."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from marshmallow import fields, validate
from sqlalchemy import inspect

from openevent.contract.blueprint import Blueprint, Fault
from openevent.contract.gates.naming import attributes_structure, resource_structure
from openevent.contract.mson import Member, Structures
from openevent.jsonapi.resource import ResourceType
from openevent.jsonapi.schema import ToMany, ToOne, dasherize, told_when_asked, underscore

_PRIMITIVES: tuple[tuple[type[fields.Field], str], ...] = (
    (fields.Boolean, "boolean"),
    (fields.Number, "number"),
    (fields.List, "array"),
    (fields.Dict, "object"),
    (fields.Nested, "object"),
    (fields.DateTime, "string"),
    (fields.String, "string"),
)


def check_schemas(blueprint: Blueprint, resources: Iterable[ResourceType]) -> Iterator[Fault]:
    """Yield a fault per attribute or relationship in which blueprint and schema differ."""
    for resource in resources:
        yield from _attributes(blueprint.structures, resource)
        yield from _relationships(blueprint.structures, resource)


def _attributes(structures: Structures, resource: ResourceType) -> Iterator[Fault]:
    name = attributes_structure(resource)
    if name not in structures:
        if resource.schema.attributes():
            yield Fault(None, f"there is no data structure {name!r} for type {resource.type_name}")
        return
    declared = resource.schema.attributes()
    members = structures.members(name)
    for wire, member in members.items():
        field = declared.get(underscore(wire))
        if field is None:
            yield Fault(member.place, f"{name}: {wire!r} is not in {resource.schema.__name__}")
            continue
        for difference in _differences(structures, member, field):
            yield Fault(member.place, f"{name}: {wire!r} {difference}")
        if not _is_stored(resource, underscore(wire)):
            yield Fault(
                member.place, f"{name}: {wire!r} is no column of the model and not computed"
            )
    for python in declared.keys() - {underscore(wire) for wire in members}:
        place = structures[name].place
        schema = resource.schema.__name__
        yield Fault(place, f"{name}: {dasherize(python)!r} of {schema} is not described")


def _differences(structures: Structures, member: Member, field: fields.Field) -> Iterator[str]:
    """Yield what the description and the field do not agree in."""
    said, meant = structures.primitive(member), primitive_of(field)
    if said != meant:
        yield f"is described as {said}, but is {meant}"
    required = not (field.load_only or "read" in field.metadata or told_when_asked(field))
    if member.required != required:
        meant = "always there" if required else "not always there"
        yield f"is described as {'required' if member.required else 'optional'}, but is {meant}"
    if member.nullable != bool(field.allow_none) and not field.load_only:
        yield f"is described as {'' if member.nullable else 'not '}nullable, but is the opposite"
    described, allowed = set(structures.enum(member)), set(choices(field) or ())
    for missing in sorted(allowed - described, key=str):
        yield f"can be {missing!r}, which the description forgets"
    for extra in sorted(described - allowed, key=str):
        yield f"is said to be {extra!r} at times, which it cannot be"


def primitive_of(field: fields.Field) -> str:
    """Return the MSON type that a field is on the wire."""
    if choices(field):
        return "enum"
    return next((name for kind, name in _PRIMITIVES if isinstance(field, kind)), "object")


def choices(field: fields.Field) -> tuple[Any, ...] | None:
    """Return the values that an enumerated field allows, ``None`` for any other field."""
    validators = field.validators
    for validator in validators:
        if isinstance(validator, validate.OneOf):
            return tuple(str(choice) for choice in validator.choices)
    return None


def _is_stored(resource: ResourceType, name: str) -> bool:
    field = resource.schema.attributes()[name]
    if field.load_only or name in resource.computed:
        return True
    return (field.attribute or name) in inspect(resource.model).column_attrs


def kind_of(field: ToOne | ToMany) -> str:
    """Return the structure by which MSON describes a relationship."""
    if isinstance(field, ToMany):
        return "Has Many"
    if not field.linked:
        return "Links One"
    return "May Have One" if field.allow_none else "Has One"


def _relationships(structures: Structures, resource: ResourceType) -> Iterator[Fault]:
    name = resource_structure(resource)
    declared = resource.schema.relationships()
    if name not in structures:
        yield Fault(None, f"there is no data structure {name!r} for type {resource.type_name}")
        return
    container = structures.members(name).get("relationships")
    members = {m.name: m for m in container.members} if container else {}
    for wire, member in members.items():
        field = declared.get(underscore(wire))
        if field is None:
            yield Fault(member.place, f"{name}: there is no relationship {wire!r}")
            continue
        kind = kind_of(field)
        if member.type != kind:
            yield Fault(
                member.place, f"{name}: {wire!r} is {member.type!r}, but should be {kind!r}"
            )
        mapped = inspect(resource.model).relationships
        if underscore(wire) not in mapped:
            yield Fault(member.place, f"{name}: {wire!r} is not mapped by the model")
    for python in declared.keys() - {underscore(wire) for wire in members}:
        place = structures[name].place
        yield Fault(place, f"{name}: relationship {dasherize(python)!r} is not described")
