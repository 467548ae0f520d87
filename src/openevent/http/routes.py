"""How an area contributes routes that are not JSON:API resources."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import falcon
from falcon.routing import CompiledRouter

from openevent.jsonapi.endpoints import Engine
from openevent.settings import Settings


@dataclass(frozen=True, slots=True)
class Context:
    """What hand-written Falcon resources may be built from."""

    settings: Settings
    engine: Engine
    ports: Mapping[type, Any]


@dataclass(frozen=True, slots=True)
class Route:
    """A path and the factory of the Falcon resource that answers there.

    Paths name their variables ``{id}``, as the generated routes do.
    """

    path: str
    resource: Callable[[Context], object]
    suffix: str | None = None


class Router(CompiledRouter):
    """Lets HEAD answer wherever GET does, with the same headers (RFC 9110 § 9.3.2).

    ``operations`` are the methods of each path, as its resource has them; those that Falcon
    adds to tell of the others are not among them.
    """

    def __init__(self) -> None:
        super().__init__()
        self.operations: dict[str, frozenset[str]] = {}

    def add_route(self, uri_template: str, resource: object, **options: Any) -> None:
        super().add_route(uri_template, resource, **options)
        self.operations[uri_template] = frozenset(self.map_http_methods(resource, **options))

    def map_http_methods(self, resource: object, **options: Any) -> dict[str, Any]:
        methods: dict[str, Any] = dict(super().map_http_methods(resource, **options))
        if "GET" in methods:
            methods.setdefault("HEAD", methods["GET"])
        return methods


def operations_of(app: falcon.App) -> Mapping[str, frozenset[str]]:  # type: ignore[type-arg]  # any request type
    """Return the methods that an application answers at each of its paths."""
    router = app._router
    assert isinstance(router, Router)  # noqa: S101  # every application here has one
    return router.operations
