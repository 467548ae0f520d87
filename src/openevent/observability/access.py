"""One line and one measurement for each request, named as the contract names it."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from falcon import Request, Response

from openevent.observability.metrics import WebMetrics
from openevent.work.context import REQUEST_ID

logger = logging.getLogger("openevent.access")

_LOOK_S = 5.0
# Asked every few seconds by machines, for ever: of interest only when something is wrong.
_PROBES = ("/health-check", "/health-check/live", "/metrics")


class ActionNames:
    """``"GET /v1/faqs/{id}" -> "FAQs > FAQ Details > FAQ Details"``, as the contract says.

    The build of the documentation writes them, maybe while this process serves, so the
    file is looked at again from time to time. Until then there are no names.
    """

    def __init__(self, data_dir: Path) -> None:
        self._path = data_dir / "docs" / "actions.json"
        self._names: dict[str, str] = {}
        self._changed_at = 0.0
        self._look_at = 0.0

    def __call__(self, route: str) -> str | None:
        """Return the name of a method and route template."""
        if (now := time.monotonic()) >= self._look_at:
            self._look_at = now + _LOOK_S
            self._look()
        return self._names.get(route)

    def _look(self) -> None:
        with suppress(FileNotFoundError):
            changed_at = self._path.stat().st_mtime
            if changed_at != self._changed_at:
                self._names = json.loads(self._path.read_text(encoding="utf-8"))
                self._changed_at = changed_at


class Access:
    """Logs and counts what was answered. Outermost but for the request id.

    Neither the query string nor a header is logged: they may carry tokens.
    """

    def __init__(self, names: Callable[[str], str | None], metrics: WebMetrics) -> None:
        self._names, self._metrics = names, metrics

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
        return self._names(f"{method} {req.uri_template}") or str(req.uri_template)
