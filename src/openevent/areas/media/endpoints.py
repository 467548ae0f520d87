"""Uploading pictures and files, and serving what is kept."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, ClassVar, Final

import falcon
from falcon import Request, Response

from openevent.areas.media import operations
from openevent.areas.media.bodies import Upload, uploads_of
from openevent.areas.media.rules import FILES, PICTURES
from openevent.errors import BadRequest, Missing, RangeNotSatisfiable, Unauthenticated
from openevent.http.routes import Context, Route
from openevent.jsonapi.endpoints import Item
from openevent.jsonapi.resource import ResourceType
from openevent.services.media_urls import PATH, MediaName
from openevent.services.rate_limits import UPLOAD, RateLimits
from openevent.services.storage import Storage
from openevent.work.unit import UnitOfWork

#: What is kept under a hash never changes.
FOREVER: Final = "public, max-age=31536000, immutable"
_ETAGS: Final = re.compile(r'(?:W/)?"([^"]*)"')
_RANGE: Final = re.compile(r"bytes=([0-9]{0,18})-([0-9]{0,18})", re.ASCII)


class _Uploads:
    """Base of the two: who may, how often, how much."""

    speaks: ClassVar[str] = "application/json"

    def __init__(self, context: Context) -> None:
        self.limit = context.settings.upload_limit_bytes
        self.pixels = context.settings.upload_pixels
        self.json_limit = context.settings.body_limit_bytes

    def admit(self, req: Request) -> UnitOfWork:
        """Return the unit of work of somebody who may upload something now."""
        work: UnitOfWork = req.context.work
        if work.principal.is_anonymous:
            raise Unauthenticated("Log in to upload something.")
        work.port(RateLimits).spend(UPLOAD, account=f"user {work.principal.id}")
        req.context.json_limit = self.json_limit
        return work


class UploadImage(_Uploads):
    """``POST /v1/upload/image``: one picture, in any of three ways."""

    reads: ClassVar[tuple[str, ...]] = ("image/", "multipart/form-data")

    def on_post(self, req: Request, resp: Response) -> None:
        work = self.admit(req)
        for upload in uploads_of(req, self.limit):
            url = operations.take_picture(
                work, upload.content, upload.file_name, pixels=self.pixels
            )
            resp.media = {"url": url}
            return
        raise BadRequest("There is no picture in the form.")


class UploadFiles(_Uploads):
    """``POST /v1/upload/files``: a form with one ``file``, or several ``files[]``."""

    reads: ClassVar[tuple[str, ...]] = ("multipart/form-data",)

    def on_post(self, req: Request, resp: Response) -> None:
        work = self.admit(req)
        if not (req.content_type or "").lower().startswith("multipart/"):
            raise BadRequest("Send a form (multipart/form-data) with a file.")
        urls, is_list = [], False
        for upload in uploads_of(req, self.limit):
            is_list |= upload.field != "file"
            urls.append(self._take(work, upload))
        if not urls:
            raise BadRequest("There is no file in the form.")
        resp.media = {"url": urls if is_list or len(urls) > 1 else urls[0]}

    def _take(self, work: UnitOfWork, upload: Upload) -> str:
        return operations.take_file(work, upload.content, upload.file_name, pixels=self.pixels)


class Media:
    """``GET /media/{hash}/{name}``: a picture or a file, for ever the same.

    The name's extension is part of what is asked for; the rest of it is for people.
    """

    speaks = "*/*"

    def __init__(self, context: Context) -> None:
        self.storage: Storage = context.ports[Storage]

    def on_get(self, req: Request, resp: Response, id: str, name: str) -> None:  # noqa: A002
        match = PATH.fullmatch(f"/media/{id}/{name}")
        if match is None:
            raise _missing()
        wanted = MediaName(match["digest"], match["extension"])
        if wanted.extension in ("jpg", "png"):
            # Also without webp: a cache must know that it could have been another answer.
            resp.set_header("Vary", "Accept")
            if reads_webp(req.get_header("Accept")):
                wanted = MediaName(wanted.digest, "webp")
        etag = f'"{wanted.digest}-{wanted.extension}"'
        if is_known(req.get_header("If-None-Match"), etag):
            self._describe(resp, wanted, name, etag)
            resp.delete_header("Content-Type")  # there is no content to have one
            resp.status = falcon.HTTP_304
            return
        self._answer(req, resp, wanted, name, etag)

    def _answer(
        self, req: Request, resp: Response, wanted: MediaName, name: str, etag: str
    ) -> None:
        part = None
        asked = req.get_header("Range") if req.method == "GET" else None
        if asked and req.get_header("If-Range") in (None, etag):
            size = self._size(wanted)
            part = range_of(asked, size)
        if req.method == "HEAD":
            size = self._size(wanted)
            self._describe(resp, wanted, name, etag)
            resp.content_length = size
            return
        content = self.storage.open(wanted.key, *(part or (0, None)))
        if content is None:
            raise _missing()
        self._describe(resp, wanted, name, etag)
        length = content.size
        if part is not None:
            start, end = part
            length = end - start
            resp.status = falcon.HTTP_206
            resp.set_header("Content-Range", f"bytes {start}-{end - 1}/{content.size}")
        resp.set_stream(content.chunks, length)

    def _size(self, wanted: MediaName) -> int:
        if (size := self.storage.size(wanted.key)) is None:
            raise _missing()
        return size

    @staticmethod
    def _describe(resp: Response, wanted: MediaName, name: str, etag: str) -> None:
        is_picture = wanted.extension in PICTURES
        resp.content_type = (PICTURES if is_picture else FILES)[wanted.extension]
        resp.set_header("ETag", etag)
        resp.set_header("Cache-Control", FOREVER)
        resp.set_header("Accept-Ranges", "bytes")
        resp.set_header("X-Content-Type-Options", "nosniff")
        # Should a browser still take it for a page: one that may do nothing.
        resp.set_header("Content-Security-Policy", "default-src 'none'; sandbox")
        resp.set_header("Cross-Origin-Resource-Policy", "cross-origin")
        if not is_picture:
            resp.set_header("Content-Disposition", f'attachment; filename="{name}"')


def reads_webp(accept: str | None) -> bool:
    """Whether a client says that it reads WebP; ``image/*`` was said before there was any."""
    for part in (accept or "").split(","):
        essence, *parameters = (piece.strip().lower() for piece in part.split(";"))
        if essence == "image/webp":
            return not any(re.fullmatch(r"q=0(\.0*)?", p.replace(" ", "")) for p in parameters)
    return False


def is_known(header: str | None, etag: str) -> bool:
    """Whether ``If-None-Match`` names this representation (RFC 9110 § 13.1.2)."""
    if header is None:
        return False
    return header.strip() == "*" or etag[1:-1] in _ETAGS.findall(header)


def range_of(header: str, size: int) -> tuple[int, int] | None:
    """Return the part that is asked for; ``None``: all of it (RFC 9110 § 14.2).

    A header that is malformed or asks for several parts at once is passed over, as a
    server may.
    """
    match = _RANGE.fullmatch(header.strip())
    if match is None or match[1] == match[2] == "":
        return None
    if match[1] == "":
        start, end = max(0, size - int(match[2])), size
    else:
        start = int(match[1])
        end = min(size, int(match[2]) + 1) if match[2] else size
        if match[2] and int(match[2]) < start:
            return None
    if start >= end:
        raise RangeNotSatisfiable(f"There are {size} bytes.", size=size)
    return start, end


def _missing() -> Missing:
    return Missing("There is no such file.")


class _TheOnly:
    """The only resource of a type, at the path where others have their list."""

    speaks = Item.speaks

    def __init__(self, item: Item) -> None:
        self._item = item
        self.on_patch: Callable[..., None] = self._patch

    def on_get(self, req: Request, resp: Response) -> None:
        self._item.on_get(req, resp, "1")

    def _patch(self, req: Request, resp: Response) -> None:
        self._item.on_patch(req, resp, "1")


def the_only(resource: ResourceType) -> Route:
    """Return the route of a type that has one resource."""

    def make(context: Context) -> Any:
        return _TheOnly(Item(context.engine, resource))

    return Route(resource.path, make)


ROUTES: Final = (
    Route("/v1/upload/image", UploadImage),
    Route("/v1/upload/files", UploadFiles),
    Route("/media/{id}/{name}", Media),
)
