"""Is this server well, and which one is it: routes for probes, monitors and people."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from dataclasses import asdict
from importlib.metadata import version
from typing import ClassVar

import falcon
from falcon import Request, Response

from openevent.areas.ops.health_board import FAILED_S, HealthBoard
from openevent.areas.ops.health_checks import checks
from openevent.http.routes import Context, Route


class Probe:
    """Base of these routes: plain JSON for anybody, whatever ``Authorization`` says."""

    speaks: ClassVar[str] = "application/json"
    authenticates: ClassVar[bool] = False


class HealthCheck(Probe):
    """``GET /health-check``: readiness. 200 when all checks pass, 503 when one fails."""

    def __init__(self, context: Context, contract_hash: Callable[[], str]) -> None:
        passed_s = float(context.settings.health_expires_s)
        self.board = HealthBoard(
            checks(context.settings, contract_hash),
            passed_s=passed_s,
            failed_s=min(passed_s, FAILED_S),
        )

    def on_get(self, req: Request, resp: Response) -> None:  # noqa: ARG002 - Falcon's signature
        results = self.board.results()
        well = all(result.passed for result in results)
        resp.status = falcon.HTTP_200 if well else falcon.HTTP_503
        resp.set_header("Cache-Control", "no-store")
        resp.media = {
            "status": "success" if well else "failure",
            "timestamp": time.time(),
            "hostname": socket.gethostname(),
            "results": [asdict(result) for result in results],
        }


class Liveness(Probe):
    """``GET /health-check/live``: this process answers. It asks nobody else."""

    def on_get(self, req: Request, resp: Response) -> None:  # noqa: ARG002
        resp.set_header("Cache-Control", "no-store")
        resp.media = {"status": "alive"}


class Info(Probe):
    """``GET /info``: the version, where published clients look for it."""

    def __init__(self) -> None:
        self.build = {"version": version("openevent")}

    def on_get(self, req: Request, resp: Response) -> None:  # noqa: ARG002
        resp.media = {"build": self.build}


def routes(contract_hash: Callable[[], str]) -> tuple[Route, ...]:
    """Return the routes; ``contract_hash`` tells which contract the server comes with."""
    return (
        Route("/health-check", lambda context: HealthCheck(context, contract_hash)),
        Route("/health-check/live", lambda _: Liveness()),
        Route("/info", lambda _: Info()),
    )
