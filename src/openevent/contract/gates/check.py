"""All gates, one after the other: what ``openevent contract check`` runs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import falcon

from openevent.contract.blueprint import Blueprint, Fault
from openevent.contract.gates.actions import check_actions
from openevent.contract.gates.database import check_enums, check_migrations
from openevent.contract.gates.hooks import check_hooks
from openevent.contract.gates.routes import Routing, check_routes
from openevent.contract.gates.schemas import check_schemas
from openevent.contract.parts import blueprint_dir
from openevent.db.registry import metadata
from openevent.jsonapi.resource import ResourceType
from openevent.local.postgres import EmbeddedPostgres
from openevent.settings import Settings


@dataclass(frozen=True, slots=True)
class Gate:
    """A rule about the contract, and what finds the faults in it."""

    rule: str
    faults: Callable[[], Iterator[Fault]]


def gates(
    blueprint: Blueprint,
    resources: Sequence[ResourceType],
    make_app: Callable[[Settings], falcon.App[Any, Any]],
) -> tuple[Gate, ...]:
    """Return the gates that a blueprint has to pass, the cheap ones first."""
    return (
        Gate("the blueprint parses without warnings", lambda: iter(blueprint.warnings)),
        Gate("actions have access, examples, refusals", lambda: check_actions(blueprint)),
        Gate("attributes are the schemas'", lambda: check_schemas(blueprint, resources)),
        Gate("enums are the tables'", lambda: check_enums(resources)),
        Gate("hooks name requests", lambda: check_hooks(blueprint, hooks_dir())),
        Gate(
            "routes are documented, and the reverse",
            lambda: _routes(blueprint, resources, make_app),
        ),
        Gate("models are what the migrations make", _migrations),
    )


def hooks_dir() -> Path:
    """Return the folder of Dredd hooks beside the blueprint."""
    return blueprint_dir().parent / "hooks"


def _routes(
    blueprint: Blueprint,
    resources: Sequence[ResourceType],
    make_app: Callable[[Settings], falcon.App[Any, Any]],
) -> Iterator[Fault]:
    # Nothing is asked of the servers that these settings name; routes need no server.
    settings = Settings(
        database_url="postgresql:///", redis_url="redis://127.0.0.1", secret_key="-" * 32
    )
    yield from check_routes(blueprint, Routing.of(make_app(settings)), resources)


def _migrations() -> Iterator[Fault]:
    with (
        TemporaryDirectory(prefix="oe-") as folder,
        EmbeddedPostgres(Path(folder), durable=False) as url,
    ):
        yield from check_migrations(url, metadata)
