"""Log lines connect a request with its jobs, and give away nobody's secrets."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest

from openevent.observability import logs
from openevent.settings import Settings
from openevent.work.context import JOB, REQUEST_ID

TOKEN = "eyJhbGciOiJIUzI1NiJ9.eyJpZGVudGl0eSI6MX0.c2lnbmF0dXJl"
logger = logging.getLogger("openevent.test")


@pytest.fixture(autouse=True)
def _logging_as_before() -> Iterator[None]:
    """Put the process's logging back after a test that has configured it."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:], root.level = handlers, level
    logging.captureWarnings(capture=False)


def line_of(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    """Return the one line that was logged."""
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 1
    found: dict[str, Any] = json.loads(lines[0])
    return found


def fail(words: str) -> None:
    """Raise an error that says this."""
    raise ValueError(words)


def test_a_line_is_json_with_the_request_the_job_and_what_is_extra(
    capsys: pytest.CaptureFixture[str],
) -> None:
    logs.configure(Settings())
    request, job = REQUEST_ID.set("request-1"), JOB.set("communication.send_mail/message-1")
    logger.info("Sent %d mails", 3, extra={"recipients": 3})
    REQUEST_ID.reset(request)
    JOB.reset(job)
    line = line_of(capsys)
    assert line.pop("time").endswith("+00:00")
    assert line == {
        "level": "INFO",
        "logger": "openevent.test",
        "message": "Sent 3 mails",
        "request_id": "request-1",
        "job": "communication.send_mail/message-1",
        "recipients": 3,
    }


def test_an_exception_is_part_of_its_line(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure(Settings())
    try:
        fail(f"cannot read {TOKEN}")
    except ValueError:
        logger.exception("It failed")
    line = line_of(capsys)
    assert "ValueError: cannot read ***" in line["exception"]


def test_text_is_for_terminals(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure(Settings(log_format="text"))
    request = REQUEST_ID.set("request-1")
    logger.warning("Careful")
    REQUEST_ID.reset(request)
    assert capsys.readouterr().err.endswith("WARNING Careful [request_id=request-1]\n")


def test_the_level_is_the_settings(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure(Settings(log_level="WARNING"))
    logger.info("quiet")
    assert capsys.readouterr().err == ""


def test_half_a_character_is_logged_all_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure(Settings())
    logger.info("strange: %s", "\ud800")
    assert line_of(capsys)["message"] == "strange: \ud800"


@pytest.mark.parametrize(
    "message",
    [
        "Authorization: JWT sekrit-sekrit",
        "{'Authorization': 'Bearer sekrit-sekrit'}",
        "header Basic c2VrcmV0OnNla3JpdA==sekrit",
        "postgresql+psycopg://openevent:sekrit@/openevent",
        "redis://:sekrit@cache:6379/0",
        "GET /verify?token=sekrit&next=1",
        '{"password": "sekrit", "email": "a@b"}',
        "{'new-password': 'sekrit'}",
        'body {\\"refresh_token\\": \\"sekrit\\"}',
        "OPENEVENT_SECRET_KEY=sekrit",
        "api_key=sekrit",
        "client_secret: sekrit",
    ],
)
def test_what_looks_like_a_secret_is_starred(message: str) -> None:
    line = logs.without_secrets(message)
    assert "sekrit" not in line
    assert "***" in line


@pytest.mark.parametrize(
    "message",
    [
        "GET /v1/events/1 200",
        "The token has expired.",
        "https://summit.example.org/about",
        "organizer@example.org registered",
    ],
)
def test_what_is_no_secret_stays(message: str) -> None:
    assert logs.without_secrets(message) == message
