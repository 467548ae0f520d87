"""How an area contributes routes that are not JSON:API resources."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from falcon.inspect import inspect_compiled_router, register_router
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
    """Lets HEAD answer wherever GET does, with the same headers (RFC 9110 § 9.3.2)."""

    def map_http_methods(self, resource: object, **options: Any) -> dict[str, Any]:
        methods: dict[str, Any] = dict(super().map_http_methods(resource, **options))
        if "GET" in methods:
            methods.setdefault("HEAD", methods["GET"])
        return methods


register_router(Router)(inspect_compiled_router)
