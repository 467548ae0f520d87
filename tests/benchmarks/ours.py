"""The real application, as gunicorn imports it."""

from __future__ import annotations

from typing import Any

import falcon

from openevent.app import create_app
from openevent.settings import Settings


def application() -> falcon.App[Any, Any]:
    """Return the WSGI application of the settings in the environment."""
    return create_app(Settings.from_environment())
