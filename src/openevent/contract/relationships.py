"""The relationship routes, which the introduction documents by one rule, one by one.

The replay asks for each: of the resource that the type's own example shows, as whoever
that example asks as.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import repeat

from openevent.contract.blueprint import Action, Blueprint, Example
from openevent.contract.exchange import request_of
from openevent.contract.parts import Assembly
from openevent.jsonapi.resource import ResourceType
from openevent.jsonapi.schema import ToMany, dasherize

GROUP = "Relationships"


def relationship_routes(blueprint: Blueprint, resources: Iterable[ResourceType]) -> Assembly:
    """Return a blueprint of the relationship routes that are not written out."""
    assembly = blueprint.assembly
    structures = max(n for n, line in enumerate(assembly.lines) if line == "# Data Structures")
    routes = list(_routes(blueprint, tuple(resources)))
    head = ("FORMAT: 1A", "", f"# {GROUP}", "", f"# Group {GROUP}", "", *routes)
    lines = (*head, *assembly.lines[structures:])
    places = (*repeat(assembly.places[0], len(head)), *assembly.places[structures:])
    return replace(assembly, lines=lines, places=places)


def _routes(blueprint: Blueprint, resources: tuple[ResourceType, ...]) -> Iterator[str]:
    actions = {action.route: action for action in blueprint.actions}
    types = {resource.type_name for resource in resources}
    for resource in resources:
        shown = _shown(actions.get(("GET", f"{resource.path}/{{id}}")))
        for name, relationship in resource.schema.relationships().items():
            if shown is None or relationship.type_ not in types:
                continue
            segment = relationship.segment_of(name)
            if ("GET", f"{resource.path}/{{id}}/{segment}") not in actions:
                many = isinstance(relationship, ToMany)
                yield from _action(*shown, segment, "List" if many else "Document")
            yield from _action(*shown, f"relationships/{dasherize(name)}", "Linkage Document")


def _shown(action: Action | None) -> tuple[Action, Example] | None:
    if action is None:
        return None
    return next(((action, example) for example in action.examples if example.is_success), None)


def _action(action: Action, example: Example, tail: str, structure: str) -> Iterator[str]:
    path = request_of(action, example).target.partition("?")[0]
    yield from (f"## {action.resource}: {tail} [{path}/{tail}]", "", "### Show [GET]", "")
    yield from ("+ Request", "", "    + Headers", "")
    yield "            Accept: application/vnd.api+json"
    if authorization := example.header("Authorization"):
        yield f"            Authorization: {authorization}"
    yield from ("", "+ Response 200 (application/vnd.api+json)", "")
    yield from (f"    + Attributes ({structure})", "")
