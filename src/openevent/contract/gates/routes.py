"""Gate: what is documented is routed, what is routed is documented."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import falcon

from openevent.contract.blueprint import Blueprint, Fault
from openevent.contract.gates.naming import resource_structure
from openevent.http.routes import operations_of
from openevent.jsonapi.resource import ResourceType
from openevent.jsonapi.schema import ToMany

_VARIABLE = re.compile(r"\{[^{}]+\}")
#: What serves the documentation and the operators, not API users; the README has them. And
#: the page that links in mails lead to.
UNDOCUMENTED = frozenset({"/", "/docs", "/api.apib", "/metrics", "/v1/unsubscribe/{id}"})

Operation = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Routing:
    """The operations of an application: method and path, variables called ``{id}``."""

    operations: frozenset[Operation]

    @classmethod
    def of(cls, app: falcon.App) -> Routing:  # type: ignore[type-arg]  # any request type
        """Return what an application routes."""
        return cls(
            frozenset(
                (method, _VARIABLE.sub("{id}", path))
                for path, methods in operations_of(app).items()
                for method in methods - {"HEAD"}
            )
        )


def check_routes(
    blueprint: Blueprint, routing: Routing, resources: Iterable[ResourceType]
) -> Iterator[Fault]:
    """Yield a fault per documented operation without a route, and the reverse."""
    documented = {action.route: action for action in blueprint.actions}
    by_rule = set(relationship_operations(blueprint, resources))
    for operation, action in documented.items():
        if operation not in routing.operations:
            method, path = operation
            yield Fault(action.place, f"{action.name!r}: {method} {path} has no route")
    for method, path in sorted(by_rule - routing.operations):
        yield Fault(None, f"{method} {path} follows from a documented relationship, has no route")
    for method, path in sorted(routing.operations - documented.keys() - by_rule):
        if path not in UNDOCUMENTED:
            yield Fault(None, f"{method} {path} is routed, but no action documents it")


def relationship_operations(
    blueprint: Blueprint, resources: Iterable[ResourceType]
) -> Iterator[Operation]:
    """Yield the operations that the ``relationships`` of the types document by rule."""
    for resource in resources:
        members = blueprint.structures.members(resource_structure(resource))
        declared = resource.schema.relationships()
        for member in members["relationships"].members if "relationships" in members else ():
            name = member.name.replace("-", "_")
            if name not in declared:
                continue  # the gate about attributes says so
            base = f"{resource.path}/{{id}}"
            own = f"{base}/relationships/{member.name}"
            yield "GET", own
            yield "GET", f"{base}/{declared[name].segment_of(name)}"
            if member.writable_by:
                yield "PATCH", own
            if member.writable_by and isinstance(declared[name], ToMany):
                yield from (("POST", own), ("DELETE", own))
