"""Functions that turn rows into resource objects, generated once per shape.

From a schema, the positions of a statement's columns and the relationships that a
document expands, one Python function is compiled whose body is a dictionary literal and
one formatted string. What it builds equals marshmallow-jsonapi's dump of the same row; a
test proves it for every type.
"""

from __future__ import annotations

import linecache
import weakref
from collections.abc import Callable, Mapping
from itertools import count
from typing import Any

import orjson
from marshmallow import fields

from openevent.jsonapi.schema import ToMany, ToOne, UTCDateTime, dasherize
from openevent.jsonapi.union import Branch

#: Field types whose database value orjson writes exactly as marshmallow would.
VERBATIM = (
    fields.String,
    fields.Boolean,
    fields.Integer,
    fields.Float,
    UTCDateTime,
    fields.List,
    fields.Dict,
    fields.Raw,
)

_NUMBERS = count(1)

Render = Callable[[tuple[Any, ...], Mapping[str, Mapping[int, str]]], dict[str, Any]]


def identifier(type_name: str, id_: int) -> str:
    """Return a resource identifier object as JSON text (JSON:API 1.0 § Identifier Objects)."""
    return f'{{"type":"{type_name}","id":"{id_}"}}'


def compile_renderer(
    branch: Branch, expanded: frozenset[str], wanted: frozenset[str] | None
) -> Render:
    """Return the function ``(row, linkage) -> resource object`` of one branch.

    ``expanded`` names the relationships whose linkage the document carries; the
    function finds it in ``linkage[name][id]`` as JSON text. ``wanted`` is the sparse
    fieldset, or ``None`` for all fields.
    """
    source = _Source(branch, expanded, wanted)
    text = source.text()
    name = f"<renderer {next(_NUMBERS)} of {branch.resource.type_name}>"
    namespace: dict[str, Any] = {"Fragment": orjson.Fragment, **source.names}
    exec(compile(text, name, "exec"), namespace)  # noqa: S102  # made of declared names only
    render: Render = namespace["render"]
    # Tracebacks show its lines for as long as it lives: shapes come and go without end.
    linecache.cache[name] = (len(text), None, text.splitlines(keepends=True), name)
    weakref.finalize(render, linecache.cache.pop, name, None)
    return render


class _Source:
    def __init__(
        self, branch: Branch, expanded: frozenset[str], wanted: frozenset[str] | None
    ) -> None:
        self.branch, self.expanded, self.wanted = branch, expanded, wanted
        self.resource = branch.resource
        self.names: dict[str, Any] = {}

    def text(self) -> str:
        lines = [
            "def render(row, linkage):",
            f"    id = row[{self.branch.positions['id']}]",
            f"    resource = {{'type': {self.resource.type_name!r}, 'id': str(id)}}",
            *self.attributes(),
        ]
        if relationships := self.relationships():
            lines.append(f"    resource['relationships'] = Fragment(f'{relationships}')")
        own = _literal(f'{{"self":"{self.resource.path}/') + "{id}" + _literal('"}')
        lines.append(f"    resource['links'] = Fragment(f'{own}')")
        lines.append("    return resource")
        return "\n".join(lines) + "\n"

    def attributes(self) -> list[str]:
        plain: list[str] = []
        private: dict[str, list[str]] = {}
        for name, field in self.resource.schema.attributes().items():
            if name not in self.branch.positions:
                continue
            if self.wanted is not None and name not in self.wanted:
                continue  # read for a relationship's linkage, not for itself
            value = self.value(name, field)
            flag = field.metadata.get("read")
            entry = f"{dasherize(name)!r}: {value}"
            if flag in self.branch.flags:
                private.setdefault(flag, []).append(entry)
            else:
                plain.append(entry)
        if not plain and not private:
            return []
        lines = [f"    resource['attributes'] = attributes = {{{', '.join(plain)}}}"]
        for flag, entries in private.items():
            lines.append(f"    if row[{self.branch.flags[flag]}]:")
            lines.append(f"        attributes.update({{{', '.join(entries)}}})")
        return lines

    def value(self, name: str, field: fields.Field) -> str:
        position = f"row[{self.branch.positions[name]}]"
        if isinstance(field, VERBATIM):
            return position
        # Anything else is written by the field itself, as marshmallow would.
        self.names[f"dump_{name}"] = lambda value: field._serialize(value, name, None)
        return f"dump_{name}({position})"

    def relationships(self) -> str:
        """Return the relationships member as the body of an f-string, or nothing."""
        parts = []
        base = _literal(f"{self.resource.path}/") + "{id}"
        for name, relationship in self.resource.schema.relationships().items():
            if self.wanted is not None and name not in self.wanted:
                continue
            wire = dasherize(name)
            parts.append(
                _literal(f'"{wire}":{{"links":{{"self":"')
                + base
                + _literal(f'/relationships/{wire}","related":"')
                + base
                + _literal(f'/{relationship.segment_of(name)}"}}')
                + self.linkage(name, relationship)
                + _literal("}")
            )
        return _literal("{") + ",".join(parts) + _literal("}") if parts else ""

    def linkage(self, name: str, relationship: ToOne | ToMany) -> str:
        key = self.branch.positions.get(f"{name}_id")
        if isinstance(relationship, ToOne) and relationship.linked and key is not None:
            self.names[f"link_{name}"] = f'{{"type":"{relationship.type_}","id":"%d"}}'
            return f',"data":{{"null" if row[{key}] is None else link_{name} % row[{key}]}}'
        return f'{{linkage["{name}"].get(id, "")}}' if name in self.expanded else ""


def _literal(text: str) -> str:
    """Return text as it stands in the literal part of an f-string in single quotes."""
    return text.replace("{", "{{").replace("}", "}}").replace("'", "\\'")
