"""The blueprint as values: actions, their examples, and the data structures."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from openevent.contract import refract
from openevent.contract.mson import Structures, read_structures
from openevent.contract.node import HERE, remembered
from openevent.contract.parts import Assembly, Place, assemble
from openevent.contract.refract import Element
from openevent.contract.spelling import as_written

_ACCESS = re.compile(r"^Access: *(.*?) *$", re.MULTILINE)
_PATH = re.compile(r"^Path: *`?(\S+?)`? *$", re.MULTILINE)
_VARIABLE = re.compile(r"\{[^{}?]+\}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """A variable of a URI template; ``example`` is what requests send, if anything."""

    name: str
    required: bool
    example: str | None
    description: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """One request and the response to it.

    ``path`` replaces the action's own for this request. ``structure`` names the data
    structure that the response is validated by.
    """

    number: int
    name: str
    headers: tuple[tuple[str, str], ...]
    body: str | None
    path: str | None
    status: int
    response_headers: tuple[tuple[str, str], ...]
    structure: str | None
    place: Place
    response_place: Place

    @property
    def is_success(self) -> bool:
        """Whether the documented answer is no refusal."""
        return self.status < 400

    @property
    def is_binary(self) -> bool:
        """Whether the documented answer is a picture or a PDF, which is not text to be shown."""
        return any(
            name.lower() == "content-type" and value.startswith(("image/", "application/pdf"))
            for name, value in self.response_headers
        )

    def header(self, name: str) -> str | None:
        """Return a request header."""
        return next((v for n, v in self.headers if n.lower() == name.lower()), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """A method on a URI template."""

    group: str
    resource: str
    name: str
    method: str
    template: str
    parameters: tuple[Parameter, ...]
    description: str
    access: tuple[str, ...] | None
    examples: tuple[Example, ...]
    place: Place

    @property
    def path(self) -> str:
        """The template without its query."""
        return self.template.partition("{?")[0]

    @property
    def route(self) -> tuple[str, str]:
        """Method and path, whatever the path's variables are called."""
        return self.method, _VARIABLE.sub("{id}", self.path)

    @property
    def statuses(self) -> frozenset[int]:
        """The documented statuses."""
        return frozenset(example.status for example in self.examples)

    def transaction(self, example: Example) -> str:
        """Return the name that Dredd has for an example."""
        parts = [self.group, self.resource, self.name]
        if len(self.examples) > 1:
            parts.append(f"Example {example.number}")
        return " > ".join(part for part in parts if part)


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with the contract, and where."""

    place: Place | None
    text: str

    def __str__(self) -> str:
        return f"{self.place}: {self.text}" if self.place else self.text


@dataclass(frozen=True, slots=True, kw_only=True)
class Blueprint:
    """The parsed contract."""

    assembly: Assembly
    actions: tuple[Action, ...]
    structures: Structures
    warnings: tuple[Fault, ...]
    #: What Dredd makes of it, in JSON: ``mediaType``, ``transactions`` and ``annotations``.
    dredd: str

    def examples(self) -> Iterator[tuple[Action, Example]]:
        """Yield every documented request."""
        return ((action, example) for action in self.actions for example in action.examples)

    def transactions(self) -> dict[str, tuple[Action, Example]]:
        """Return every documented request by its name for Dredd, in order."""
        return {
            action.transaction(example): (action, example) for action, example in self.examples()
        }


def read_blueprint(root: Path | None = None) -> Blueprint:
    """Put the parts together and parse them."""
    return parse(assemble(root))


def parse(assembly: Assembly) -> Blueprint:
    """Parse the blueprint with the parser that Dredd uses, once for it and for us.

    It takes half a minute for a whole blueprint that was not seen before.
    """
    lean = assembly.for_dredd()
    read = remembered(HERE / "read.js", lean.text)
    tree = read["tree"]
    category: Element = next(refract.of_kind(tree, "category"), {"content": []})
    sections = list(refract.of_kind(category, "category"))
    return Blueprint(
        assembly=assembly,
        actions=tuple(
            action
            for section in sections
            if "resourceGroup" in refract.classes(section)
            for action in _group(section, lean)
        ),
        structures=Structures(
            structure
            for section in sections
            if "dataStructures" in refract.classes(section)
            for structure in read_structures(section, lean)
        ),
        warnings=tuple(
            Fault(lean.place(note), as_written(str(note["content"])))
            for note in refract.of_kind(tree, "annotation")
        ),
        dredd=read["dredd"],
    )


def _group(section: Element, assembly: Assembly) -> Iterator[Action]:
    group = refract.title(section)
    for resource in refract.of_kind(section, "resource"):
        for transition in refract.of_kind(resource, "transition"):
            yield _action(group, resource, transition, assembly)


def _action(group: str, resource: Element, transition: Element, assembly: Assembly) -> Action:
    transactions = list(refract.of_kind(transition, "httpTransaction"))
    request = next(refract.of_kind(transactions[0], "httpRequest"))
    text = refract.description(transition)
    access = _ACCESS.search(text)
    return Action(
        group=group,
        resource=refract.title(resource),
        name=refract.title(transition),
        method=str(refract.attribute(request, "method")),
        template=as_written(
            str(refract.attribute(transition, "href") or refract.attribute(resource, "href"))
        ),
        parameters=_parameters(resource, transition),
        description=_ACCESS.sub("", text).strip(),
        access=_words(access[1]) if access else None,
        examples=tuple(
            _example(number, transaction, assembly)
            for number, transaction in enumerate(transactions, start=1)
        ),
        place=assembly.place(transition),
    )


def _words(text: str) -> tuple[str, ...]:
    return tuple(word for word in re.split(r",\s*|\s+or\s+", text) if word)


def _parameters(*elements: Element) -> tuple[Parameter, ...]:
    found: dict[str, Parameter] = {}
    for element in elements:
        variables = element.get("attributes", {}).get("hrefVariables", {"content": []})
        for member in refract.of_kind(variables, "member"):
            flags = refract.attribute(member, "typeAttributes") or ()
            key, value = member["content"]["key"], member["content"].get("value", {})
            name = as_written(key["content"])
            found[name] = Parameter(
                name=name,
                required="required" in {flag["content"] for flag in flags},
                example=_sample(value),
                description=refract.meta(member, "description"),
            )
    return tuple(found.values())


def _sample(value: Element) -> str | None:
    """Return what requests send for a parameter: its example, else its default, as Dredd does."""
    content = value.get("content")
    if content is None:
        content = refract.attribute(value, "default")
    while isinstance(content, dict):
        content = content.get("content")
    return None if content is None or isinstance(content, list) else str(content)


def _example(number: int, transaction: Element, assembly: Assembly) -> Example:
    request = next(refract.of_kind(transaction, "httpRequest"))
    response = next(refract.of_kind(transaction, "httpResponse"))
    path = _PATH.search(refract.description(request))
    structure = next(refract.of_kind(response, "dataStructure"), None)
    return Example(
        number=number,
        name=refract.title(request),
        headers=_headers(request),
        body=_body(request),
        path=path[1] if path else None,
        status=int(refract.attribute(response, "statusCode") or 200),
        response_headers=_headers(response),
        structure=str(structure["content"]["element"]) if structure else None,
        place=assembly.place([request, response]),
        response_place=assembly.place(response.get("attributes", {}).get("statusCode")),
    )


def _headers(message: Element) -> tuple[tuple[str, str], ...]:
    headers: Any = message.get("attributes", {}).get("headers", {"content": []})
    return tuple(
        (str(m["content"]["key"]["content"]), str(m["content"]["value"]["content"]))
        for m in refract.children(headers)
    )


def _body(message: Element) -> str | None:
    for asset in refract.of_kind(message, "asset"):
        if "messageBody" in refract.classes(asset):
            return str(asset["content"])
    return None
