"""Unexpected errors go to Sentry where a DSN is set, without anybody's secrets."""

from __future__ import annotations

import logging
from typing import Any

from openevent.observability.logs import without_secrets
from openevent.settings import Settings, SettingsError

_KEPT_HEADERS = frozenset({"accept", "content-type", "content-length", "user-agent"})


def configure(settings: Settings) -> None:
    """Start reporting; nothing happens without ``OPENEVENT_SENTRY_DSN``."""
    if not settings.sentry_dsn:
        return
    try:
        # Only installations that use Sentry have its client (the extra ``sentry``).
        import sentry_sdk
        from sentry_sdk.integrations.logging import LoggingIntegration
        from sentry_sdk.utils import BadDsn
    except ImportError as error:
        raise SettingsError(
            "OPENEVENT_SENTRY_DSN is set, but sentry-sdk is not installed: "
            "run pip install 'openevent[sentry]'"
        ) from error
    try:
        sentry_sdk.init(
            dsn=settings.sentry_dsn,
            max_request_body_size="never",
            include_local_variables=False,
            before_send=_scrub,
            # What is logged as an error is a defect; refusals are never logged as errors.
            integrations=[LoggingIntegration(level=logging.INFO, event_level=logging.ERROR)],
        )
    except BadDsn as error:
        raise SettingsError(f"OPENEVENT_SENTRY_DSN cannot be understood: {error}") from error


def _scrub(event: Any, hint: Any) -> Any:  # noqa: ARG001 - Sentry's signature
    """Keep of the request what explains an error and identifies nobody."""
    request = event.get("request", {})
    for name in ("query_string", "cookies", "data", "env"):
        request.pop(name, None)
    headers = request.get("headers", {})
    request["headers"] = {k: v for k, v in headers.items() if k.lower() in _KEPT_HEADERS}
    event.pop("user", None)
    return _starred(event)


def _starred(value: Any) -> Any:
    if isinstance(value, str):
        return without_secrets(value)
    if isinstance(value, dict):
        return {key: _starred(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_starred(item) for item in value]
    return value
