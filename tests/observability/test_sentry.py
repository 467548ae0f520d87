"""Unexpected errors are reported where a DSN is set, without anybody's secrets."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from typing import Any

import pytest
import sentry_sdk
from sentry_sdk.envelope import Envelope
from sentry_sdk.transport import Transport

from openevent.observability import sentry
from openevent.settings import Settings, SettingsError

DSN = "https://public@sentry.example.org/1"
TOKEN = "eyJhbGciOiJIUzI1NiJ9.eyJpZGVudGl0eSI6MX0.c2lnbmF0dXJl"


class Collected(Transport):
    """Keeps what would be sent."""

    events: list[Any]

    def __init__(self) -> None:
        super().__init__()
        self.events = []

    def capture_envelope(self, envelope: Envelope) -> None:
        """Keep an event."""
        if (event := envelope.get_event()) is not None:
            self.events.append(event)


@pytest.fixture
def collected(monkeypatch: pytest.MonkeyPatch) -> Iterator[Collected]:
    """Sentry, started by our settings, that sends nothing anywhere."""
    transport = Collected()
    init = sentry_sdk.init
    monkeypatch.setattr(
        sentry_sdk,
        "init",
        lambda **options: init(
            **options,
            transport=transport,
            default_integrations=False,
            auto_enabling_integrations=False,
        ),
    )
    sentry.configure(Settings(sentry_dsn=DSN))
    yield transport
    sentry_sdk.get_client().close()
    sentry_sdk.get_global_scope().set_client(None)


def fail(words: str) -> None:
    """Raise an error that says this."""
    raise RuntimeError(words)


def test_nothing_happens_without_a_dsn() -> None:
    sentry.configure(Settings())
    assert not sentry_sdk.get_client().is_active()


def test_a_logged_error_is_reported_without_secrets(collected: Collected) -> None:
    try:
        fail(f"bad token {TOKEN}")
    except RuntimeError:
        logging.getLogger("openevent.test").exception("It failed with password=sekrit")
    (event,) = collected.events
    assert event["exception"]["values"][0]["type"] == "RuntimeError"
    assert TOKEN not in str(event)
    assert "sekrit" not in str(event)


def test_of_the_request_only_what_identifies_nobody_is_kept(collected: Collected) -> None:
    request = {
        "method": "POST",
        "url": "https://api.example.org/auth/session",
        "query_string": "token=sekrit",
        "data": {"email": "a@example.org", "password": "sekrit"},
        "cookies": {"session": "sekrit"},
        "headers": {"Authorization": "JWT sekrit", "Accept": "*/*", "X-Forwarded-For": "1.2.3.4"},
        "env": {"REMOTE_ADDR": "1.2.3.4"},
    }
    sentry_sdk.capture_event(
        {"message": "m", "request": request, "user": {"email": "a@example.org"}}
    )
    (event,) = collected.events
    assert event["request"] == {
        "method": "POST",
        "url": "https://api.example.org/auth/session",
        "headers": {"Accept": "*/*"},
    }
    assert "user" not in event


def test_a_dsn_that_is_none_is_one_sentence() -> None:
    with pytest.raises(SettingsError, match="OPENEVENT_SENTRY_DSN cannot be understood"):
        sentry.configure(Settings(sentry_dsn="nonsense"))


def test_a_missing_client_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sentry_sdk", None)
    with pytest.raises(SettingsError, match="sentry-sdk is not installed"):
        sentry.configure(Settings(sentry_dsn=DSN))
