"""The contract for people: the rendered blueprint at /docs, its source at /api.apib."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import falcon
from falcon import Request, Response

from openevent.errors import Missing
from openevent.http.routes import Context, Route

_CACHE = "public, max-age=300"
_NOT_BUILT = "The documentation has not been built yet; run: openevent contract build"


class Home:
    """GET / leads to the documentation."""

    speaks = "text/html"

    def on_get(self, req: Request, resp: Response) -> None:
        raise falcon.HTTPFound("/docs")


class BuiltFile:
    """One file that the build of the documentation wrote."""

    def __init__(self, path: Path, content_type: str) -> None:
        self.path, self.speaks = path, content_type

    def on_get(self, req: Request, resp: Response) -> None:
        packed = self.path.with_name(f"{self.path.name}.gz")
        is_packed = _reads_gzip(req.get_header("Accept-Encoding")) and packed.exists()
        try:
            body = (packed if is_packed else self.path).read_bytes()
        except FileNotFoundError as ex:
            raise Missing(_NOT_BUILT) from ex
        resp.content_type = self.speaks
        resp.append_header("Vary", "Accept-Encoding")
        if is_packed:
            resp.set_header("Content-Encoding", "gzip")
        resp.set_header("Cache-Control", _CACHE)
        changed = datetime.fromtimestamp(int(self.path.stat().st_mtime), UTC)
        resp.last_modified = changed
        if req.if_modified_since and req.if_modified_since >= changed:
            resp.status = falcon.HTTP_304
            return
        resp.data = body


def _reads_gzip(accepted: str | None) -> bool:
    """Whether ``Accept-Encoding`` names gzip (RFC 9110 § 12.5.3)."""
    parts = (part.replace(" ", "").lower() for part in (accepted or "").split(","))
    weights = dict(part.partition(";q=")[::2] for part in parts)
    return "gzip" in weights and not re.fullmatch(r"0(\.0*)?", weights["gzip"])


def docs_dir(context: Context) -> Path:
    """Return the folder that ``openevent contract build`` writes to."""
    return context.settings.data_dir / "docs"


ROUTES = (
    Route("/", lambda _: Home()),
    Route(
        "/docs",
        lambda context: BuiltFile(docs_dir(context) / "index.html", "text/html; charset=utf-8"),
    ),
    Route(
        "/api.apib",
        lambda context: BuiltFile(
            docs_dir(context) / "api.apib", "text/vnd.apiblueprint; charset=utf-8"
        ),
    ),
)
