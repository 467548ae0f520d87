"""Every documented request, sent to a live server by Dredd, each from the pristine world.

What ran is counted: a transaction that did not run is a failure.
"""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from openevent.contract.blueprint import Blueprint, parse
from openevent.contract.node import CHECKOUT, HERE, ToolError, command
from openevent.contract.relationships import relationship_routes
from openevent.contract.stage import environment, free_port
from openevent.jsonapi.resource import ResourceType
from openevent.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How one transaction went."""

    name: str
    outcome: str
    method: str
    path: str
    status: str | None
    message: str = ""
    body: str | None = None


@dataclass(slots=True, kw_only=True)
class Report:
    """How a replay went."""

    #: Requests in the blueprint.
    documented: int
    #: Those, and one for each relationship route that is documented by rule.
    expected: int
    found: int = 0
    outcomes: list[Outcome] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    error: str | None = None
    missing: tuple[str, ...] = ()

    def count(self, outcome: str) -> int:
        """Return how many transactions ended so."""
        return sum(item.outcome == outcome for item in self.outcomes)

    @property
    def is_good(self) -> bool:
        """Whether every documented request ran and was answered as documented."""
        return (
            self.error is None
            and not self.warnings
            and not self.missing
            and self.count("pass") == len(self.outcomes) > 0
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a replay sends: every documented request."""

    #: Requests in the blueprint.
    documented: int
    #: Those and the relationship routes: the path of each by its name for Dredd, in order.
    paths: dict[str, str | None]
    #: What Dredd makes of the blueprint.
    description: dict[str, Any]


def plan(blueprint: Blueprint, resources: Sequence[ResourceType]) -> Plan:
    """Plan to replay a blueprint, and what it shows of the relationship routes of types."""
    documents = [parse(relationship_routes(blueprint, resources)), blueprint]
    read = [json.loads(document.dredd) for document in documents]
    return Plan(
        documented=len(list(blueprint.examples())),
        paths={
            name: example.path
            for document in documents
            for name, (_, example) in document.transactions().items()
        },
        description={
            "mediaType": read[0]["mediaType"],
            "transactions": [each for one in read for each in one["transactions"]],
            "annotations": [each for one in read for each in one["annotations"]],
        },
    )


def replay(
    plan: Plan,
    settings: Settings,
    url: str,
    *,
    seed: int | None = None,
    only: str = "",
    bodies: bool = False,
    hooks: Path = CHECKOUT / "hooks",
    tell: Callable[[Report], None] = lambda _: None,
) -> Report:
    """Run Dredd against ``url``, whose database and key ``settings`` name.

    With ``seed`` the order is shuffled, with ``bodies`` every answer is kept (those that
    are not as documented always are). ``tell`` is called after each transaction.
    """
    report = Report(documented=plan.documented, expected=len(plan.paths))
    with TemporaryDirectory(prefix="oe-replay-") as folder:
        file = Path(folder, "paths.json")
        file.write_text(
            json.dumps({name: path for name, path in plan.paths.items() if path}), encoding="utf-8"
        )
        port = free_port()
        handler = [sys.executable, "-m", "openevent.contract.hook_server"]
        options = {
            "endpoint": url,
            "description": plan.description,
            "hooks": [str(path) for path in sorted(hooks.glob("*_hooks.py"))],
            "handler": shlex.join([*handler, "--port", str(port), "--plan", str(file)]),
            "port": port,
            "seed": seed,
            "only": only,
            "bodies": bodies,
        }
        _run(options, settings, report, tell)
    ran = {outcome.name for outcome in report.outcomes}
    report.missing = tuple(name for name in plan.paths if only in name and name not in ran)
    return report


def _run(
    options: dict[str, Any], settings: Settings, report: Report, tell: Callable[[Report], None]
) -> None:
    line, node_environment = command(HERE / "replay.js")
    process = subprocess.Popen(
        line,
        env=node_environment | environment(settings),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None  # noqa: S101 - asked for above
    assert process.stdout is not None  # noqa: S101
    with process:
        process.stdin.write(json.dumps(options))
        process.stdin.close()
        for text in process.stdout:
            # Dredd prints too; what our script says is marked.
            if text.startswith("@"):
                _take(json.loads(text[1:]), report)
                tell(report)
    if process.returncode:
        raise ToolError(f"Dredd ended with exit code {process.returncode}")


def _take(message: dict[str, Any], report: Report) -> None:
    if "name" in message:
        report.outcomes.append(Outcome(**message))
    elif "found" in message:
        report.found = message["found"]
    else:
        report.error = message["end"]["error"]
        report.warnings = message["end"]["warnings"]
