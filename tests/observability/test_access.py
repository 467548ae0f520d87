"""Requests are measured under the contract's names, never under what strangers send."""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import Any

import falcon
import falcon.testing
import pytest

from openevent.http.middleware import RequestId
from openevent.observability.access import Access, ActionNames
from openevent.observability.metrics import MetricsEndpoint, WebMetrics
from openevent.settings import Settings

ACTIONS = {"GET /things/{id}": "Things > Thing > Show a thing"}


class Thing:
    """Answers, or fails."""

    def on_get(self, req: falcon.Request, resp: falcon.Response, id: str) -> None:  # noqa: A002
        if id == "0":
            raise falcon.HTTPNotFound

    def on_patch(self, req: falcon.Request, resp: falcon.Response, id: str) -> None:  # noqa: A002
        resp.status = falcon.HTTP_204


@pytest.fixture
def metrics() -> WebMetrics:
    """Metrics of one process."""
    return WebMetrics()


@pytest.fixture
def client(metrics: WebMetrics) -> falcon.testing.TestClient:
    """An application of one route."""
    app: falcon.App[Any, Any] = falcon.App(middleware=[RequestId(), Access(ACTIONS.get, metrics)])
    app.add_route("/things/{id}", Thing())
    app.add_route("/metrics", MetricsEndpoint(metrics, Settings(metrics_token="t" * 20)))
    return falcon.testing.TestClient(app)


def counted(metrics: WebMetrics, action: str, method: str, status: str) -> float:
    """Return how many requests were counted so."""
    labels = {"action": action, "method": method, "status": status}
    return metrics.registry.get_sample_value("openevent_requests_total", labels) or 0


def test_an_action_is_counted_by_its_name_in_the_contract(
    client: falcon.testing.TestClient, metrics: WebMetrics
) -> None:
    client.simulate_get("/things/1")
    client.simulate_get("/things/2")
    client.simulate_get("/things/0")
    assert counted(metrics, "Things > Thing > Show a thing", "GET", "200") == 2
    assert counted(metrics, "Things > Thing > Show a thing", "GET", "404") == 1


def test_head_is_the_action_of_get(client: falcon.testing.TestClient, metrics: WebMetrics) -> None:
    client.simulate_head("/things/1")
    total = counted(metrics, "Things > Thing > Show a thing", "HEAD", "405")
    total += counted(metrics, "Things > Thing > Show a thing", "HEAD", "200")
    assert total == 1


def test_a_route_without_a_name_is_counted_by_its_template(
    client: falcon.testing.TestClient, metrics: WebMetrics
) -> None:
    client.simulate_patch("/things/1")
    assert counted(metrics, "/things/{id}", "PATCH", "204") == 1


def test_strangers_make_up_no_series(
    client: falcon.testing.TestClient, metrics: WebMetrics
) -> None:
    for number in range(5):
        client.simulate_get(f"/made/up/{number}")
    assert counted(metrics, "unknown route", "GET", "404") == 5
    for method in ("BREW", "WHEN"):
        metrics.observe("unknown route", method, 400, 0.001)
    assert counted(metrics, "unknown route", "other", "400") == 2


def test_a_request_is_one_line_without_its_query(
    client: falcon.testing.TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, "openevent.access"):
        client.simulate_get("/things/1", query_string="token=sekrit")
    (record,) = caplog.records
    assert record.getMessage() == "GET /things/1 200"
    assert vars(record)["action"] == "Things > Thing > Show a thing"
    assert vars(record)["status"] == 200
    assert vars(record)["duration_ms"] >= 0
    assert "sekrit" not in str(vars(record))


def test_what_machines_ask_all_the_time_is_not_in_the_log(
    client: falcon.testing.TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, "openevent.access"):
        client.simulate_get("/metrics")
    assert caplog.records == []


@pytest.mark.parametrize(
    ("address", "headers", "status"),
    [
        ("127.0.0.1", {}, 200),
        ("::1", {}, 200),
        ("127.0.0.1", {"X-Forwarded-For": "203.0.113.7"}, 403),
        ("127.0.0.1", {"Forwarded": "for=203.0.113.7"}, 403),
        ("203.0.113.7", {}, 403),
        ("203.0.113.7", {"Authorization": "Bearer wrong"}, 403),
        ("203.0.113.7", {"Authorization": "Bearer " + "t" * 20}, 200),
    ],
)
def test_metrics_are_for_this_machine_or_with_the_token(
    metrics: WebMetrics, address: str, headers: dict[str, str], status: int
) -> None:
    resource = MetricsEndpoint(metrics, Settings(metrics_token="t" * 20))
    environ = falcon.testing.create_environ(headers=headers) | {"REMOTE_ADDR": address}
    request, response = falcon.Request(environ), falcon.Response()
    if status == 200:
        resource.on_get(request, response)
        assert b"openevent_requests" in (response.data or b"")
    else:
        with pytest.raises(Exception, match="Metrics are for this machine"):
            resource.on_get(request, response)


def test_without_a_token_an_empty_one_opens_nothing(metrics: WebMetrics) -> None:
    resource = MetricsEndpoint(metrics, Settings())
    environ = falcon.testing.create_environ(headers={"Authorization": "Bearer "})
    environ["REMOTE_ADDR"] = "203.0.113.7"
    with pytest.raises(Exception, match="Metrics are for this machine"):
        resource.on_get(falcon.Request(environ), falcon.Response())


def test_the_names_come_from_the_build_of_the_documentation_also_a_later_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = ActionNames(tmp_path)
    assert names("GET /things/{id}") is None
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "actions.json").write_text(json.dumps(ACTIONS))
    assert names("GET /things/{id}") is None, "it looks at the file once in a while only"
    monkeypatch.setattr(names, "_look_at", 0.0)
    assert names("GET /things/{id}") == "Things > Thing > Show a thing"
    assert names("PATCH /things/{id}") is None
