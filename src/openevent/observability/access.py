"""One line and one measurement for each request, named as the contract names it."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Mapping
from pathlib import Path

from falcon import Request, Response

from openevent.observability.metrics import WebMetrics
from openevent.work.context import REQUEST_ID

logger = logging.getLogger("openevent.access")

# Asked every few seconds by machines, for ever: of interest only when something is wrong.
_PROBES = ("/health-check", "/health-check/live", "/metrics")


def read_actions(data_dir: Path) -> Mapping[str, str]:
    """Return ``"GET /v1/faqs/{id}" -> "FAQs > FAQ Details > FAQ Details"``.

    The build of the documentation writes it. Without it the route's template stands in.
    """
    try:
        actions: dict[str, str] = json.loads(
            (data_dir / "docs" / "actions.json").read_text(encoding="utf-8")
        )
    except FileNotFoundError:
        return {}
    return actions


class Access:
    """Logs and counts what was answered. Outermost but for the request id.

    Neither the query string nor a header is logged: they may carry tokens.
    """

    def __init__(self, actions: Mapping[str, str], metrics: WebMetrics) -> None:
        self._actions, self._metrics = actions, metrics

    def process_request(self, req: Request, resp: Response) -> None:  # noqa: ARG002
        req.context.started = time.perf_counter()
        REQUEST_ID.set(req.context.request_id)

    def process_response(
        self,
        req: Request,
        resp: Response,
        resource: object,  # noqa: ARG002
        req_succeeded: bool,  # noqa: ARG002
    ) -> None:
        seconds = time.perf_counter() - req.context.started
        action = self.action(req)
        self._metrics.observe(action, req.method, resp.status_code, seconds)
        work = getattr(req.context, "work", None)
        logger.log(
            logging.DEBUG if req.uri_template in _PROBES else logging.INFO,
            "%s %s %d",
            req.method,
            req.path,
            resp.status_code,
            extra={
                "action": action,
                "method": req.method,
                "path": req.path,
                "status": resp.status_code,
                "duration_ms": round(seconds * 1000, 1),
                "principal": work.principal.id if work is not None else None,
            },
        )
        REQUEST_ID.set(None)

    def action(self, req: Request) -> str:
        """Return the contract's name for what was asked; a bounded set, whatever is asked."""
        if req.uri_template is None:
            return "unknown route"
        method = "GET" if req.method == "HEAD" else req.method
        return self._actions.get(f"{method} {req.uri_template}", req.uri_template)
