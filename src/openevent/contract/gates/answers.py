"""Gate: a status that a route was seen to answer is one that the blueprint documents."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from openevent.contract.blueprint import Blueprint, Fault
from openevent.contract.gates.actions import UNIVERSAL
from openevent.contract.gates.routes import relationship_operations
from openevent.jsonapi.resource import ResourceType

_VARIABLE = re.compile(r"\{[^{}]*\}")
#: What the introduction documents for whatever is asked: what no route can read (400), a
#: token that does not hold (401), attempts used up (429), and what UNIVERSAL has.
GENERAL = UNIVERSAL | {400, 401, 429}
#: Of every write, as the introduction says too: a condition that does not hold, a key used for
#: another request.
WRITES = frozenset({409, 412, 422})
#: Of every document for a collection: an id of the client's own, a reference to what is not there.
CREATIONS = frozenset({403, 404})
#: Relationship routes are documented by rule, with the resource they belong to.
_BY_RULE = frozenset({200, 403, 404, 409, 422})


class Answer(NamedTuple):
    """What was answered: the method and the route's template, and the status."""

    method: str
    template: str
    status: int

    @property
    def operation(self) -> tuple[str, str]:
        """Method and path, variables called ``{id}``; HEAD is documented as GET."""
        method = "GET" if self.method == "HEAD" else self.method
        return method, _VARIABLE.sub("{id}", self.template)


def check_answers(
    blueprint: Blueprint, resources: Sequence[ResourceType], answers: Iterable[Answer]
) -> Iterator[Fault]:
    """Yield a fault per status that was answered and is not documented.

    Routes that nobody documents are another gate's (``routes``).
    """
    documented = {action.route: action for action in blueprint.actions}
    by_rule = set(relationship_operations(blueprint, resources))
    found = {(*answer.operation, answer.status) for answer in answers}
    for method, path, status in sorted(found):
        general = GENERAL if method == "GET" else GENERAL | WRITES
        if method == "POST" and "{" not in path:
            general |= CREATIONS
        action = documented.get((method, path))
        if action is not None:
            if status not in action.statuses | general:
                text = f"{action.name!r} ({method} {path}) answered {status}, which has no example"
                yield Fault(action.place, text)
        elif (method, path) in by_rule and status not in _BY_RULE | general:
            yield Fault(None, f"{method} {path} answered {status}, against the rule")
