"""A server that dies: ``python -m tests.areas.orders.doomed``, with settings as JSON on stdin.

It answers one request with the application, whose commit is then done, and is killed
before a byte of the answer is sent.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from pathlib import Path
from typing import Any
from wsgiref.simple_server import make_server

from openevent.app import create_app
from openevent.settings import Settings


def main() -> None:
    """Serve until death."""
    given = json.load(sys.stdin)
    app = create_app(Settings(**{**given, "data_dir": Path(given["data_dir"])}))

    def doomed(environ: Any, start_response: Any) -> Any:
        app(environ, lambda *_: None)
        os.kill(os.getpid(), signal.SIGKILL)

    with make_server("127.0.0.1", 0, doomed) as server:
        print(server.server_port, flush=True)
        server.handle_request()


if __name__ == "__main__":
    main()
