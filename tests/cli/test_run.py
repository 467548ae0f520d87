"""``openevent run``: one command for everything, which leaves nothing behind."""

from __future__ import annotations

import http.client
import json
import signal
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Command, free_port, wait_until_gone

pytestmark = pytest.mark.long

READY = "Ctrl-C stops everything"
TOKEN = "a token for the one who collects them"
Start = Callable[..., Command]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Start commands in one data directory; they are ended after the test."""
    commands: list[Command] = []

    def start(*arguments: str, **variables: str) -> Command:
        commands.append(Command(tmp_path / "data", *arguments, **variables))
        return commands[-1]

    yield start
    for command in reversed(commands):
        command.end()


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Command]:
    """One run that the tests share that only look."""
    command = Command(
        tmp_path_factory.mktemp("run") / "data",
        "run",
        OPENEVENT_METRICS_TOKEN=TOKEN,
        OPENEVENT_METRICS_PORT=str(free_port()),
        OPENEVENT_WEB_WORKERS="3",
    )
    command.wait_for(READY)
    yield command
    command.end()


def get(url: str, **headers: str) -> tuple[int, str]:
    """Return status and body."""
    request = urllib.request.Request(url, headers=headers)  # noqa: S310 - our own server
    try:
        with urllib.request.urlopen(request) as answer:  # noqa: S310
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


def post(url: str, document: object, content_type: str = "application/vnd.api+json") -> int:
    """Return the status of a POST."""
    body = json.dumps(document).encode()
    request = urllib.request.Request(url, data=body, headers={"Content-Type": content_type})  # noqa: S310
    try:
        with urllib.request.urlopen(request) as answer:  # noqa: S310
            return int(answer.status)
    except urllib.error.HTTPError as error:
        with error:
            return error.code


def log_in(url: str, email: str, password: str) -> int:
    """Return the status of a log-in."""
    who = {"email": email, "password": password}
    return post(f"{url}/auth/session", who, "application/json")


def test_runs_in_one_directory_follow_each_other_however_they_end(start: Start) -> None:
    """One after the other, each with the data of the one before."""
    first = start("run")
    first.wait_for(READY)
    assert f"{first.url}/docs" in first.output
    assert "organizer@example.org" in first.output
    assert get(f"{first.url}/v1/events/1")[0] == 200
    password = first.output.split("with the password ")[-1].split(" ")[0]
    assert log_in(first.url, "admin@example.org", password) == 200

    # A second run on the same data is refused, whatever its port; and one on the same port.
    second = start("run")
    assert second.process.wait(30) == 1
    assert f"in use by another run (process {first.process.pid})" in second.output
    address = first.url.removeprefix("http://")
    third = start("run", OPENEVENT_BIND=address)
    assert third.process.wait(30) == 1
    assert f"Cannot listen on {address}: another program listens there" in third.output
    for refused in (second, third):
        refused.end()
        assert "Traceback" not in refused.output

    # Stopped by Ctrl-C.
    family = first.family()
    assert {"postgres", "valkey-server"} <= {process.name() for process in family}
    assert first.stop(signal.SIGINT) == 0
    wait_until_gone(family)
    assert "Not everything has stopped" not in first.output
    assert "Traceback" not in first.output

    # Killed: it leaves no process, and what it left does not stop the next one.
    killed = start("run")
    killed.wait_for(READY)
    assert "Loading the demo world" not in killed.output
    assert password not in killed.output
    assert log_in(killed.url, "admin@example.org", password) == 200
    family = killed.family()
    assert killed.stop(signal.SIGKILL) == -signal.SIGKILL
    wait_until_gone(family)

    # Ended by the death of its worker, which stops the rest and is said.
    last = start("run")
    last.wait_for(READY)
    assert get(f"{last.url}/v1/events/1")[0] == 200
    family = last.family()
    worker = next(process for process in family if process.cmdline()[-1] == "worker")
    worker.kill()
    assert last.process.wait(60) == 1
    wait_until_gone(family)
    last.end()
    assert f"The worker (process {worker.pid}) has ended by signal 9" in last.output


def test_it_is_healthy(running: Command) -> None:
    # Each web process remembers a failed check for a moment, so ask more than once.
    deadline = time.monotonic() + 30
    while (answer := get(f"{running.url}/health-check"))[0] != 200 and time.monotonic() < deadline:
        time.sleep(0.5)
    assert answer[0] == 200, answer[1]


def test_metrics_add_up_over_processes(running: Command) -> None:
    def count() -> float:
        return sum(
            float(line.rsplit(" ", 1)[1])
            for line in get(f"{running.url}/metrics")[1].splitlines()
            if line.startswith("openevent_requests_total{") and 'status="406"' in line
        )

    before = count()
    for _ in range(30):
        get(f"{running.url}/v1/events/1", Accept="image/png")
    assert count() == before + 30


def test_metrics_are_for_this_machine_or_with_the_token(running: Command) -> None:
    # What a proxy passes on is not from this machine.
    url, forwarded = f"{running.url}/metrics", {"X-Forwarded-For": "203.0.113.7"}
    assert get(url)[0] == 200
    assert get(url, **forwarded)[0] == 403
    assert get(url, **forwarded, Authorization="Bearer wrong")[0] == 403
    assert get(url, **forwarded, Authorization=f"Bearer {TOKEN}")[0] == 200


def test_the_worker_counts_its_jobs(running: Command) -> None:
    document = {
        "data": {
            "type": "user",
            "attributes": {"email": "counted@example.org", "password": "a long one, hardly common"},
        }
    }
    assert post(f"{running.url}/v1/users", document) == 201
    port = running.variables["OPENEVENT_METRICS_PORT"]
    deadline = time.monotonic() + 30
    while (
        "dramatiq_messages_total{" not in (text := get(f"http://127.0.0.1:{port}/")[1])
        and time.monotonic() < deadline
    ):
        time.sleep(0.2)
    assert "dramatiq_messages_total{" in text


def test_a_request_is_one_line_that_carries_its_id_and_no_query(running: Command) -> None:
    connection = http.client.HTTPConnection(running.url.removeprefix("http://"))
    connection.request(
        "GET", "/v1/events?sort=name&token=abcdef", headers={"X-Request-ID": "request-12345"}
    )
    assert connection.getresponse().getheader("X-Request-ID") == "request-12345"
    connection.close()
    running.wait_for("request-12345")
    lines: list[dict[str, Any]] = [
        json.loads(line) for line in running.lines if "request-12345" in line
    ]
    assert len(lines) == 1
    assert lines[0]["path"] == "/v1/events"
    assert lines[0]["method"] == "GET"
    assert "duration_ms" in lines[0]
    assert "abcdef" not in running.output
