"""Prometheus metrics of the web processes and of the workers.

gunicorn runs several processes on one port, so each writes its numbers to a file of a
shared folder and ``GET /metrics`` adds them up, whichever process answers. Workers have a
port of their own (``OPENEVENT_METRICS_PORT``), served by Dramatiq's Prometheus middleware.
"""

from __future__ import annotations

import hmac
import ipaddress
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import prometheus_client
from falcon import Request, Response
from prometheus_client import CollectorRegistry, Counter, Histogram, multiprocess, values

from openevent.errors import Forbidden
from openevent.settings import Settings

_FOLDER = "PROMETHEUS_MULTIPROC_DIR"  # prometheus_client takes it from the environment only
_METHODS = frozenset({"GET", "HEAD", "POST", "PATCH", "PUT", "DELETE", "OPTIONS"})
_BUCKETS_S = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


@contextmanager
def shared_numbers() -> Iterator[Path]:
    """Let the processes forked from this one share their numbers in a private folder."""
    folder = Path(tempfile.mkdtemp(prefix="openevent-metrics-"))
    os.environ[_FOLDER] = str(folder)
    values.ValueClass = values.get_value_class()  # type: ignore[no-untyped-call]
    try:
        yield folder
    finally:
        del os.environ[_FOLDER]
        values.ValueClass = values.get_value_class()  # type: ignore[no-untyped-call]
        shutil.rmtree(folder, ignore_errors=True)


class WebMetrics:
    """What is counted of every request. Made in each process after it was forked."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._requests = Counter(
            "openevent_requests",
            "Requests answered.",
            ("action", "method", "status"),
            registry=self.registry,
        )
        self._seconds = Histogram(
            "openevent_request_duration_seconds",
            "Time from a request's arrival to its answer.",
            ("action", "method"),
            buckets=_BUCKETS_S,
            registry=self.registry,
        )
        # Looking a series up by its labels costs more than counting does.
        self._series: dict[tuple[str, str, int], tuple[Counter, Histogram]] = {}

    def observe(self, action: str, method: str, status: int, seconds: float) -> None:
        """Count one request."""
        if (series := self._series.get((action, method, status))) is None:
            known = method if method in _METHODS else "other"  # strangers make up no series
            series = (
                self._requests.labels(action, known, str(status)),
                self._seconds.labels(action, known),
            )
            if known == method:
                self._series[action, method, status] = series
        requests, duration = series
        requests.inc()
        duration.observe(seconds)

    def text(self) -> bytes:
        """Return everything in Prometheus's text format, of all processes where they share."""
        registry = self.registry
        if os.environ.get(_FOLDER):
            registry = CollectorRegistry()
            multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
        return prometheus_client.generate_latest(registry)


class MetricsEndpoint:
    """``GET /metrics``: for this machine, or for who knows ``OPENEVENT_METRICS_TOKEN``.

    A request that a proxy forwarded comes from this machine only in appearance, so a
    forwarding header counts as coming from elsewhere.
    """

    speaks = "text/plain"

    def __init__(self, metrics: WebMetrics, settings: Settings) -> None:
        self._metrics, self._token = metrics, settings.metrics_token

    def on_get(self, req: Request, resp: Response) -> None:
        """Answer in Prometheus's text format, or with 403."""
        if not (self._knows_token(req) or _is_local(req)):
            raise Forbidden("Metrics are for this machine, or with the token of the settings.")
        resp.content_type = prometheus_client.CONTENT_TYPE_LATEST
        resp.set_header("Cache-Control", "no-store")
        resp.data = self._metrics.text()

    def _knows_token(self, req: Request) -> bool:
        given = (req.get_header("Authorization") or "").removeprefix("Bearer ")
        return bool(self._token) and hmac.compare_digest(given.encode(), self._token.encode())


def _is_local(req: Request) -> bool:
    if req.get_header("X-Forwarded-For") or req.get_header("Forwarded"):
        return False
    try:
        return ipaddress.ip_address(req.remote_addr or "").is_loopback
    except ValueError:
        return False
